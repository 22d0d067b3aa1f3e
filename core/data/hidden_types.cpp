// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hidden_types.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <string_view>

#include "base/format.h"
#include "data/clean_text.h"
#include "data/hidden_dates.h"
#include "data/hidden_measures.h"
#include "data/hidden_parts.h"
#include "data/number_text.h"

namespace holdout {

using namespace hidden;

std::string hidden::quoted(const std::string& text) {
    constexpr std::size_t Longest = 30;
    return "\"" + (text.size() <= Longest ? text : std::string(substringOf(text, 1, Longest)) + "…") + "\"";
}

std::string hidden::backQuoted(const std::string& name) {
    return "`" + name + "`";
}

EditSpec hidden::derived(const std::string& column, const std::string& formula) {
    EditSpec edit{"derive", {}, true};
    edit.params.set("name", column);
    edit.params.set("formula", formula);
    return edit;
}

namespace {

constexpr std::size_t Looked = 1000;
constexpr std::size_t Enough = 10;
/// What stands in front of numbers that are bounds: "<5" where less could not be measured.
constexpr std::array<std::string_view, 4> Bounds = {"<", ">", "≤", "≥"};
/// What stands around numbers, in UTF-8.
constexpr std::array<std::string_view, 9> Signs = {"$", "€", "£", "¥", "%", "<", ">", "≤", "≥"};
/// Behind amounts: that they are negative, or that they are not.
constexpr std::string_view Debit = "DR", Credit = "CR";
/// What stands between them and numbers; a no-break space also parts groups of digits.
constexpr std::array<std::string_view, 2> Spaces = {"\u00a0", " "};
/// As typesetters write it.
constexpr std::string_view LongMinus = "\u2212";
constexpr std::array<std::string_view, 4> Currencies = {"$", "€", "£", "¥"};

std::vector<std::string> knownCells(const Column& column) {
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < column.rows() && cells.size() < Looked; ++row)
        if (!column.isMissing(row)) cells.emplace_back(trimmed(column.cellText(row)));
    return cells;
}

/// Postal codes and the like.
bool hasLeadingZero(const std::string& cell) {
    return cell.size() > 1 && cell[0] == '0' && std::isdigit(static_cast<unsigned char>(cell[1]));
}

bool isNumber(std::string_view text, char decimal) {
    double value = 0;
    return parseNumberText(text, {decimal, '\0'}, value) || parseGroupedNumber(text, {decimal, '\0'}, value);
}

bool isInParentheses(std::string_view cell) {
    return cell.size() > 2 && cell.front() == '(' && cell.back() == ')' && cell.find_first_of("-(", 1) == std::string_view::npos;
}

void trimSpaces(std::string& cell) {
    for (const std::string_view space : Spaces) {
        while (cell.starts_with(space)) cell.erase(0, space.size());
        while (cell.ends_with(space)) cell.erase(cell.size() - space.size());
    }
}

/// "1,234.50-", as some programs write what is owed; never "-".
bool hasMinusBehind(std::string_view cell) {
    return cell.size() > 1 && cell.back() == '-' && cell.front() != '-' && std::isdigit(static_cast<unsigned char>(cell[cell.size() - 2]));
}

/// Spaces between digits stay: they are of telephone numbers. "(12)", "12-" and "12 DR" are -12, as bookkeepers write it.
std::string withoutSigns(std::string cell) {
    for (const std::string_view sign : Signs) cell = replacedAll(cell, sign, "");
    cell = replacedAll(cell, LongMinus, "-");
    trimSpaces(cell);
    if (isInParentheses(cell)) return "-" + cell.substr(1, cell.size() - 2);
    if (hasMinusBehind(cell)) return "-" + cell.substr(0, cell.size() - 1);
    const bool isDebit = cell.ends_with(Debit);
    if (!isDebit && !cell.ends_with(Credit)) return cell;
    cell.erase(cell.size() - Debit.size());
    trimSpaces(cell);
    return isDebit ? "-" + cell : cell;
}

EditSpec retype(const std::string& column, const char* type) {
    EditSpec edit{"retype", {}, true};
    edit.params.set("column", column);
    edit.params.set("type", std::string(type));
    return edit;
}

std::size_t countNumbers(const std::vector<std::string>& cells, char decimal) {
    return static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), [=](const std::string& cell) { return isNumber(cell, decimal); }));
}

