// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hidden_measures.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "base/format.h"
#include "data/clean_text.h"
#include "data/hidden_parts.h"
#include "data/number_text.h"

namespace holdout {

using namespace hidden;

namespace {

using Cells = std::vector<std::string>;

constexpr const char* NoSize = ": as texts nothing can be learnt of their size.";

/// Nearly all: a few cells may be remarks.
bool areMost(std::size_t part, std::size_t all) {
    return 20 * part >= 19 * all;
}

std::size_t countLike(const Cells& cells, const re2::RE2& form) {
    return static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), [&](const std::string& cell) { return re2::RE2::FullMatch(cell, form); }));
}

const std::string& firstLike(const Cells& cells, const re2::RE2& form) {
    return *std::find_if(cells.begin(), cells.end(), [&](const std::string& cell) { return re2::RE2::FullMatch(cell, form); });
}

Finding withoutEdit(const std::string& name, const std::string& sentence) {
    return {name, sentence, "", std::nullopt, Role::Ignored};
}

/// Both parts count from the end, where they have two digits and as many decimals.
std::optional<Finding> durations(const std::string& name, const Cells& cells) {
    static const re2::RE2 three("-?\\d+:[0-5]\\d:[0-5]\\d(?:[.,](\\d+))?"), two("-?\\d+:[0-5]\\d(?:[.,](\\d+))?");
    const bool hasSeconds = areMost(countLike(cells, three), cells.size());
    const re2::RE2& form = hasSeconds ? three : two;
    if (!areMost(countLike(cells, form), cells.size())) return std::nullopt;
    const std::string begin = "The cells are times or durations, such as " + quoted(firstLike(cells, form)) + NoSize;
    std::set<std::size_t> decimals;
    bool isNegative = false;
    for (const std::string& cell : cells) {
        if (std::string digits; re2::RE2::FullMatch(cell, form, &digits)) decimals.insert(digits.size());
        isNegative = isNegative || cell.front() == '-';
    }
    if (decimals.size() > 1 || isNegative) return withoutEdit(name, begin + " Bring them to one unit by a formula.");
    const std::size_t tail = *decimals.begin() > 0 ? *decimals.begin() + 1 : 0;
    const std::string cell = "trim(" + backQuoted(name) + ")", length = "length(" + cell + ")";
    const auto part = [&](std::size_t behind, const std::string& count) {
        return "number(substring(" + cell + ", " + length + " - " + std::to_string(behind + tail) + ", " + count + "))";
    };
    const auto first = [&](std::size_t behind) { return "number(substring(" + cell + ", 1, " + length + " - " + std::to_string(behind + tail) + "))"; };
    const std::string last = std::to_string(2 + tail);
    const std::string formula = hasSeconds ? first(6) + " + " + part(4, "2") + " / 60 + " + part(1, last) + " / 3600" : first(3) + " + " + part(1, last) + " / 60";
    return Finding{name, begin + (hasSeconds ? " They can be read as hours." : " They can be read as numbers of what stands in front (hours or minutes)."), "",
                   derived(name, formula)};
}

std::optional<Finding> angles(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("[NSEWO]? ?-?\\d{1,3} ?[°º] ?(?:\\d{1,2}(?:[.,]\\d+)? ?['′’] ?)?(?:\\d{1,2}(?:[.,]\\d+)? ?(?:\"|″|”|'') ?)?[NSEWO]?");
    if (!areMost(countLike(cells, form), cells.size())) return std::nullopt;
    return withoutEdit(name, "The cells are angles in degrees, minutes and seconds, such as " + quoted(firstLike(cells, form)) +
                                 NoSize + " Bring them to decimal degrees before reading the file.");
}

std::optional<Finding> numbersInPairs(const std::string& name, const Cells& cells, ColumnType type) {
    if (type != ColumnType::Text) return std::nullopt;  // a few levels, as of ages (18-24), are categories
    static const re2::RE2 form("-?\\d+(?:\\.\\d+)? ?(±|\\+/-|/|–|-|x|×|;) ?-?\\d+(?:\\.\\d+)?");
    std::set<std::string> marks;
    std::size_t count = 0;
    for (const std::string& cell : cells)
        if (std::string mark; re2::RE2::FullMatch(cell, form, &mark)) {
            marks.insert(mark);
            ++count;
        }
    if (!areMost(count, cells.size()) || marks.size() != 1) return std::nullopt;
    EditSpec split{"split", {}, true};
    split.params.set("column", name);
    split.params.set("separator", *marks.begin());
    return Finding{name, "The cells hold two numbers each, such as " + quoted(firstLike(cells, form)) + ": as texts nothing can be learnt of their size. They can be split at " + *marks.begin() + ".",
                   "", split};
}

