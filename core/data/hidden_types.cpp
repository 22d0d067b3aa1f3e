// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hidden_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

#include "base/format.h"
#include "data/clean_text.h"
#include "data/number_text.h"

namespace holdout {
namespace {

constexpr std::size_t Looked = 1000;
constexpr std::size_t Enough = 10;
/// What stands around numbers, in UTF-8.
constexpr std::array<std::string_view, 5> Signs = {"$", "€", "£", "¥", "%"};
/// What stands between them and numbers; a no-break space also parts groups of digits.
constexpr std::array<std::string_view, 2> Spaces = {"\u00a0", " "};

std::vector<std::string> knownCells(const Column& column) {
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < column.rows() && cells.size() < Looked; ++row)
        if (!column.isMissing(row)) cells.emplace_back(trimmed(column.cellText(row)));
    return cells;
}

std::string quoted(const std::string& text) {
    constexpr std::size_t Longest = 30;
    return "\"" + (text.size() <= Longest ? text : std::string(substringOf(text, 1, Longest)) + "…") + "\"";
}

std::string backQuoted(const std::string& name) {
    return "`" + name + "`";
}

/// Postal codes and the like.
bool hasLeadingZero(const std::string& cell) {
    return cell.size() > 1 && cell[0] == '0' && std::isdigit(static_cast<unsigned char>(cell[1]));
}

bool isNumber(std::string_view text, char decimal) {
    double value = 0;
    return parseNumberText(text, {decimal, '\0'}, value) || parseGroupedNumber(text, {decimal, '\0'}, value);
}

/// Spaces between digits stay: they are of telephone numbers.
std::string withoutSigns(std::string cell) {
    for (const std::string_view sign : Signs) cell = replacedAll(cell, sign, "");
    for (const std::string_view space : Spaces) {
        while (cell.starts_with(space)) cell.erase(0, space.size());
        while (cell.ends_with(space)) cell.erase(cell.size() - space.size());
    }
    return cell;
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
    std::string formula = backQuoted(column);
    const auto replace = [&](std::string_view from, std::string_view to) {
        if (stands(from)) formula = "replace(" + formula + ", '" + std::string(from) + "', '" + std::string(to) + "')";
    };
    for (const std::string_view sign : Signs) replace(sign, "");
    for (const std::string_view space : Spaces) replace(space, "");
    replace(decimal == '.' ? "," : ".", "");
    if (decimal == ',') replace(",", ".");
    return "number(" + formula + ")";
}

std::optional<Finding> signedNumbers(const std::string& name, const std::vector<std::string>& cells) {
    std::vector<std::string> bare;
    for (const std::string& cell : cells) bare.push_back(withoutSigns(cell));
    if (bare == cells || std::any_of(bare.begin(), bare.end(), hasLeadingZero)) return std::nullopt;
    const std::size_t points = countNumbers(bare, '.'), commas = countNumbers(bare, ',');
    const char decimal = points >= commas ? '.' : ',';
    if (20 * std::max(points, commas) < 19 * cells.size()) return std::nullopt;
    EditSpec edit{"derive", {}, true};
    edit.params.set("name", name);
    edit.params.set("formula", numberFormula(name, cells, decimal));
    return Finding{name, "The cells are numbers with signs, such as " + quoted(cells.front()) + ": as texts nothing can be learnt of their size.", "", edit};
}

std::optional<Finding> mostlyNumbers(const std::string& name, const std::vector<std::string>& cells, ColumnType type) {
    const std::size_t numbers = countNumbers(cells, '.');
    if (10 * numbers < 9 * cells.size() || std::any_of(cells.begin(), cells.end(), hasLeadingZero)) return std::nullopt;
    if (numbers == cells.size()) {
        // Categories that all are numbers were meant to be categories.
        if (type == ColumnType::Category) return std::nullopt;
        return Finding{name, "Every cell is a number, but the column is read as text.", "", retype(name, "number")};
    }
    const auto other = std::find_if(cells.begin(), cells.end(), [](const std::string& cell) { return !isNumber(cell, '.'); });
    return Finding{name,
                   formatNumber(std::floor(1000.0 * static_cast<double>(numbers) / static_cast<double>(cells.size())) / 10, 3) +
                       " % of the cells are numbers; others, such as " + quoted(*other) + ", keep the column from being read so. Read as numbers, they become missing.",
                   "", retype(name, "number")};
}

/// Two numbers and a year with marks between them.
struct DayMonth {
    int first = 0, second = 0;
    char mark = 0;
    bool isPadded = false;
};

std::optional<DayMonth> dayMonth(const std::string& cell) {
    std::array<int, 3> parts{};
    std::array<std::size_t, 3> digits{};
    std::size_t part = 0;
    char mark = 0;
    for (const char c : cell) {
        if (std::isdigit(static_cast<unsigned char>(c))) {
            if (++digits[part] > 4) return std::nullopt;
            parts[part] = 10 * parts[part] + (c - '0');
        } else if ((c == '.' || c == '/' || c == '-') && (mark == 0 || mark == c) && part < 2 && digits[part] > 0) {
            mark = c;
            ++part;
        } else {
            return std::nullopt;
        }
    }
    const bool isDate = part == 2 && digits[0] <= 2 && digits[1] <= 2 && digits[2] == 4 && parts[0] >= 1 && parts[0] <= 31 &&
                        parts[1] >= 1 && parts[1] <= 31 && (parts[0] <= 12 || parts[1] <= 12);
    if (!isDate) return std::nullopt;
    return DayMonth{parts[0], parts[1], mark, digits[0] == 2 && digits[1] == 2};
}

std::optional<Finding> dates(const std::string& name, const std::vector<std::string>& cells) {
    std::size_t found = 0;
    bool isPadded = true, isOneMark = true;
    int first = 0, second = 0;
    char mark = 0;
    for (const std::string& cell : cells) {
        const auto date = dayMonth(cell);
        if (!date) continue;
        ++found;
        first = std::max(first, date->first);
        second = std::max(second, date->second);
        isPadded = isPadded && date->isPadded;
        isOneMark = isOneMark && (mark == 0 || mark == date->mark);
        mark = date->mark;
    }
    if (20 * found < 19 * cells.size()) return std::nullopt;
    const std::string begin = "The cells are dates, such as " + quoted(cells.front());
    if ((first > 12) == (second > 12))
        return Finding{name, begin + ", but whether the day or the month comes first cannot be told of them.", "", std::nullopt, Role::Ignored};
    const bool dayFirst = first > 12;
    const std::string order = dayFirst ? ", the day first" : ", the month first";
    if (!isPadded || !isOneMark)
        return Finding{name, begin + order + ". Written as 2024-03-07 they could be read.", "", std::nullopt, Role::Ignored};
    EditSpec edit{"replace", {}, true};
    edit.params.set("columns", name);
    edit.params.set("find", std::string("^(\\d\\d)[./-](\\d\\d)[./-](\\d{4})$"));
    edit.params.set("with", std::string(dayFirst ? "\\3-\\2-\\1" : "\\3-\\1-\\2"));
    edit.params.set("match", std::string("pattern"));
    return Finding{name, begin + order + ". Turned into the form 2023-01-31, they can be read as dates.", "", edit};
}

std::optional<Finding> isoDates(const std::string& name, const std::vector<std::string>& cells) {
    const bool areDates = std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
        std::int64_t micros = 0;
        bool hasTime = false;
        return parseDateTime(cell, micros, hasTime);
    });
    if (!areDates) return std::nullopt;
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
    if (auto finding = mostlyNumbers(name, cells, column.type())) return finding;
    if (auto finding = isoDates(name, cells)) return finding;
    if (auto finding = dates(name, cells)) return finding;
    return signedNumbers(name, cells);
}

std::optional<Finding> totalRow(const Table& table) {
    if (table.rows() < Enough) return std::nullopt;
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
    constexpr double Longest = 1e20;              // beyond it they are measurements
    if (profile.type != ColumnType::Number || !profile.max || !profile.min) return std::nullopt;
    const double most = std::max(std::abs(*profile.max), std::abs(*profile.min));
    if (!(most > Exact && most < Longest)) return std::nullopt;
    for (const double value : column.numbers())
        if (value != std::floor(value)) return std::nullopt;
    return Finding{profile.name,
                   "These whole numbers have more digits than a number keeps (some 16): different ones may have become the same. "
                   "Where they are identifiers, read the column as text, or leave it out.",
                   "", std::nullopt, Role::Ignored};
}

std::optional<Finding> missingCode(const ColumnProfile& profile, const Column& column) {
    constexpr std::array<double, 5> Low = {-9, -99, -999, -9999, -99999};
    constexpr std::array<double, 3> High = {999, 9999, 99999};
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