/// number(replace(replace(`price`, '$', ''), ',', '')): the signs that stand in the cells go, then the thousands marks; a
/// decimal comma becomes a point.
std::string numberFormula(const std::string& column, const std::vector<std::string>& cells, char decimal) {
    const auto stands = [&](std::string_view sign) {
        return std::any_of(cells.begin(), cells.end(), [=](const std::string& cell) { return cell.find(sign) != std::string::npos; });
    };
    const std::string name = backQuoted(column);
    std::string formula = name;
    if (std::any_of(cells.begin(), cells.end(), hasMinusBehind))
        formula = "if(ends_with(trim(" + name + "), '-'), '-' + replace(" + name + ", '-', ''), " + name + ")";
    else if (std::any_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.ends_with(Debit); }))
        formula = "if(ends_with(trim(" + name + "), 'DR'), '-' + replace(" + name + ", 'DR', ''), replace(" + name + ", 'CR', ''))";
    const auto replace = [&](std::string_view from, std::string_view to) {
        if (stands(from)) formula = "replace(" + formula + ", '" + std::string(from) + "', '" + std::string(to) + "')";
    };
    for (const std::string_view sign : Signs) replace(sign, "");
    for (const std::string_view space : Spaces) replace(space, "");
    replace(LongMinus, "-");
    replace("(", "-");
    replace(")", "");
    replace(decimal == '.' ? "," : ".", "");
    if (decimal == ',') replace(",", ".");
    return "number(" + formula + ")";
}

std::string wordsOfSigns(const std::vector<std::string>& cells) {
    struct Kind {
        bool (*is)(const std::string& cell);
        const char* words;
    };
    constexpr std::array<Kind, 4> kinds = {{
        {[](const std::string& cell) { return std::any_of(Bounds.begin(), Bounds.end(), [&](std::string_view bound) { return cell.starts_with(bound); }); },
         "Some cells are bounds of what could be measured, which read as numbers count as the bound itself, such as "},
        {[](const std::string& cell) { return cell.find('(') != std::string::npos; }, "The cells are amounts, negative ones in parentheses, such as "},
        {[](const std::string& cell) { return hasMinusBehind(cell); }, "The cells are amounts, negative ones with the minus behind, such as "},
        {[](const std::string& cell) { return cell.ends_with(Debit); }, "The cells are amounts, debits (DR) and credits (CR), such as "},
    }};
    for (const Kind& kind : kinds)
        if (const auto found = std::find_if(cells.begin(), cells.end(), kind.is); found != cells.end()) return kind.words + quoted(*found);
    const auto with = std::find_if(cells.begin(), cells.end(), [](const std::string& cell) { return withoutSigns(cell) != cell; });
    return "The cells are numbers with signs, such as " + quoted(with == cells.end() ? cells.front() : *with);
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string list;
    for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return list;
}

/// Amounts in several currencies are of no one size; percents among plain numbers may be of another size than these.
std::optional<Finding> mixedSigns(const std::string& name, const std::vector<std::string>& cells, const std::vector<std::string>& bare, char decimal) {
    std::vector<std::string_view> currencies;
    for (const std::string_view sign : Currencies)
        if (std::any_of(cells.begin(), cells.end(), [=](const std::string& cell) { return cell.find(sign) != std::string::npos; })) currencies.push_back(sign);
    if (currencies.size() > 1)
        return Finding{name, "The cells are amounts in several currencies (" + joined(currencies) + "). Bring them to one by a formula: without the signs, their sizes say nothing.", "",
                       std::nullopt, Role::Ignored};
    const auto isPercent = [](const std::string& cell) { return cell.find('%') != std::string::npos; };
    const auto percents = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), isPercent));
    if (percents == 0 || percents == cells.size()) return std::nullopt;
    double largest = 0, largestPercent = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        double value = 0;
        if (!parseNumberText(bare[i], {decimal, '\0'}, value)) continue;
        double& most = isPercent(cells[i]) ? largestPercent : largest;
        most = std::max(most, std::abs(value));
    }
    const std::string begin = "Some cells have a sign of percent, such as " + quoted(*std::find_if(cells.begin(), cells.end(), isPercent)) + ", and others have none";
    if (largest <= 1 && largestPercent > 1) {
        const std::string column = backQuoted(name), number = numberFormula(name, cells, decimal);
        return Finding{name, begin + ", which look like parts of 1. They can be read as parts of 1 (12 % as 0.12).", "",
                       derived(name, number + " / if(contains(" + column + ", '%'), 100, 1)")};
    }
    return Finding{name, begin + ": they are taken to be percents as well, as they are of that size. As texts nothing can be learnt of them.", "",
                   derived(name, numberFormula(name, cells, decimal))};
}

