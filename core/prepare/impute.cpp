// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "impute";

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help = "Which columns to fill: all, numbers, categories, or names separated by commas.",
     .fallback = std::string("all"),
     .rule = ColumnChoice{}},
    {.id = "with",
     .label = "Fill with",
     .help = "What stands in for a missing cell. Mean and median are of the training rows; categories have neither and "
             "take the most frequent one then.",
     .fallback = std::string("median"),
     .rule =
         OneOf{
             {{"mean", "Mean"}, {"median", "Median"}, {"most-frequent", "Most frequent"}, {"constant", "A constant"}}}},
    {.id = "value",
     .label = "Constant",
     .help = "The value to fill in. Empty: 0 for numbers, (missing) for categories.",
     .fallback = std::string(),
     .rule = AnyText{},
     .when = EnabledWhen{"with", {"constant"}}},
};

struct Fill {
    std::string column;
    ColumnType type = ColumnType::Number;
    double number = 0;  ///< for number columns
    std::string level;  ///< for category columns
    std::string learnt;
};

ColumnPtr filledNumbers(const Column& column, double with) {
    std::vector<double> values(column.numbers().begin(), column.numbers().end());
    for (std::size_t row = 0; row < values.size(); ++row)
        if (column.isMissing(row)) values[row] = with;
    return Column::numbers(column.name(), std::move(values));
}

ColumnPtr filledCategories(const Column& column, const std::string& with) {
    std::vector<std::string> levels = column.levels();
    const auto found = std::find(levels.begin(), levels.end(), with);
    const auto code = static_cast<std::uint32_t>(found - levels.begin());
    if (found == levels.end()) levels.push_back(with);
    std::vector<std::uint32_t> codes(column.codes().begin(), column.codes().end());
    for (std::size_t row = 0; row < codes.size(); ++row)
        if (column.isMissing(row)) codes[row] = code;
    return Column::categories(column.name(), std::move(codes), std::move(levels));
}

class FittedImpute final : public FittedStep {
public:
    explicit FittedImpute(std::vector<Fill> fills) : m_fills(std::move(fills)) {}

    Table apply(const Table& table, StepNotes&) const override {
        std::vector<ColumnPtr> columns = table.columns();
        for (const Fill& fill : m_fills) {
            ColumnPtr& column = columns[requireFitted(table, fill.column, fill.type, kId)];
            if (!column->missing().any()) continue;
            column = fill.type == ColumnType::Number ? filledNumbers(*column, fill.number)
                                                     : filledCategories(*column, fill.level);
        }
        return {std::move(columns), table.rows()};
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override {
        std::vector<std::string> sentences;
        for (const Fill& fill : m_fills) sentences.push_back(fill.learnt);
        return sentences;
    }

    nlohmann::json save() const override {
        nlohmann::json fills = nlohmann::json::array();
        for (const Fill& fill : m_fills) {
            nlohmann::json object{{"column", fill.column}, {"learnt", fill.learnt}};
            if (fill.type == ColumnType::Number)
                object["number"] = fill.number;
            else
                object["level"] = fill.level;
            fills.push_back(std::move(object));
        }
        return {{"fills", std::move(fills)}};
    }

private:
    std::vector<Fill> m_fills;
};

double constantNumber(const std::string& text, const std::string& column) {
    if (text.empty()) return 0;
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        throw Error("value of impute must be a number to fill a number column, but is " + text + ".",
                    {.column = column, .parameter = "value"}, "Give a number, or choose other columns.");
    return value;
}

class Impute final : public Step {
public:
    explicit Impute(const Params& params)
        : m_columns(params.text("columns")), m_with(params.text("with")), m_value(params.text("value")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const std::vector<std::size_t> chosen =
            chosenColumnsOf(table, m_columns, kId, {ColumnType::Number, ColumnType::Category});
        std::vector<Fill> fills(chosen.size());
        forEachColumn(chosen.size(), table.rows(), [&](std::size_t i) {
            context.throwIfStopped();
            const Column& column = table.column(chosen[i]);
            fills[i] = column.type() == ColumnType::Number ? numberFill(column) : categoryFill(column);
        });
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const Column& column = table.column(chosen[i]);
            if (m_with != "constant" && column.rows() > 0 && column.missing().count() == column.rows())
                addOnce(notes.warnings,
                        {"Every training row is missing here, so there is nothing to learn from; missing cells "
                         "become " +
                             (column.type() == ColumnType::Number ? "0" : fills[i].level) + ".",
                         {.column = column.name()}});
        }
        return std::make_shared<FittedImpute>(std::move(fills));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        std::vector<Fill> fills;
        for (const nlohmann::json& object : state.at("fills")) {
            Fill fill{.column = object.at("column"), .learnt = object.at("learnt")};
            if (object.contains("number")) {
                fill.number = object.at("number");
            } else {
                fill.type = ColumnType::Category;
                fill.level = object.at("level");
            }
            fills.push_back(std::move(fill));
        }
        return std::make_shared<FittedImpute>(std::move(fills));
    }

private:
    Fill numberFill(const Column& column) const {
        Fill fill{.column = column.name()};
        if (m_with == "constant") {
            fill.number = constantNumber(m_value, column.name());
        } else if (std::vector<double> present = presentNumbers(column); !present.empty()) {
            fill.number = m_with == "mean"     ? momentsOf(column).mean
                          : m_with == "median" ? medianOf(std::move(present))
                                               : mostFrequent(std::move(present));
        }
        fill.learnt = column.name() + ": " + (m_with == "most-frequent" ? "most frequent" : m_with) + " " +
                      formatNumber(fill.number);
        return fill;
    }

    Fill categoryFill(const Column& column) const {
        Fill fill{.column = column.name(), .type = ColumnType::Category};
        if (m_with == "constant") {
            fill.level = m_value.empty() ? "(missing)" : m_value;
            fill.learnt = column.name() + ": constant " + fill.level;
            return fill;
        }
        const std::vector<std::uint64_t> counts = levelCounts(column);
        const auto most = std::max_element(counts.begin(), counts.end());  // the first among equals
        const bool any = most != counts.end() && *most > 0;
        fill.level = any ? column.levels()[static_cast<std::size_t>(most - counts.begin())] : "(missing)";
        fill.learnt = column.name() + ": most frequent " + fill.level;
        return fill;
    }

    std::string m_columns;
    std::string m_with;
    std::string m_value;
};

}  // namespace

StepInfo imputeStep() {
    return {
        .id = kId,
        .label = "Fill missing cells",
        .group = StepGroup::Missing,
        .sentence =
            "Fills each missing cell with one value a column, learnt from the training rows: the median or mean of "
            "numbers, the most frequent category, or a constant of yours.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Step> { return std::make_unique<Impute>(params); }};
}

}  // namespace holdout
