// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

namespace holdout {

namespace {
constexpr double inFull = 1e6;  // below it, numbers with more digits before the point than asked for are rounded to whole ones
}

std::string formatNumber(double value, int digits) {
    if (std::isnan(value)) return "–";
    if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    std::string text = buffer;
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return text;
    // A price or a count is no power of ten to a person.
    if (std::abs(value) >= 1 && std::abs(value) < inFull) {
        std::snprintf(buffer, sizeof buffer, "%.0f", value);
        return buffer;
    }
    // "1e-05" to "1e-5"
    std::string exponent = text.substr(e + 1);
    const bool negative = exponent[0] == '-';
    exponent.erase(0, exponent.find_first_not_of("+-0"));
    return text.substr(0, e) + (negative ? "e-" : "e") + exponent;
}

std::string formatExact(double value) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

std::string formatCount(std::int64_t value) {
    std::string digits = std::to_string(value < 0 ? -value : value);
    for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), ",");
    return value < 0 ? "-" + digits : digits;
}

std::string formatCount(std::size_t count, std::string_view one, std::string_view many) {
    return formatCount(static_cast<std::int64_t>(count)) + ' ' + std::string(count == 1 ? one : many);
}

std::string formatDuration(double seconds) {
    char buffer[64];
    if (seconds < 1)
        std::snprintf(buffer, sizeof buffer, "%.0f ms", std::ceil(seconds * 1000));
    else if (seconds < 10)
        std::snprintf(buffer, sizeof buffer, "%.1f s", seconds);
    else if (seconds < 100)
        std::snprintf(buffer, sizeof buffer, "%.0f s", seconds);
    else if (seconds < 3600)
        std::snprintf(buffer, sizeof buffer, "%d min %02d s", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
    else
        std::snprintf(buffer, sizeof buffer, "%d h %02d min", static_cast<int>(seconds) / 3600,
                      static_cast<int>(seconds) / 60 % 60);
    return buffer;
}

std::string formatBytes(std::uint64_t bytes) {
    const char* units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    int unit = 0;
    while (value >= 1000 && unit < 4) {
        value /= 1000;
        ++unit;
    }
    return formatNumber(value, 3) + " " + units[unit];
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace holdout