std::optional<Finding> signedNumbers(const std::string& name, const std::vector<std::string>& cells) {
    std::vector<std::string> bare;
    for (const std::string& cell : cells) bare.push_back(withoutSigns(cell));
    if (bare == cells || std::any_of(bare.begin(), bare.end(), hasLeadingZero)) return std::nullopt;
    const std::size_t points = countNumbers(bare, '.'), commas = countNumbers(bare, ',');
    const char decimal = points >= commas ? '.' : ',';
    if (20 * std::max(points, commas) < 19 * cells.size()) return std::nullopt;
    if (auto mixed = mixedSigns(name, cells, bare, decimal)) return mixed;
    const std::string such = wordsOfSigns(cells);
    return Finding{name, such + ": as texts nothing can be learnt of their size.", "", derived(name, numberFormula(name, cells, decimal))};
}

/// The letters behind a number: "kg" of "12.5 kg". Empty when there is no number in front, or none behind.
std::string_view unitOf(std::string_view cell) {
    const std::size_t last = cell.find_last_of("0123456789");
    if (last == std::string_view::npos || last + 1 == cell.size()) return {};
    const std::string_view unit = trimmed(cell.substr(last + 1));
    constexpr std::size_t Longest = 8;
    const bool isWord = !unit.empty() && unit.size() <= Longest && unit.find_first_of("0123456789.,:;()-+ '`") == std::string_view::npos;
    return isWord ? unit : std::string_view();
}

bool isKnownUnit(std::string_view unit) {
    constexpr std::array<std::string_view, 38> units = {"usd", "eur", "gbp", "chf", "jpy", "cny", "sek", "nok", "dkk", "pln",
                                                        "kg", "g", "mg", "t", "lb", "lbs", "oz", "km", "m", "cm", "mm", "mi", "ft", "in", "l",
                                                        "ml", "h", "min", "s", "ms", "kb", "mb", "gb", "tb", "w", "kw", "°c", "°f"};
    const std::string lower = lowerCased(unit);
    return std::find(units.begin(), units.end(), lower) != units.end();
}

/// "12.5 kg" in (nearly) every cell. Several units would need a person to say what they are worth.
std::optional<Finding> numbersWithUnits(const std::string& name, const std::vector<std::string>& cells) {
    std::vector<std::string> bare, units;
    for (const std::string& cell : cells) {
        const std::string_view unit = unitOf(cell);
        if (unit.empty()) continue;
        bare.emplace_back(trimmed(std::string_view(cell).substr(0, cell.size() - unit.size())));
        if (std::find(units.begin(), units.end(), unit) == units.end()) units.emplace_back(unit);
    }
    if (bare.empty() || std::any_of(bare.begin(), bare.end(), hasLeadingZero)) return std::nullopt;
    const std::size_t points = countNumbers(bare, '.'), commas = countNumbers(bare, ',');
    if (20 * std::max(points, commas) < 19 * cells.size()) return std::nullopt;
    if (units.size() > 1) {
        if (!std::all_of(units.begin(), units.end(), isKnownUnit)) return std::nullopt;
        return Finding{name, "The cells are numbers with several units (" + units[0] + ", " + units[1] + (units.size() > 2 ? ", …" : "") +
                                 "). Bring them to one unit by a formula: as texts nothing can be learnt of their size.", "", std::nullopt, Role::Ignored};
    }
    const char decimal = points >= commas ? '.' : ',';
    const std::string formula = numberFormula(name, cells, decimal);
    const std::string column = backQuoted(name);
    // The unit goes first: it may hold a point.
    const std::string with = replacedAll(formula, column, "replace(" + column + ", '" + units[0] + "', '')");
    return Finding{name, "The cells are numbers with the unit " + units[0] + ", such as " + quoted(cells.back()) + ": as texts nothing can be learnt of their size.",
                   "", derived(name, with)};
}

