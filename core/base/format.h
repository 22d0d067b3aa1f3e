// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdout {

/// A number for a person: `digits` significant digits, but whole below a million ("25143"); no trailing zeros, "1e-05" as "1e-5".
std::string formatNumber(double value, int digits = 4);
/// The shortest text that reads back as the same double.
std::string formatExact(double value);
/// "1,309"
std::string formatCount(std::int64_t value);
/// "1 row", "1,309 rows"
std::string formatCount(std::size_t count, std::string_view one, std::string_view many);
/// "4 s", "2 min 10 s", "350 ms"
std::string formatDuration(double seconds);
/// "37.7 MB"
std::string formatBytes(std::uint64_t bytes);
/// The member of `known` nearest to `word` by edit distance, for "did you mean …?"; empty when none is near.
template <typename Strings>
std::string nearest(std::string_view word, const Strings& known);
/// Levenshtein distance.
std::size_t editDistance(std::string_view a, std::string_view b);

template <typename Strings>
std::string nearest(std::string_view word, const Strings& known) {
    std::string found;
    std::size_t least = word.size() / 2 + 1;
    for (const auto& candidate : known) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < least) {
            least = distance;
            found = std::string(candidate);
        }
    }
    return found;
}

}  // namespace holdout