/// 1.2K and 3M, or 7.5M in every cell; plain numbers may be among them.
std::optional<Finding> amountsWithSize(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("-?\\d+(?:\\.\\d+)? ?([KkMBT]?)");
    std::set<char> sizes;
    std::size_t count = 0;
    for (const std::string& cell : cells)
        if (std::string size; re2::RE2::FullMatch(cell, form, &size)) {
            ++count;
            if (!size.empty()) sizes.insert(size[0] == 'k' ? 'K' : size[0]);
        }
    if (!areMost(count, cells.size()) || sizes.size() < 2) return std::nullopt;  // one is like a unit
    const std::string column = backQuoted(name);
    std::string bare = "upper(" + column + ")", factor = "1";
    for (const auto& [size, worth] : {std::pair{'K', "1000"}, {'M', "1000000"}, {'B', "1000000000"}, {'T', "1000000000000"}}) {
        if (!sizes.contains(size)) continue;
        bare = "replace(" + bare + ", '" + size + "', '')";
        factor = "if(contains(upper(" + column + "), '" + size + "'), " + worth + ", " + factor + ")";
    }
    static const re2::RE2 sized("-?\\d+(?:\\.\\d+)? ?[KkMBT]");
    return Finding{name, "The cells are numbers with letters for thousands (K), millions (M) and so on, such as " + quoted(firstLike(cells, sized)) + NoSize, "",
                   derived(name, "number(trim(" + bare + ")) * " + factor)};
}

std::optional<Finding> numbersInGroups(const std::string& name, const Cells& cells) {
    static const re2::RE2 byBlanks("-?\\d{1,3}(?: \\d{3})+(?:[.,]\\d+)?"), plain("-?\\d{1,3}(?:[.,]\\d+)?"), asInIndia("-?\\d{1,2}(?:,\\d{2})+,\\d{3}(?:\\.\\d+)?");
    static const re2::RE2 withDecimals(".*\\d[.,]\\d+"), threeOrFewer("-?\\d{1,3}(?:,\\d{3})?(?:\\.\\d+)?");
    const std::size_t blanks = countLike(cells, byBlanks), india = countLike(cells, asInIndia);
    const std::string column = backQuoted(name);
    if (india > 0 && areMost(india + countLike(cells, threeOrFewer), cells.size()))
        return Finding{name, "The cells are numbers in groups as India writes them, such as " + quoted(firstLike(cells, asInIndia)) + NoSize, "",
                       derived(name, "number(replace(" + column + ", ',', ''))")};
    // Telephone numbers have groups as well, but no decimals, and none is a tenth of another.
    std::set<std::size_t> lengths;
    for (const std::string& cell : cells) lengths.insert(cell.size());
    const bool isOfNumbers = countLike(cells, withDecimals) > 0 || lengths.size() >= 3;
    if (blanks == 0 || !areMost(blanks + countLike(cells, plain), cells.size()) || !isOfNumbers) return std::nullopt;
    const bool hasComma = std::any_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.find(',') != std::string::npos; });
    const bool hasPoint = std::any_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.find('.') != std::string::npos; });
    const std::string begin = "The cells are numbers with blanks between thousands, such as " + quoted(firstLike(cells, byBlanks));
    if (hasComma && hasPoint) return withoutEdit(name, begin + ", some with a decimal comma, some with a point.");
    const std::string joined = "replace(" + column + ", ' ', '')";
    return Finding{name, begin + NoSize, "", derived(name, "number(" + (hasComma ? "replace(" + joined + ", ',', '.')" : joined) + ")")};
}

std::optional<Finding> exponentsOfFortran(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("[+-]?\\d*\\.\\d*[Dd][+-]?\\d+");
    if (!areMost(countLike(cells, form), cells.size())) return std::nullopt;
    return Finding{name, "The cells are numbers with D before the exponent, such as " + quoted(firstLike(cells, form)) + NoSize, "",
                   derived(name, "number(replace(upper(trim(" + backQuoted(name) + ")), 'D', 'E'))")};
}

