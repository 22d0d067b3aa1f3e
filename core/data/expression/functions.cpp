// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <cmath>

#include "data/clean_text.h"
#include "data/column.h"
#include "data/date_pattern.h"
#include "base/format.h"
#include "data/expression/cell.h"
#include "data/number_text.h"

namespace holdout {
namespace expression {
namespace {

using Args = std::span<const Cell>;
constexpr auto N = ValueKind::Number;
constexpr auto B = ValueKind::Truth;
constexpr auto T = ValueKind::Text;
constexpr auto M = ValueKind::Moment;
constexpr double MicrosOfDay = 86'400e6;

template <double (*f)(double)>
Cell applied(Args a, Scratch&) {
    return Cell::of(f(a[0].number));
}

double signOf(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/// The remainder has the sign of the divisor, so that hours and weekdays wrap round.
double modulo(double a, double b) {
    const double rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

void addArithmetic(std::vector<Function>& all) {
    all.push_back({"+", {N, N}, N, [](Args a, Scratch&) { return Cell::of(a[0].number + a[1].number); }});
    all.push_back({"-", {N, N}, N, [](Args a, Scratch&) { return Cell::of(a[0].number - a[1].number); }});
    all.push_back({"*", {N, N}, N, [](Args a, Scratch&) { return Cell::of(a[0].number * a[1].number); }});
    all.push_back({"/", {N, N}, N, [](Args a, Scratch&) { return Cell::of(a[0].number / a[1].number); }});
    all.push_back({"%", {N, N}, N, [](Args a, Scratch&) { return Cell::of(modulo(a[0].number, a[1].number)); }});
    all.push_back({"^", {N, N}, N, [](Args a, Scratch&) { return Cell::of(std::pow(a[0].number, a[1].number)); }});
    all.push_back({"negate", {N}, N, [](Args a, Scratch&) { return Cell::of(-a[0].number); }});
    all.push_back({"min", {N, N}, N, [](Args a, Scratch&) { return Cell::of(std::min(a[0].number, a[1].number)); }});
    all.push_back({"max", {N, N}, N, [](Args a, Scratch&) { return Cell::of(std::max(a[0].number, a[1].number)); }});
    all.push_back({"abs", {N}, N, applied<std::abs>});
    all.push_back({"sign", {N}, N, applied<signOf>});
    all.push_back({"sqrt", {N}, N, applied<std::sqrt>});
    all.push_back({"exp", {N}, N, applied<std::exp>});
    all.push_back({"log", {N}, N, applied<std::log>});
    all.push_back({"log10", {N}, N, applied<std::log10>});
    all.push_back({"log1p", {N}, N, applied<std::log1p>});
    all.push_back({"sin", {N}, N, applied<std::sin>});
    all.push_back({"cos", {N}, N, applied<std::cos>});
    all.push_back({"tan", {N}, N, applied<std::tan>});
    all.push_back({"floor", {N}, N, applied<std::floor>});
    all.push_back({"ceil", {N}, N, applied<std::ceil>});
    all.push_back({"round", {N}, N, applied<std::round>});
    all.push_back({"round", {N, N}, N, [](Args a, Scratch&) {
                       const double scale = std::pow(10, std::floor(a[1].number));
                       return Cell::of(std::round(a[0].number * scale) / scale);
                   }});
}

template <typename Same, typename Less>
void addComparisons(std::vector<Function>& all, ValueKind kind) {
    all.push_back({"==", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(Same{}(a[0], a[1])); }});
    all.push_back({"!=", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(!Same{}(a[0], a[1])); }});
    all.push_back({"<", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(Less{}(a[0], a[1])); }});
    all.push_back({">", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(Less{}(a[1], a[0])); }});
    all.push_back({"<=", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(Less{}(a[0], a[1]) || Same{}(a[0], a[1])); }});
    all.push_back({">=", {kind, kind}, B, [](Args a, Scratch&) { return Cell::of(Less{}(a[1], a[0]) || Same{}(a[0], a[1])); }});
}

