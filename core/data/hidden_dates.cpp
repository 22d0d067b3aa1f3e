// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hidden_dates.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string_view>

#include "data/clean_text.h"
#include "data/date_pattern.h"
#include "data/hidden_parts.h"

namespace holdout {

using namespace hidden;

namespace {

constexpr std::size_t Enough = 10;
constexpr int LongestMonth = 31, Months = 12;

/// Nearly all: a few cells may be remarks.
bool areMost(std::size_t part, std::size_t all) {
    return 20 * part >= 19 * all;
}

/// "31/12/98 9:05": the three numbers, what stands between them and behind.
struct ShortDate {
    std::array<int, 3> numbers{};
    std::string mark, time;
};

std::optional<ShortDate> shortDate(const std::string& cell) {
    static const re2::RE2 form("(\\d{1,2})([./-])(\\d{1,2})([./-])(\\d\\d)( \\d{1,2}:\\d\\d(?::\\d\\d)?)?");
    ShortDate date;
    std::array<std::string, 3> texts;
    std::string otherMark;
    if (!re2::RE2::FullMatch(cell, form, &texts[0], &date.mark, &texts[1], &otherMark, &texts[2], &date.time) || date.mark != otherMark) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) date.numbers[i] = std::stoi(texts[i]);
    return date;
}

std::string timePattern(const std::string& time) {
    const auto colons = std::count(time.begin(), time.end(), ':');
    return colons == 0 ? "" : colons == 1 ? " H:mm" : " H:mm:ss";
}

/// Which number is what, in the order in which they stand.
struct Order {
    std::size_t day, month, year;
    const char* words;
    const char* letters[3];  ///< of a pattern
};

constexpr std::array<Order, 3> Orders = {{{0, 1, 2, "the day first", {"d", "M", "yy"}},
                                          {1, 0, 2, "the month first", {"M", "d", "yy"}},
                                          {2, 1, 0, "the year first", {"yy", "M", "d"}}}};

bool fits(const ShortDate& date, const Order& order) {
    const int day = date.numbers[order.day], month = date.numbers[order.month];
    return day >= 1 && day <= LongestMonth && month >= 1 && month <= Months;
}

/// Of the places first and last, days take more values than years where dates of a few years are many.
std::size_t distinctAt(const std::vector<ShortDate>& dates, std::size_t place) {
    std::set<int> values;
    for (const ShortDate& date : dates) values.insert(date.numbers[place]);
    return values.size();
}

std::vector<const Order*> ordersThatFit(const std::vector<ShortDate>& dates) {
    std::vector<const Order*> orders;
    for (const Order& order : Orders)
        if (std::all_of(dates.begin(), dates.end(), [&](const ShortDate& date) { return fits(date, order); })) orders.push_back(&order);
    const bool hasYearFirst = !orders.empty() && orders.back()->year == 0;
    if (orders.size() < 2 || !hasYearFirst) return orders;
    const std::size_t first = distinctAt(dates, 0), last = distinctAt(dates, 2);
    if (first > 2 * last) orders.pop_back();
    else if (last > 2 * first) orders = {orders.back()};
    return orders;
}

bool holdsAny(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool isOfBirths(const std::string& name) {
    const std::string lower = lowerCased(name);
    return lower == "geb" || lower.starts_with("geb_") ||
           holdsAny(lower, {"birth", "dob", "born", "geburt", "geb.", "naiss", "nacim", "nascim", "do\u011fum"});
}

int yearNow() {
    return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())).year());
}

std::string patternOf(const Order& order, const std::string& mark, const std::string& time, const char* year) {
    std::string pattern;
    for (std::size_t i = 0; i < 3; ++i) pattern += (i > 0 ? mark : "") + (i == order.year ? year : order.letters[i]);
    return pattern + timePattern(time);
}

