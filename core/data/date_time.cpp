// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cstdio>

#include "data/column.h"

namespace holdout {
namespace {

constexpr std::int64_t MicrosPerSecond = 1'000'000;
constexpr std::int64_t SecondsPerDay = 86'400;

/// Reads what is left of a text, piece by piece.
struct Reader {
    const char* at;
    const char* end;

    bool done() const { return at == end; }
    bool take(char c) {
        if (at == end || *at != c) return false;
        ++at;
        return true;
    }
    /// Exactly `count` digits.
    bool digits(int count, int& value) {
        if (end - at < count) return false;
        value = 0;
        for (int i = 0; i < count; ++i) {
            const unsigned digit = static_cast<unsigned char>(at[i]) - static_cast<unsigned>('0');
            if (digit > 9) return false;
            value = value * 10 + static_cast<int>(digit);
        }
        at += count;
        return true;
    }
    /// Digits after the decimal mark, as microseconds; those beyond the sixth are cut off.
    bool fraction(int& micros) {
        micros = 0;
        int scale = 100'000;
        const char* const start = at;
        for (; at != end && *at >= '0' && *at <= '9'; ++at, scale /= 10) micros += (*at - '0') * scale;
        return at != start;
    }
};

/// "10:20", "10:20:30", "10:20:30.5".
bool readTime(Reader& text, std::int64_t& micros) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    int part = 0;
    if (!text.digits(2, hour) || !text.take(':') || !text.digits(2, minute)) return false;
    if (text.take(':')) {
        if (!text.digits(2, second)) return false;
        if ((text.take('.') || text.take(',')) && !text.fraction(part)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    micros = (hour * 3600 + minute * 60 + second) * MicrosPerSecond + part;
    return true;
}

/// Nothing, "Z", "+02:00", "+0200" or "+02": minutes east of Greenwich.
bool readOffset(Reader& text, int& minutes) {
    minutes = 0;
    if (text.done() || text.take('Z')) return text.done();
    const int sign = *text.at == '-' ? -1 : 1;
    if (!text.take('+') && !text.take('-')) return false;
    int hours = 0;
    int rest = 0;
    if (!text.digits(2, hours)) return false;
    if (!text.done()) {
        text.take(':');
        if (!text.digits(2, rest)) return false;
    }
    minutes = sign * (hours * 60 + rest);
    return text.done() && hours <= 23 && rest <= 59;
}

}  // namespace

bool parseDateTime(std::string_view text, std::int64_t& micros, bool& hasTime) {
    Reader reader{text.data(), text.data() + text.size()};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!reader.digits(4, year) || !reader.take('-') || !reader.digits(2, month) || !reader.take('-') ||
        !reader.digits(2, day))
        return false;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return false;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    std::int64_t time = 0;
    int offset = 0;
    hasTime = !reader.done();
    if (hasTime) {
        if (!reader.take('T') && !reader.take(' ')) return false;
        if (!readTime(reader, time) || !readOffset(reader, offset)) return false;
    }
    micros = (days * SecondsPerDay - offset * 60) * MicrosPerSecond + time;
    return true;
}

std::string formatDateTime(std::int64_t micros, bool dateOnly) {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{micros}};
    const sys_days day = floor<days>(time);
    const year_month_day date{day};
    const std::int64_t rest = (time - day).count();
    const auto second = static_cast<int>(rest / MicrosPerSecond);
    char buffer[64];
    int length = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    std::string text(buffer, static_cast<std::size_t>(length));
    if (dateOnly) return text;
    length = std::snprintf(buffer, sizeof buffer, " %02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
    text.append(buffer, static_cast<std::size_t>(length));
    if (const auto part = static_cast<int>(rest % MicrosPerSecond); part != 0) {
        length = std::snprintf(buffer, sizeof buffer, ".%06d", part);
        text.append(buffer, static_cast<std::size_t>(length));
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

}  // namespace holdout