struct SameNumber {
    bool operator()(const Cell& a, const Cell& b) const { return a.number == b.number; }
};
struct LessNumber {
    bool operator()(const Cell& a, const Cell& b) const { return a.number < b.number; }
};
struct SameText {
    bool operator()(const Cell& a, const Cell& b) const { return a.text == b.text; }
};
struct LessText {
    bool operator()(const Cell& a, const Cell& b) const { return a.text < b.text; }
};
struct SameMoment {
    bool operator()(const Cell& a, const Cell& b) const { return a.moment == b.moment; }
};
struct LessMoment {
    bool operator()(const Cell& a, const Cell& b) const { return a.moment < b.moment; }
};

Cell ofText(std::string text, Scratch& scratch) {
    return {.text = scratch.keep(std::move(text))};
}

void addTexts(std::vector<Function>& all) {
    all.push_back({"+", {T, T}, T, [](Args a, Scratch& s) { return ofText(std::string(a[0].text).append(a[1].text), s); }});
    all.push_back({"lower", {T}, T, [](Args a, Scratch& s) { return ofText(lowerCased(a[0].text), s); }});
    all.push_back({"upper", {T}, T, [](Args a, Scratch& s) { return ofText(upperCased(a[0].text), s); }});
    all.push_back({"trim", {T}, T, [](Args a, Scratch&) { return Cell{.text = trimmed(a[0].text)}; }});
    all.push_back({"length", {T}, N, [](Args a, Scratch&) { return Cell::of(static_cast<double>(characterCount(a[0].text))); }});
    all.push_back({"contains", {T, T}, B, [](Args a, Scratch&) { return Cell::of(a[0].text.find(a[1].text) != std::string_view::npos); }});
    all.push_back({"starts_with", {T, T}, B, [](Args a, Scratch&) { return Cell::of(a[0].text.starts_with(a[1].text)); }});
    all.push_back({"ends_with", {T, T}, B, [](Args a, Scratch&) { return Cell::of(a[0].text.ends_with(a[1].text)); }});
    all.push_back({"replace", {T, T, T}, T, [](Args a, Scratch& s) {
                       return ofText(replacedAll(a[0].text, a[1].text, a[2].text), s);
                   }});
    all.push_back({"substring", {T, N, N}, T, [](Args a, Scratch&) {
                       return Cell{.text = substringOf(a[0].text, a[1].number, a[2].number)};
                   }});
    all.push_back({"text", {N}, T, [](Args a, Scratch& s) { return ofText(formatExact(a[0].number), s); }});
    all.push_back({"text", {T}, T, [](Args a, Scratch&) { return a[0]; }});
    all.push_back({"number", {T}, N, [](Args a, Scratch&) {
                       double value = 0;
                       return parseNumberText(a[0].text, NumberStyle{}, value) ? Cell::of(value) : Cell::missing();
                   }});
    all.push_back({"number", {B}, N, [](Args a, Scratch&) { return a[0]; }});
}

std::chrono::sys_days dayOf(const Cell& cell) {
    return std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(cell.moment)));
}
std::chrono::year_month_day dateOf(const Cell& cell) {
    return dayOf(cell);
}