/// The year is written out by the formula: 19 in front of those beyond the current one, 20 in front of the others.
std::string birthFormula(const std::string& name, const Order& order, const std::string& mark, int now) {
    const std::string column = "trim(" + backQuoted(name) + ")", length = "length(" + column + ")";
    const std::string year = "substring(" + column + ", " + length + " - 1, 2)", rest = "substring(" + column + ", 1, " + length + " - 2)";
    return "date(" + rest + " + if(number(" + year + ") > " + std::to_string(now % 100) + ", '19', '20') + " + year + ", '" + patternOf(order, mark, "", "yyyy") + "')";
}

/// The months as readers of patterns know them.
bool isMonthName(std::string_view word) {
    constexpr std::array<std::string_view, Months> names = {"january", "february", "march",     "april",   "may",      "june",
                                                            "july",    "august",   "september", "october", "november", "december"};
    const std::string lower = lowerCased(word);
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return lower == name || lower == name.substr(0, 3); });
}

/// The pattern that reads a date with a month as a word; empty when it is none.
std::string namedPattern(const std::string& cell) {
    static const re2::RE2 dayFirst("(\\d{1,2})([ ./-]?)([A-Za-z]{3,9})([ ./-]?)(\\d{4}|\\d\\d)( \\d{1,2}:\\d\\d(?::\\d\\d)?)?");
    static const re2::RE2 monthFirst("([A-Za-z]{3,9})( )(\\d{1,2})(, ?| )(\\d{4})( \\d{1,2}:\\d\\d(?::\\d\\d)?)?");
    std::string first, mark, second, otherMark, year, time;
    if (re2::RE2::FullMatch(cell, dayFirst, &first, &mark, &second, &otherMark, &year, &time) && isMonthName(second))
        return (mark.empty() ? "dd" : "d") + mark + "MMM" + otherMark + std::string(year.size(), 'y') + timePattern(time);
    if (re2::RE2::FullMatch(cell, monthFirst, &first, &mark, &second, &otherMark, &year, &time) && isMonthName(first))
        return "MMM" + mark + "d" + otherMark + "yyyy" + timePattern(time);
    return {};
}

bool isNamedAfterTime(const std::string& name) {
    const std::string lower = lowerCased(name);
    return lower == "ts" || lower == "t" || lower.ends_with("_ts") || lower.ends_with("_at") ||
           holdsAny(lower, {"time", "date", "epoch", "stamp", "unix", "zeit", "datum", "fecha", "tarih"});
}

/// The known cells when all are whole and between two values; empty otherwise.
std::vector<double> wholeBetween(const Column& column, double low, double high) {
    std::vector<double> values;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        const double value = column.numbers()[row];
        if (!(value >= low && value <= high) || value != std::floor(value)) return {};
        values.push_back(value);
    }
    return values;
}

}  // namespace

std::optional<Finding> shortDates(const std::string& name, const std::vector<std::string>& cells) {
    std::vector<ShortDate> dates;
    const std::string* example = nullptr;
    for (const std::string& cell : cells) {
        auto date = shortDate(cell);
        if (!date || std::none_of(Orders.begin(), Orders.end(), [&](const Order& order) { return fits(*date, order); })) continue;
        if (!example) example = &cell;
        dates.push_back(std::move(*date));
    }
    if (dates.empty() || !areMost(dates.size(), cells.size())) return std::nullopt;
    const ShortDate& like = dates.front();
    std::string begin = "The cells are dates with years of two digits, such as " + quoted(*example);
    const bool isOneForm = std::all_of(dates.begin(), dates.end(), [&](const ShortDate& date) {
        return date.mark == like.mark && timePattern(date.time) == timePattern(like.time);
    });
    if (!isOneForm) return Finding{name, begin + ", in several forms. Written as 2024-03-07 they could be read.", "", std::nullopt, Role::Ignored};
    const std::vector<const Order*> orders = ordersThatFit(dates);
    if (orders.size() != 1)
        return Finding{name, begin + (orders.empty() ? ", in several orders." : ", but which number is the day, the month and the year cannot be told of them."),
                       "", std::nullopt, Role::Ignored};
    const Order& order = *orders.front();
    begin += ", " + std::string(order.words) + ". ";
    const int now = yearNow();
    if (isOfBirths(name) && order.year == 2 && like.time.empty())
        return Finding{name, begin + "They can be read as dates of " + std::to_string(now - 99) + " to " + std::to_string(now) + ", as births lie in the past; as texts they say nothing of time.",
                       "", derived(name, birthFormula(name, order, like.mark, now))};
    return Finding{name, begin + "They can be read as dates of 1969 to 2068; as texts they say nothing of time.", "",
                   derived(name, "date(" + backQuoted(name) + ", '" + patternOf(order, like.mark, like.time, "yy") + "')")};
}

