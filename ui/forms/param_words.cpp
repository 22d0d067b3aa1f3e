// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/param_words.h"

#include <QLocale>
#include <QObject>
#include <QRegularExpression>
#include <QStringList>
#include <cmath>

#include "base/format.h"

namespace holdout {
namespace {

QString capitalised(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

/// "Learning rate" as a word among others; "L2 penalty" keeps its capital.
QString inSentence(const QString& label) {
    const bool isInitials = label.size() > 1 && !label[1].isLower();
    return isInitials || label.isEmpty() ? label : label.front().toLower() + label.mid(1);
}

/// An amount (of dropout, of pooling) that is the least there is, as it is when nobody asks for it.
bool isLeftOff(const ParamSpec& spec, const ParamValue& value) {
    const auto* range = std::get_if<RealRange>(&spec.rule);
    return range && range->low == 0 && value == spec.fallback && value == ParamValue(0.0);
}

std::optional<std::vector<std::int64_t>> parseIntegers(const QString& text) {
    std::vector<std::int64_t> list;
    static const QRegularExpression separators("[,;\\s]+");
    for (const QString& part : text.split(separators, Qt::SkipEmptyParts)) {
        bool good = false;
        list.push_back(part.toLongLong(&good));
        if (!good) return std::nullopt;
    }
    return list;
}

std::optional<double> parseReal(QString text) {
    text = text.trimmed();
    if (!text.contains('.') && text.count(',') == 1) text.replace(',', '.');
    bool good = false;
    const double value = QLocale::c().toDouble(text, &good);
    return good ? std::optional(value) : std::nullopt;
}

}  // namespace

QString fromCore(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

QString ruleSentence(const ParamSpec& spec) { return QObject::tr("Must be %1.").arg(fromCore(describe(spec.rule))); }

QString paramTooltip(const ParamSpec& spec) {
    QStringList parts;
    if (!spec.help.empty()) {
        const QString help = fromCore(spec.help);
        parts << (help.endsWith('.') ? help : help + '.');
    }
    if (!std::holds_alternative<AnyBool>(spec.rule) && !std::holds_alternative<AnyText>(spec.rule) &&
        !std::holds_alternative<OneOf>(spec.rule))
        parts << capitalised(fromCore(describe(spec.rule))) + '.';
    parts << QObject::tr("Default: %1.").arg(valueWords(spec, spec.fallback));
    // Rich text, so that a long help wraps.
    return "<p>" + parts.join(' ').toHtmlEscaped() + "</p>";
}

QString groupTitle(ParamGroup group) {
    switch (group) {
        case ParamGroup::Model:
            return QObject::tr("Model");
        case ParamGroup::Training:
            return QObject::tr("Training");
        case ParamGroup::Regularisation:
            return QObject::tr("Regularisation");
        case ParamGroup::Advanced:
            return QObject::tr("Advanced");
    }
    return {};
}

QString numberText(double value) {
    if (value != 0 && std::abs(value) < 1e-3) {
        for (int digits = 0; digits < 17; ++digits) {
            QString text = QString::number(value, 'e', digits);
            if (text.toDouble() == value) return text.replace("e-0", "e-");
        }
    }
    const QString brief = fromCore(formatNumber(value, 6));
    return brief.toDouble() == value ? brief : fromCore(formatExact(value));
}

QString valueWords(const ParamSpec& spec, const ParamValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? QObject::tr("on") : QObject::tr("off");
    if (const auto* rule = std::get_if<OneOf>(&spec.rule))
        if (const auto* id = std::get_if<std::string>(&value))
            for (const OneOf::Choice& choice : rule->choices)
                if (choice.id == *id) return fromCore(choice.label.empty() ? choice.id : choice.label);
    return fromCore(valueText(value));
}

QString paramSummary(ParamSpecs specs, const ParamSet& values) {
    QStringList parts;
    for (const ParamSpec& spec : specs) {
        if (spec.group == ParamGroup::Advanced && !values.has(spec.id)) continue;
        if (!isEnabled(spec, specs, values)) continue;
        const ParamValue value = valueOrFallback(specs, values, spec.id);
        if (isLeftOff(spec, value)) continue;
        const bool bare = std::holds_alternative<OneOf>(spec.rule) || std::holds_alternative<ColumnChoice>(spec.rule);
        if (const auto* flag = std::get_if<bool>(&value)) {
            if (*flag) parts << inSentence(fromCore(spec.label));
        } else if (bare) {
            parts << valueWords(spec, value);
        } else {
            parts << inSentence(fromCore(spec.label)) + ' ' + valueWords(spec, value);
        }
    }
    return parts.join(" · ");
}

std::optional<ParamValue> parseValue(const ParamSpec& spec, const QString& text) {
    if (std::holds_alternative<bool>(spec.fallback)) {
        const QString word = text.trimmed().toLower();
        if (word == "on" || word == "true" || word == "1") return ParamValue(true);
        if (word == "off" || word == "false" || word == "0") return ParamValue(false);
        return std::nullopt;
    }
    if (std::holds_alternative<std::int64_t>(spec.fallback)) {
        const auto real = parseReal(text);
        // Beyond 2^53 a double skips integers, so what was typed could not be told apart.
        if (!real || *real != std::floor(*real) || std::abs(*real) >= 0x1.0p53) return std::nullopt;
        return ParamValue(static_cast<std::int64_t>(*real));
    }
    if (std::holds_alternative<double>(spec.fallback)) {
        const auto real = parseReal(text);
        return real ? std::optional(ParamValue(*real)) : std::nullopt;
    }
    if (std::holds_alternative<std::vector<std::int64_t>>(spec.fallback)) {
        auto list = parseIntegers(text);
        return list ? std::optional(ParamValue(std::move(*list))) : std::nullopt;
    }
    return ParamValue(text.toStdString());
}

QString lambdaEquivalent(std::string_view model, double lambda, std::int64_t rows) {
    const double n = static_cast<double>(rows);
    const auto line = [&](const QString& name, double value) {
        return QObject::tr("scikit-learn: %1 = %2 (n = %3)")
            .arg(name, fromCore(formatNumber(value, 3)), fromCore(formatCount(rows)));
    };
    if (model == "lasso" || model == "elastic-net" || model == "poisson")
        return QObject::tr("scikit-learn: alpha = %1").arg(fromCore(formatNumber(lambda, 3)));
    if (rows <= 0) return {};
    if (model == "ridge") return line("alpha", n * lambda);
    if (model == "logistic" || model == "linear-svm" || model == "svm")
        return lambda > 0 ? line("C", 1 / (n * lambda)) : QObject::tr("scikit-learn: penalty = None");
    return {};
}

}  // namespace holdout
