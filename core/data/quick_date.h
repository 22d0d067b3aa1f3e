// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace holdout::csv {

/// "2015-01-31" and "2015-01-31 10:20:30" (or T between), as nearly all programs write moments: microseconds since 1970 as
/// parseDateTime gives them. False for anything else, which may be a moment in another form. Days from the calendar date as
/// Hinnant's days_from_civil ("chrono-compatible low-level date algorithms") counts them.
inline bool quickDateTime(const char* at, const char* end, std::int64_t& micros, bool& hasTime) {
    const auto length = end - at;
    if (length != 10 && length != 19) return false;
    unsigned wrong = 0;
    const auto two = [&](int place) {
        const unsigned tens = static_cast<unsigned char>(at[place]) - static_cast<unsigned>('0');
        const unsigned ones = static_cast<unsigned char>(at[place + 1]) - static_cast<unsigned>('0');
        wrong |= static_cast<unsigned>(tens > 9) | static_cast<unsigned>(ones > 9);
        return tens * 10 + ones;
    };
    const unsigned year = two(0) * 100 + two(2), month = two(5), day = two(8);
    wrong |= static_cast<unsigned>(at[4] != '-') | static_cast<unsigned>(at[7] != '-');
    wrong |= static_cast<unsigned>(month - 1 > 11);
    if (wrong) return false;
    constexpr unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day - 1 >= days[month - 1] + static_cast<unsigned>(month == 2 && isLeap)) return false;
    const unsigned y = year + 400 - (month <= 2);  // an era later, so that nothing is below 0
    const unsigned era = y / 400, ofEra = y % 400;
    const unsigned ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const std::int64_t ofEraDays = ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear;
    std::int64_t seconds = ((static_cast<std::int64_t>(era) - 1) * 146'097 + ofEraDays - 719'468) * 86'400;
    hasTime = length == 19;
    if (hasTime) {
        const unsigned hour = two(11), minute = two(14), second = two(17);
        wrong |= static_cast<unsigned>(at[10] != ' ' && at[10] != 'T') | static_cast<unsigned>(at[13] != ':') | static_cast<unsigned>(at[16] != ':');
        if (wrong || hour > 23 || minute > 59 || second > 59) return false;
        seconds += hour * 3600 + minute * 60 + second;
    }
    micros = seconds * 1'000'000;
    return true;
}

}  // namespace holdout::csv