std::optional<Finding> namedDates(const std::string& name, const std::vector<std::string>& cells) {
    std::set<std::string> patterns;
    std::size_t count = 0;
    const std::string* example = nullptr;
    for (const std::string& cell : cells) {
        const std::string pattern = namedPattern(cell);
        if (std::int64_t micros = 0; pattern.empty() || !parseDateByPattern(cell, pattern, micros)) continue;
        patterns.insert(pattern);
        if (!example) example = &cell;
        ++count;
    }
    if (count == 0 || !areMost(count, cells.size())) return std::nullopt;
    const std::string begin = "The cells are dates, such as " + quoted(*example);
    if (patterns.size() > 1) return Finding{name, begin + ", in several forms. Written as 2024-03-07 they could be read.", "", std::nullopt, Role::Ignored};
    const bool isShort = patterns.begin()->find("yyyy") == std::string::npos;
    return Finding{name, begin + (isShort ? ", with years of two digits. They can be read as dates of 1969 to 2068; as texts they say nothing of time."
                                          : ". As texts they say nothing of time; they can be read as dates."),
                   "", derived(name, "date(" + backQuoted(name) + ", '" + *patterns.begin() + "')")};
}

std::optional<Finding> datesAsNumbers(const Column& column) {
    constexpr double FirstDay = 19000101, LastDay = 20991231;
    constexpr double FirstSecond = 946684800, LastSecond = 2208988800;  // 2000 and 2040
    constexpr double Thousand = 1000;
    const std::string& name = column.name();
    if (column.type() != ColumnType::Number || name.find_first_of("`,") != std::string::npos) return std::nullopt;
    if (const std::vector<double> days = wholeBetween(column, FirstDay, LastDay); days.size() >= Enough) {
        const bool areDates = std::all_of(days.begin(), days.end(), [](double value) {
            std::int64_t micros = 0;
            return parseDateByPattern(std::to_string(static_cast<std::int64_t>(value)), "yyyyMMdd", micros);
        });
        if (areDates)
            return Finding{name, "These numbers are dates, such as " + std::to_string(static_cast<std::int64_t>(days.front())) + ": as numbers, the end of a month lies far from the next.",
                           "", derived(name, "date(text(" + backQuoted(name) + "), 'yyyyMMdd')")};
    }
    if (!isNamedAfterTime(name)) return std::nullopt;
    constexpr double FirstSheetDay = 32874, LastSheetDay = 54789;  // 1990 and 2050
    if (wholeBetween(column, FirstSheetDay, LastSheetDay).size() >= Enough)
        return Finding{name, "These numbers look like days as spreadsheets count them, from 1899-12-30. They can be read as dates.", "",
                       derived(name, "date('1899-12-30') + " + backQuoted(name))};
    for (const double unit : {1.0, Thousand}) {
        if (wholeBetween(column, FirstSecond * unit, LastSecond * unit).size() < Enough) continue;
        return Finding{name, std::string("These numbers look like ") + (unit > 1 ? "milliseconds" : "seconds") + " since 1970, as computers count time. They can be read as dates and times (of Greenwich).",
                       "", derived(name, "date('1970-01-01') + " + backQuoted(name) + (unit > 1 ? " / 86400000" : " / 86400"))};
    }
    return std::nullopt;
}

}  // namespace holdout