/// Whether the cells are numbers of many values, and else only a few words that stand for one that is not known.
bool areCodedNumbers(const std::vector<std::string>& cells, char decimal) {
    constexpr std::size_t ManyNumbers = 10, FewWords = 3;
    std::set<std::string_view> numbers, words;
    std::size_t count = 0;
    for (const std::string& cell : cells) {
        const bool isOne = isNumber(cell, decimal);
        count += isOne ? 1 : 0;
        (isOne ? numbers : words).insert(cell);
    }
    return 2 * count >= cells.size() && numbers.size() >= ManyNumbers && words.size() <= FewWords;
}

/// Of a column whose first cells all are numbers (or dates, as `is` says): how many others are not, and one of them.
struct Later {
    std::size_t count = 0, known = 0;
    std::string example;
};

template <typename Is>
Later laterCells(const Column& column, const Is& is) {
    Later later;
    std::vector<char> isOne;
    if (column.type() == ColumnType::Category)
        for (const std::string& level : column.levels()) isOne.push_back(is(std::string(trimmed(level))) ? 1 : 0);
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        ++later.known;
        if (isOne.empty() ? is(std::string(trimmed(column.texts().at(row)))) : isOne[column.codes()[row]] != 0) continue;
        if (++later.count == 1) later.example = column.cellText(row);
    }
    return later;
}

/// "99.99 %" of nearly all, "more than 99.99 %" where that would be all.
std::string shareOf(std::size_t part, std::size_t all) {
    const double share = std::floor(1e4 * static_cast<double>(part) / static_cast<double>(all)) / 100;
    return part < all && share >= 99.99 ? "More than 99.99 %" : formatNumber(share, share > 99 ? 4 : 3) + " %";
}

std::optional<Finding> mostlyNumbers(const std::string& name, const std::vector<std::string>& cells, const Column& column) {
    const std::size_t points = countNumbers(cells, '.'), commas = countNumbers(cells, ',');
    const char decimal = points >= commas ? '.' : ',';
    const std::size_t numbers = std::max(points, commas);
    const bool areMost = 10 * numbers >= 9 * cells.size() || areCodedNumbers(cells, decimal);
    if (std::any_of(cells.begin(), cells.end(), hasLeadingZero)) return std::nullopt;
    if (!areMost && column.type() == ColumnType::Text && 5 * numbers >= 4 * cells.size()) {
        const auto word = std::find_if(cells.begin(), cells.end(), [=](const std::string& cell) { return !isNumber(cell, decimal); });
        return Finding{name, shareOf(numbers, cells.size()) + " of the cells are numbers, and others, such as " + quoted(*word) +
                                 ", are none: as texts nothing can be learnt of the numbers' size.", ""};
    }
    if (!areMost) return std::nullopt;
    const EditSpec edit = decimal == '.' ? retype(name, "number") : derived(name, numberFormula(name, cells, decimal));
    if (numbers == cells.size()) {
        const Later later = laterCells(column, [=](const std::string& cell) { return isNumber(cell, decimal); });
        if (later.count > 0)
            return Finding{name, shareOf(later.known - later.count, later.known) + " of the cells are numbers; others, such as " + quoted(later.example) +
                                     ", keep the column from being read so. Read as numbers, they become missing.", "", edit};
        // Categories that all are numbers were meant to be categories, unless a word was among them, in rows that are gone.
        const bool isCategory = column.type() == ColumnType::Category;
        if (isCategory && std::all_of(column.levels().begin(), column.levels().end(), [=](const std::string& level) { return isNumber(level, decimal); })) return std::nullopt;
        return Finding{name, std::string("Every cell is a number, but the column is read as ") + (isCategory ? "categories." : "text."), "", edit};
    }
    const auto other = std::find_if(cells.begin(), cells.end(), [=](const std::string& cell) { return !isNumber(cell, decimal); });
    return Finding{name,
                   formatNumber(std::floor(1000.0 * static_cast<double>(numbers) / static_cast<double>(cells.size())) / 10, 3) +
                       " % of the cells are numbers; others, such as " + quoted(*other) + ", keep the column from being read so. Read as numbers, they become missing.",
                   "", edit};
}