void addMoments(std::vector<Function>& all) {
    all.push_back({"year", {M}, N, [](Args a, Scratch&) { return Cell::of(static_cast<double>(static_cast<int>(dateOf(a[0]).year()))); }});
    all.push_back({"month", {M}, N, [](Args a, Scratch&) { return Cell::of(static_cast<double>(static_cast<unsigned>(dateOf(a[0]).month()))); }});
    all.push_back({"day", {M}, N, [](Args a, Scratch&) { return Cell::of(static_cast<double>(static_cast<unsigned>(dateOf(a[0]).day()))); }});
    all.push_back({"weekday", {M}, N, [](Args a, Scratch&) {
                       return Cell::of(static_cast<double>(std::chrono::weekday(dayOf(a[0])).iso_encoding()));
                   }});
    all.push_back({"hour", {M}, N, [](Args a, Scratch&) { return Cell::of(std::floor(modulo(static_cast<double>(a[0].moment), MicrosOfDay) / 3600e6)); }});
    all.push_back({"date", {T}, M, [](Args a, Scratch&) {
                       Cell cell;
                       bool hasTime = false;
                       cell.isMissing = !parseDateTime(a[0].text, cell.moment, hasTime);
                       return cell;
                   }});
    all.push_back({"date", {T, T}, M, [](Args a, Scratch&) {
                       Cell cell;
                       cell.isMissing = !parseDateByPattern(trimmed(a[0].text), a[1].text, cell.moment);
                       return cell;
                   }});
    all.push_back({"-", {M, M}, N, [](Args a, Scratch&) {
                       return Cell::of((static_cast<double>(a[0].moment) - static_cast<double>(a[1].moment)) / MicrosOfDay);
                   }});
    static constexpr auto shifted = [](const Cell& moment, double days) {
        constexpr double Farthest = 9e18;
        const double micros = static_cast<double>(moment.moment) + days * MicrosOfDay;
        if (!(std::abs(micros) < Farthest)) return Cell::missing();
        return Cell{.moment = moment.moment + std::llround(days * MicrosOfDay)};
    };
    all.push_back({"+", {M, N}, M, [](Args a, Scratch&) { return shifted(a[0], a[1].number); }});
    all.push_back({"-", {M, N}, M, [](Args a, Scratch&) { return shifted(a[0], -a[1].number); }});
}

}  // namespace

const std::vector<Function>& plainFunctions() {
    static const std::vector<Function> functions = [] {
        std::vector<Function> all;
        addArithmetic(all);
        addComparisons<SameNumber, LessNumber>(all, N);
        addComparisons<SameNumber, LessNumber>(all, B);
        addComparisons<SameText, LessText>(all, T);
        addComparisons<SameMoment, LessMoment>(all, M);
        addTexts(all);
        addMoments(all);
        return all;
    }();
    return functions;
}

}  // namespace expression

const std::vector<FunctionHelp>& expressionFunctions() {
    static const std::vector<FunctionHelp> functions = {
        {"if(test, a, b)", "a where the test is true, b where it is false"},
        {"is_missing(x)", "whether the cell is missing"},
        {"coalesce(x, y, …)", "the first that is not missing"},
        {"abs(x)", "without its sign"},
        {"sign(x)", "-1, 0 or 1"},
        {"sqrt(x)", "square root"},
        {"exp(x)", "e to the power of x"},
        {"log(x)", "natural logarithm"},
        {"log10(x)", "logarithm to base 10"},
        {"log1p(x)", "log(1 + x)"},
        {"sin(x)", "sine of x in radians"},
        {"cos(x)", "cosine of x in radians"},
        {"tan(x)", "tangent of x in radians"},
        {"floor(x)", "the next whole number below"},
        {"ceil(x)", "the next whole number above"},
        {"round(x)", "the nearest whole number"},
        {"round(x, digits)", "x with so many decimals"},
        {"min(a, b)", "the smaller"},
        {"max(a, b)", "the larger"},
        {"lower(text)", "in small letters"},
        {"upper(text)", "in capitals"},
        {"trim(text)", "without spaces around it"},
        {"length(text)", "how many characters"},
        {"contains(text, part)", "whether the part stands in it"},
        {"starts_with(text, part)", "whether it begins so"},
        {"ends_with(text, part)", "whether it ends so"},
        {"matches(text, 'pattern')", "whether a regular expression fits some part of it"},
        {"replace(text, from, to)", "with each from turned into to"},
        {"substring(text, first, count)", "characters from the first (1: the start) on"},
        {"number(text)", "read as a number; missing where it is none"},
        {"text(number)", "written as text"},
        {"date(text)", "read as a date; missing where it is none"},
        {"date(text, 'd/M/yyyy')", "read by a pattern: y, M (MMM: Jan), d, H, m, s, a (am, pm); missing where it does not fit; yy is of 1969 to 2068"},
        {"year(date)", "the year"},
        {"month(date)", "1 to 12"},
        {"day(date)", "the day of the month"},
        {"weekday(date)", "1 (Monday) to 7"},
        {"hour(date)", "0 to 23"},
    };
    return functions;
}

}  // namespace holdout