/// Of a day, with its half: "2:19 PM".
std::optional<Finding> timesWithHalf(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("(?:0?[1-9]|1[0-2]):[0-5]\\d ?[AaPp][Mm]");
    static const re2::RE2 spaced(".* [AaPp][Mm]");
    const std::size_t count = countLike(cells, form);
    if (!areMost(count, cells.size())) return std::nullopt;
    const std::string begin = "The cells are times of day, such as " + quoted(firstLike(cells, form)) + NoSize;
    const std::size_t blanks = countLike(cells, spaced);
    if (blanks != 0 && blanks != cells.size()) return withoutEdit(name, begin);
    const std::string pattern = blanks > 0 ? "yyyy-MM-dd h:mm a" : "yyyy-MM-dd h:mma";
    return Finding{name, begin + " They can be read as hours since midnight.", "",
                   derived(name, "(date('1970-01-01 ' + trim(" + backQuoted(name) + "), '" + pattern + "') - date('1970-01-01')) * 24")};
}

/// Text that spreadsheets were told to take as it is, by ="007" or '007.
std::optional<Finding> escapedTexts(const std::string& name, const Cells& cells) {
    static const re2::RE2 equals("=\"[^\"]*\""), apostrophe("'[0-9][^']*");
    const std::string column = backQuoted(name);
    if (areMost(countLike(cells, equals), cells.size()))
        return Finding{name, "The cells are written as formulas for a spreadsheet, such as " + quoted(firstLike(cells, equals)) + ": what stands in the quotes is meant.", "",
                       derived(name, "replace(substring(" + column + ", 3, 10000), '\"', '')")};
    if (areMost(countLike(cells, apostrophe), cells.size()))
        return Finding{name, "The cells begin with an apostrophe, such as " + quoted(firstLike(cells, apostrophe)) + ", by which a spreadsheet is told that they are texts.", "",
                       derived(name, "substring(trim(" + column + "), 2, 10000)")};
    return std::nullopt;
}

constexpr const char* MonthNames = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";

/// Months that want a day to be dates, and days that want a year.
std::optional<Finding> partsOfDates(const std::string& name, const Cells& cells) {
    static const std::string month = MonthNames;
    static const std::array<std::pair<std::string, const char*>, 5> kinds = {{{"\\d{4}-(?:0[1-9]|1[0-2])", "yyyy-M-d"},
                                                                               {"(?:0?[1-9]|1[0-2])/\\d{4}", "M/yyyy/d"},
                                                                               {month + "-\\d\\d", "MMM-yy-d"},
                                                                               {month + "-\\d{4}", "MMM-yyyy-d"},
                                                                               {month + " \\d{4}", "MMM yyyy-d"}}};
    for (const auto& [form, pattern] : kinds) {
        const re2::RE2 compiled(form);
        if (!areMost(countLike(cells, compiled), cells.size())) continue;
        const bool isNamed = form.starts_with(month) && std::string_view(pattern) == "MMM-yy-d";
        const std::string such = "The cells are months, such as " + quoted(firstLike(cells, compiled)) + ": as texts they say nothing of time.";
        const std::string mark = std::string_view(pattern) == "M/yyyy/d" ? "/1" : "-1";
        return Finding{name, such + (isNamed ? " They can be read as their first days, of 1969 to 2068, unless they are days of one year." : " They can be read as their first days."), "",
                       derived(name, "date(trim(" + backQuoted(name) + ") + '" + mark + "', '" + pattern + "')")};
    }
    static const re2::RE2 day("(?:[0-3]?\\d[- ])" + month + "\\.?|" + month + "[- ][0-3]?\\d");
    const std::size_t days = countLike(cells, day);
    if (days == 0) return std::nullopt;
    if (areMost(days, cells.size()))
        return withoutEdit(name, "The cells are days without a year, such as " + quoted(firstLike(cells, day)) +
                                     ", or names that a spreadsheet took for dates (MARCH1): with the year, they could be read as dates.");
    return Finding{name, formatCount(days, "cell looks", "cells look") + " like a date among other words, such as " + quoted(firstLike(cells, day)) +
                             ": a spreadsheet may have made it of a name (MARCH1, SEPT2). Compare it with the source.", ""};
}

