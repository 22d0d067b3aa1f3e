// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>

namespace holdout {

/// Type 7 of Hyndman and Fan (1996): linear between the order statistics around (n - 1) p. Requires ascending values,
/// at least one, and 0 <= p <= 1.
inline double quantileOfSorted(std::span<const double> sorted, double p) {
    assert(!sorted.empty());
    const double place = static_cast<double>(sorted.size() - 1) * p;
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    // Not low + part * (high - low): the difference of two doubles may be none.
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace holdout