/// Two numbers and a year with marks between them, and perhaps a time of day.
struct DayMonth {
    int first = 0, second = 0;
    char mark = 0;
    bool isYearFirst = false;
    std::string time;  ///< the pattern of what stands behind the date
};

/// " H:mm" of " 9:05"; nothing when it is no time of day.
std::optional<std::string> timePattern(const std::string& text) {
    if (text.empty()) return std::string();
    static const re2::RE2 form(" \\d{1,2}:\\d{2}(:\\d{2})?( ?[AaPp][Mm])?");
    std::string seconds, half;
    if (!re2::RE2::FullMatch(text, form, &seconds, &half)) return std::nullopt;
    return std::string(half.empty() ? " H:mm" : " h:mm") + (seconds.empty() ? "" : ":ss") + (half.empty() ? "" : half.front() == ' ' ? " a" : "a");
}

std::optional<DayMonth> dayMonth(const std::string& cell) {
    static const re2::RE2 form("(\\d{1,4})([./-])(\\d{1,2})([./-])(\\d{1,4})(.*)");
    std::string first, mark, second, otherMark, third, rest;
    if (!re2::RE2::FullMatch(cell, form, &first, &mark, &second, &otherMark, &third, &rest) || mark != otherMark) return std::nullopt;
    const bool isYearFirst = first.size() == 4 && third.size() <= 2;
    if (!isYearFirst && (first.size() > 2 || third.size() != 4)) return std::nullopt;
    const auto time = timePattern(rest);
    const int a = std::stoi(isYearFirst ? second : first), b = std::stoi(isYearFirst ? third : second);
    if (!time || a < 1 || b < 1 || a > 31 || b > 31 || (a > 12 && b > 12)) return std::nullopt;
    return DayMonth{a, b, mark[0], isYearFirst, *time};
}

bool isIsoDate(const std::string& cell) {
    std::int64_t micros = 0;
    bool hasTime = false;
    return parseDateTime(cell, micros, hasTime);
}

/// Dates that no reader may guess: the day or the month first, unpadded, with other marks, some of them as 2023-01-31.
std::optional<Finding> dates(const std::string& name, const std::vector<std::string>& cells) {
    std::vector<DayMonth> found;
    std::size_t iso = 0;
    const std::string* example = nullptr;
    for (const std::string& cell : cells) {
        if (isIsoDate(cell)) {
            ++iso;
        } else if (const auto date = dayMonth(cell)) {
            found.push_back(*date);
            if (!example) example = &cell;
        }
    }
    if (found.empty() || 20 * (found.size() + iso) < 19 * cells.size()) return std::nullopt;
    const DayMonth& like = found.front();
    const bool isOneForm = std::all_of(found.begin(), found.end(), [&](const DayMonth& date) {
        return date.isYearFirst == like.isYearFirst && date.time == like.time;
    });
    std::string begin = "The cells are dates, such as " + quoted(*example);
    if (iso > 0) begin += ", and some are written as 2023-01-31";
    if (!isOneForm) return Finding{name, begin + ", in several forms. Written as 2024-03-07 they could be read.", "", std::nullopt, Role::Ignored};
    int first = 0, second = 0;
    for (const DayMonth& date : found) first = std::max(first, date.first), second = std::max(second, date.second);
    if (!like.isYearFirst && (first > 12) == (second > 12))
        return Finding{name, begin + (first > 12 ? ", some with the day, some with the month first." : ", but whether the day or the month comes first cannot be told of them."),
                       "", std::nullopt, Role::Ignored};
    // All marks become that of the first, which the pattern has.
    std::string formula = backQuoted(name);
    for (const char mark : {'.', '/', '-'})
        if (mark != like.mark && std::any_of(found.begin(), found.end(), [=](const DayMonth& date) { return date.mark == mark; }))
            formula = "replace(" + formula + ", '" + mark + "', '" + like.mark + "')";
    const std::string mark(1, like.mark);
    const bool dayFirst = !like.isYearFirst && first > 12;
    const std::string order = like.isYearFirst ? "yyyy" + mark + "M" + mark + "d" : dayFirst ? "d" + mark + "M" + mark + "yyyy" : "M" + mark + "d" + mark + "yyyy";
    formula = "date(" + formula + ", '" + order + like.time + "')";
    if (iso > 0) formula = "coalesce(date(" + backQuoted(name) + "), " + formula + ")";
    const std::string which = like.isYearFirst ? ", the year first" : dayFirst ? ", the day first" : ", the month first";
    return Finding{name, begin + which + ". As texts they say nothing of time; they can be read as dates.", "", derived(name, formula)};
}