std::optional<Finding> datesWithWeekday(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("(?i:mon|tue|wed|thu|fri|sat|sun),? " + std::string(MonthNames) + " \\d{1,2},? \\d{4}");
    if (!areMost(countLike(cells, form), cells.size())) return std::nullopt;
    const std::string& example = firstLike(cells, form);
    const std::string start = example[3] == ',' ? "6" : "5";
    return Finding{name, "The cells are dates, such as " + quoted(example) + ". As texts they say nothing of time; they can be read as dates.", "",
                   derived(name, "date(replace(substring(trim(" + backQuoted(name) + "), " + start + ", 30), ',', ''), 'MMM d yyyy')")};
}

std::optional<Finding> timesWithZone(const std::string& name, const Cells& cells) {
    static const re2::RE2 form("(\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?) ?([A-Z]{3,4})");
    std::set<std::string> zones;
    for (const std::string& cell : cells) {
        std::string moment, zone;
        if (!re2::RE2::FullMatch(cell, form, &moment, &zone)) return std::nullopt;
        zones.insert(zone);
    }
    if (zones.empty()) return std::nullopt;
    const std::string begin = "The cells are times with the name of a time zone, such as " + quoted(cells.front());
    if (zones.size() > 1) return withoutEdit(name, begin + ", of several zones: which is how many hours from another must be told. Written as 10:00+02:00 they could be read.");
    return Finding{name, begin + ". They can be read as times there.", "", derived(name, "date(trim(replace(" + backQuoted(name) + ", '" + *zones.begin() + "', '')))")};
}

