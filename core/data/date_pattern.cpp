// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/date_pattern.h"

#include <array>
#include <chrono>

namespace holdout {
namespace {

constexpr std::array<std::string_view, 12> Months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// One run of a letter, a quoted text or a plain character of a pattern.
struct Part {
    char letter = 0;        ///< 0: `literal` as it stands
    std::size_t count = 0;  ///< of the letter
    std::string_view literal;
};

Part nextPart(std::string_view& pattern) {
    const char c = pattern.front();
    Part part;
    std::size_t taken = 1;
    if (c == '\'') {
        const std::size_t close = pattern.find('\'', 1);
        part.literal = pattern.substr(1, close == std::string_view::npos ? close : close - 1);
        taken = close == std::string_view::npos ? pattern.size() : close + 1;
        if (part.literal.empty()) part.literal = "'";
    } else if (isLetter(c)) {
        while (taken < pattern.size() && pattern[taken] == c) ++taken;
        part.letter = c;
        part.count = taken;
    } else {
        part.literal = pattern.substr(0, 1);
    }
    pattern.remove_prefix(taken);
    return part;
}

struct Fields {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micro = 0, offset = 0;
    bool afternoon = false, halves = false;
};

/// Digits: as many as the pattern's letters where another number follows at once, else all there are.
bool readNumber(std::string_view& text, std::size_t most, int& value, std::size_t& digits) {
    digits = 0;
    value = 0;
    while (digits < text.size() && digits < most && text[digits] >= '0' && text[digits] <= '9')
        value = value * 10 + (text[digits++] - '0');
    text.remove_prefix(digits);
    return digits > 0;
}

bool readMonthName(std::string_view& text, int& month) {
    std::size_t length = 0;
    std::string_view word = text;
    while (length < text.size() && isLetter(text[length])) ++length;
    if (length < 3) return false;
    for (std::size_t i = 0; i < Months.size(); ++i) {
        bool same = true;
        for (std::size_t k = 0; k < 3; ++k) same = same && (word[k] | 0x20) == Months[i][k];
        if (same) {
            month = static_cast<int>(i) + 1;
            text.remove_prefix(length);
            return true;
        }
    }
    return false;
}

bool readZone(std::string_view& text, int& minutes) {
    if (text.starts_with('Z')) {
        text.remove_prefix(1);
        return true;
    }
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0;
    int rest = 0;
    std::size_t digits = 0;
    if (!readNumber(text, 2, hours, digits) || digits != 2) return false;
    if (text.starts_with(':')) text.remove_prefix(1);
    readNumber(text, 2, rest, digits);
    minutes = sign * (60 * hours + rest);
    return hours < 24 && rest < 60;
}

bool readHalf(std::string_view& text, bool& afternoon) {
    if (text.size() < 2 || (text[1] | 0x20) != 'm') return false;
    const char half = static_cast<char>(text[0] | 0x20);
    afternoon = half == 'p';
    text.remove_prefix(2);
    return half == 'a' || half == 'p';
}

bool readPart(const Part& part, bool numberFollows, std::string_view& text, Fields& fields) {
    std::size_t digits = 0;
    const std::size_t most = numberFollows ? part.count : part.letter == 'y' ? 4 : part.letter == 'S' ? 6 : 2;
    int value = 0;
    switch (part.letter) {
        case 0:
            if (!text.starts_with(part.literal)) return false;
            text.remove_prefix(part.literal.size());
            return true;
        case 'a':
            return readHalf(text, fields.afternoon);
        case 'Z':
        case 'X':
            return readZone(text, fields.offset);
        case 'M':
            if (part.count >= 3) return readMonthName(text, fields.month);
            return readNumber(text, most, fields.month, digits);
        case 'y':
            if (!readNumber(text, most, value, digits)) return false;
            // Two digits: of 1969 to 2068, as POSIX has them (strptime, %y). SimpleDateFormat takes eighty years before the
            // current one and twenty after: the same text would be another date next year.
            fields.year = part.count <= 2 && digits <= 2 ? value + (value < 69 ? 2000 : 1900) : value;
            return true;
        case 'd':
            return readNumber(text, most, fields.day, digits);
        case 'H':
        case 'h':
            fields.halves = part.letter == 'h';
            return readNumber(text, most, fields.hour, digits);
        case 'm':
            return readNumber(text, most, fields.minute, digits);
        case 's':
            return readNumber(text, most, fields.second, digits);
        case 'S':
            if (!readNumber(text, most, fields.micro, digits)) return false;
            fields.micro *= 1000;  // milliseconds, whatever the number of digits
            return true;
        default:
            return false;
    }
}

}  // namespace

bool parseDateByPattern(std::string_view text, std::string_view pattern, std::int64_t& micros) {
    Fields fields;
    while (!pattern.empty()) {
        const Part part = nextPart(pattern);
        const bool numberFollows =
            !pattern.empty() && std::string_view("yMdHhmsS").find(pattern.front()) != std::string_view::npos;
        if (!readPart(part, numberFollows, text, fields)) return false;
    }
    if (!text.empty()) return false;
    if (fields.halves) fields.hour = fields.hour % 12 + (fields.afternoon ? 12 : 0);
    if (fields.hour > 23 || fields.minute > 59 || fields.second > 59) return false;
    const std::chrono::year_month_day date{std::chrono::year{fields.year},
                                           std::chrono::month{static_cast<unsigned>(fields.month)},
                                           std::chrono::day{static_cast<unsigned>(fields.day)}};
    if (!date.ok()) return false;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds =
        days * 86'400 + fields.hour * 3600 + (fields.minute - fields.offset) * 60 + fields.second;
    micros = seconds * 1'000'000 + fields.micro;
    return true;
}

bool isDatePattern(std::string_view pattern) {
    bool hasYear = false;
    while (!pattern.empty()) {
        const Part part = nextPart(pattern);
        if (part.letter != 0 && std::string_view("yMdHhamsSZX").find(part.letter) == std::string_view::npos)
            return false;
        hasYear = hasYear || part.letter == 'y';
    }
    return hasYear;
}

bool patternHasTime(std::string_view pattern) {
    while (!pattern.empty()) {
        const Part part = nextPart(pattern);
        if (part.letter == 'H' || part.letter == 'h') return true;
    }
    return false;
}

}  // namespace holdout