std::optional<Finding> isoDates(const std::string& name, const std::vector<std::string>& cells, const Column& column) {
    if (!std::all_of(cells.begin(), cells.end(), isIsoDate)) return std::nullopt;
    if (const Later later = laterCells(column, isIsoDate); later.count > 0)
        return Finding{name, shareOf(later.known - later.count, later.known) + " of the cells are dates; others, such as " + quoted(later.example) +
                                 ", keep the column from being read so. Read as dates, they become missing.", "", retype(name, "date-time")};
    return Finding{name, "Every cell is a date, but the column is not read so.", "", retype(name, "date-time")};
}

bool isTotalWord(std::string_view text) {
    std::string word = lowerCased(trimmed(text));
    while (!word.empty() && (word.back() == ':' || word.back() == ' ')) word.pop_back();
    constexpr std::array<std::string_view, 12> words = {"total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "insgesamt",
                                                        "gesamtsumme", "somme", "totale", "suma"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::optional<Finding> hiddenType(const Column& column) {
    if (column.type() != ColumnType::Text && column.type() != ColumnType::Category) return std::nullopt;
    const std::string& name = column.name();
    const std::vector<std::string> cells = knownCells(column);
    // A name that is chosen by a list of names, or stands in back quotes, may not hold these.
    if (cells.size() < Enough || name.find_first_of("`,") != std::string::npos) return std::nullopt;
    // Before numbers among other cells: those would be lost, where a sign is all that is odd with them.
    if (auto finding = signedNumbers(name, cells)) return finding;
    if (auto finding = mostlyNumbers(name, cells, column)) return finding;
    if (auto finding = isoDates(name, cells, column)) return finding;
    if (auto finding = dates(name, cells)) return finding;
    if (auto finding = shortDates(name, cells)) return finding;
    if (auto finding = namedDates(name, cells)) return finding;
    if (auto finding = numbersWithUnits(name, cells)) return finding;
    if (auto finding = hiddenMeasure(name, cells, column.type())) return finding;
    return severalYesAndNo(column);
}

namespace {

std::size_t knownIn(const Table& table, std::size_t row) {
    return static_cast<std::size_t>(std::count_if(table.columns().begin(), table.columns().end(), [=](const ColumnPtr& column) { return !column->isMissing(row); }));
}

/// A last row of one text, where rows have more cells: a remark that stands below the table.
std::optional<Finding> noteRow(const Table& table) {
    const std::size_t last = table.rows() - 1;
    if (table.columnCount() < 3 || knownIn(table, last) != 1 || knownIn(table, 0) < 2 || knownIn(table, last / 2) < 2) return std::nullopt;
    for (const ColumnPtr& column : table.columns()) {
        if (column->isMissing(last)) continue;
        const std::string cell = column->cellText(last);
        const bool isWords = column->type() == ColumnType::Text || column->type() == ColumnType::Category;
        if (!isWords || column->name().find('`') != std::string::npos || cell.find_first_of("'\n") != std::string::npos) return std::nullopt;
        EditSpec edit{"filter", {}, true};
        edit.params.set("where", backQuoted(column->name()) + " = '" + cell + "'");
        edit.params.set("do", std::string("drop"));
        return Finding{"", "The last row holds one cell alone, " + quoted(cell) + ": it looks like a remark below the table.", "", edit};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Finding> totalRow(const Table& table) {
    if (table.rows() < Enough) return std::nullopt;
    if (auto note = noteRow(table)) return note;
    const std::size_t last = table.rows() - 1;
    for (const ColumnPtr& column : table.columns()) {
        const bool isText = column->type() == ColumnType::Text || column->type() == ColumnType::Category;
        if (!isText || column->isMissing(last)) continue;
        const std::string cell = column->cellText(last);
        if (!isTotalWord(cell) || column->name().find('`') != std::string::npos) continue;
        for (std::size_t row = 0; row < last; ++row)
            if (!column->isMissing(row) && column->cellText(row) == cell) return std::nullopt;  // a value like others
        EditSpec edit{"filter", {}, true};
        edit.params.set("where", backQuoted(column->name()) + " = '" + cell + "'");
        edit.params.set("do", std::string("drop"));
        return Finding{"", "The last row looks like a sum of those above: its " + column->name() + " is " + quoted(cell) + ".", "", edit};
    }
    return std::nullopt;
}

std::optional<Finding> tooManyDigits(const ColumnProfile& profile, const Column& column) {
    constexpr double Exact = 9007199254740992.0;  // 2^53: beyond it neighbours fall together
    constexpr std::size_t Digits = 14, Looked = 1000;
    if (profile.type != ColumnType::Number || !profile.max || !profile.min) return std::nullopt;
    const double most = std::max(std::abs(*profile.max), std::abs(*profile.min));
    if (!(most > Exact) || std::isinf(most)) return std::nullopt;
    // Measurements of such a size (6.022e23) have few digits that are not 0; identifiers have all of them.
    bool hasMany = false;
    std::size_t looked = 0;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        const double value = column.numbers()[row];
        if (column.isMissing(row)) continue;
        if (value != std::floor(value)) return std::nullopt;
        if (hasMany || std::abs(value) <= Exact || ++looked > Looked) continue;
        std::string digits = formatExact(value);
        digits = digits.substr(0, digits.find_first_of("eE"));
        std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
        while (!digits.empty() && digits.back() == '0') digits.pop_back();
        hasMany = digits.size() >= Digits;
    }
    if (!hasMany) return std::nullopt;
    return Finding{profile.name,
                   "These whole numbers have more digits than a number keeps (some 16): different ones may have become the same. "
                   "Where they are identifiers, read the column as text, or leave it out.",
                   "", std::nullopt, Role::Ignored};
}

std::optional<Finding> missingCode(const ColumnProfile& profile, const Column& column) {
    constexpr std::array<double, 8> Low = {-9, -99, -127, -999, -9999, -32768, -99999, -999999};
    constexpr std::array<double, 5> High = {999, 9999, 32767, 65535, 99999};
    constexpr double Far = 5;
    if (profile.type != ColumnType::Number || !profile.min || !profile.max || column.name().find(',') != std::string::npos) return std::nullopt;
    const bool isLow = std::find(Low.begin(), Low.end(), *profile.min) != Low.end();
    const bool isHigh = !isLow && std::find(High.begin(), High.end(), *profile.max) != High.end();
    if (!isLow && !isHigh) return std::nullopt;
    const double code = isLow ? *profile.min : *profile.max;
    std::int64_t count = 0, others = 0;
    double least = INFINITY, most = -INFINITY;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        const double value = column.numbers()[row];
        if (value == code) {
            ++count;
            continue;
        }
        ++others;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    const double size = std::max(std::abs(least), std::abs(most));
    const bool isFar = isLow ? (least >= 0 && code < -9) || -code > Far * size || (least >= 0 && count >= 3) : code > Far * size;
    if (others < static_cast<std::int64_t>(Enough) || count < 2 || !isFar) return std::nullopt;
    EditSpec edit{"set-missing", {}, true};
    edit.params.set("columns", column.name());
    edit.params.set("values", formatNumber(code, 6));
    return Finding{column.name(),
                   formatNumber(code, 6) + " stands in " + formatCount(count) + " cells, far from all others (" + formatNumber(least, 4) + " to " +
                       formatNumber(most, 4) + "): it looks like a code for a missing cell.",
                   "", edit};
}

}  // namespace holdout