std::optional<Finding> lists(const std::string& name, const Cells& cells) {
    const bool areLists = std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.size() >= 2 && cell.front() == '[' && cell.back() == ']'; });
    if (!areLists) return std::nullopt;
    const auto longest = std::max_element(cells.begin(), cells.end(), [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    return Finding{name, "The cells are lists, such as " + quoted(*longest) + "; each list as a whole is one text or category. Split the column, or derive one for each thing in it.", ""};
}

bool isAny(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool meansYes(const std::string& word) {
    return isAny(word, {"yes", "y", "true", "t", "1", "ja", "j", "oui", "o", "si", "s\u00ed", "sim", "da", "wahr", "evet"});
}

bool meansNo(const std::string& word) {
    return isAny(word, {"no", "n", "false", "f", "0", "nein", "non", "nee", "nej", "n\u00e3o", "falsch", "hay\u0131r"});
}

}  // namespace

std::optional<Finding> hiddenMeasure(const std::string& name, const std::vector<std::string>& cells, ColumnType type) {
    if (cells.empty()) return std::nullopt;
    using Find = std::optional<Finding> (*)(const std::string&, const Cells&);
    for (const Find find : {escapedTexts, timesWithHalf, durations, angles, amountsWithSize, numbersInGroups, exponentsOfFortran, datesWithWeekday, timesWithZone, partsOfDates, lists})
        if (auto finding = find(name, cells)) return finding;
    return numbersInPairs(name, cells, type);
}

std::optional<Finding> spoiltLetters(const Column& column) {
    constexpr std::size_t Looked = 10'000;
    if (column.type() != ColumnType::Text && column.type() != ColumnType::Category) return std::nullopt;
    // The second byte of a letter, as a letter or sign of its own behind Ã, Â or â€.
    static const re2::RE2 form("\\x{c3}[\\x{80}-\\x{bf}\\x{152}-\\x{178}\\x{192}\\x{2dc}\\x{2013}-\\x{203a}\\x{20ac}\\x{2122}]|\\x{c2}[\\x{a0}-\\x{bf}]|\\x{e2}\\x{20ac}[\\x{99}\\x{9c}\\x{9d}\\x{2122}\\x{153}\\x{201c}]");
    std::size_t count = 0;
    std::string example;
    const bool isCategory = column.type() == ColumnType::Category;
    const std::size_t all = isCategory ? column.levels().size() : std::min(column.rows(), Looked);
    for (std::size_t i = 0; i < all; ++i) {
        if (!isCategory && column.isMissing(i)) continue;
        const std::string_view cell = isCategory ? std::string_view(column.levels()[i]) : column.texts().at(i);
        if (!re2::RE2::PartialMatch(cell, form)) continue;
        if (++count == 1) example = cell;
    }
    if (count == 0) return std::nullopt;
    return Finding{column.name(), "Some letters were spoilt before they came into this file, such as in " + hidden::quoted(example) +
                                      ": UTF-8 was taken for Latin-1 once. Export the data anew, or the same word may stand in two spellings.", ""};
}

std::optional<Finding> placeholderDates(const ColumnProfile& profile, const Column& column) {
    constexpr std::size_t Fewest = 2;
    constexpr double MicrosPerDay = 86'400e6, MicrosPerYear = 365.25 * MicrosPerDay;
    if (column.type() != ColumnType::DateTime || !profile.min || !profile.max || column.name().find('`') != std::string::npos) return std::nullopt;
    const std::vector<std::int64_t>& micros = column.dateTimes().micros;
    for (const char* day : {"9999-12-31", "9999-01-01", "2999-12-31", "2099-12-31", "1900-01-01", "0001-01-01", "1899-12-30"}) {
        std::int64_t code = 0;
        bool hasTime = false;
        if (!parseDateTime(day, code, hasTime)) continue;
        const auto at = static_cast<double>(code);
        if (at <= *profile.min - MicrosPerDay || at >= *profile.max + MicrosPerDay) continue;  // nowhere near any cell
        std::size_t count = 0, others = 0;
        double nearest = 1e300;
        for (std::size_t row = 0; row < column.rows(); ++row) {
            if (column.isMissing(row)) continue;
            const double distance = std::abs(static_cast<double>(micros[row]) - at);
            if (distance < MicrosPerDay) ++count;
            else ++others, nearest = std::min(nearest, distance);
        }
        if (count < Fewest || others < Fewest || nearest < 5 * MicrosPerYear) continue;
        const std::string name = backQuoted(column.name());
        return Finding{column.name(), std::string(day) + " stands in " + formatCount(count, "cell", "cells") + ", years from all others: it looks like a code for a day that is not known, or never.",
                       "", derived(column.name(), "if(abs(" + name + " - date('" + day + "')) < 1, missing, " + name + ")")};
    }
    return std::nullopt;
}

std::optional<Finding> severalYesAndNo(const Column& column) {
    constexpr std::size_t MostLevels = 20;
    if (column.type() != ColumnType::Category || column.levels().size() < 3 || column.levels().size() > MostLevels) return std::nullopt;
    std::vector<std::string> yes, no;
    std::set<std::string> words;  // spellings that differ in case alone are told of as such
    for (const std::string& level : column.levels()) {
        const std::string word = lowerCased(trimmed(level));
        words.insert(word);
        if (meansYes(word)) yes.push_back(level);
        else if (meansNo(word)) no.push_back(level);
        else return std::nullopt;
    }
    if (yes.empty() || no.empty() || words.size() < 3) return std::nullopt;
    const std::vector<std::string>& many = yes.size() > 1 ? yes : no;
    std::string lines, list;
    for (const std::string& level : many) {
        lines += (lines.empty() ? "" : "\n") + level;
        list += (list.empty() ? "" : ", ") + quoted(level);
    }
    // A word says more than a digit, which says what it means nowhere.
    const auto into = std::max_element(many.begin(), many.end(), [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    EditSpec merge{"merge", {}, true};
    merge.params.set("column", column.name());
    merge.params.set("spellings", lines);
    merge.params.set("into", *into);
    return Finding{column.name(), "The categories say yes and no in several ways: " + list + " all look like " + (yes.size() > 1 ? "yes." : "no."), "", merge};
}

std::optional<Finding> ticks(const ColumnProfile& profile, const Column& column) {
    if (profile.distinct != 1 || profile.missing == 0 || profile.top.empty() || profile.name.find('`') != std::string::npos) return std::nullopt;
    if (profile.type != ColumnType::Category) return std::nullopt;
    const std::string word = lowerCased(trimmed(profile.top.front().level));
    if (!meansYes(word) && !isAny(word, {"x", "\u2713", "\u2714", "\u00d7", "*", "+", "ok", "checked"})) return std::nullopt;
    return Finding{column.name(),
                   "The cells hold " + quoted(profile.top.front().level) + " or nothing, like boxes that are ticked or not: the empty ones may mean no, rather than not known.", "",
                   derived(column.name(), "if(is_missing(" + backQuoted(column.name()) + "), 'no', 'yes')")};
}

}  // namespace holdout
