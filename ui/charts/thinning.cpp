// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/thinning.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdout {

QList<QPointF> thinned(std::span<const double> x, std::span<const double> y, double low, double high, int pixels) {
    QList<QPointF> points;
    const std::size_t count = std::min(x.size(), y.size());
    const auto columnOf = [&](double at) { return std::floor((at - low) / (high - low) * pixels); };
    if (pixels < 1 || !(high > low) || count <= 2 * static_cast<std::size_t>(pixels) ||
        !std::is_sorted(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(count))) {
        points.reserve(static_cast<qsizetype>(count));
        for (std::size_t i = 0; i < count; ++i) points.append({x[i], y[i]});
        return points;
    }
    points.reserve(4 * static_cast<qsizetype>(pixels));
    for (std::size_t first = 0; first < count;) {
        const double column = columnOf(x[first]);
        std::size_t end = first, least = first, greatest = first;
        for (; end < count && columnOf(x[end]) == column; ++end) {
            if (y[end] < y[least]) least = end;
            if (y[end] > y[greatest]) greatest = end;
        }
        std::array<std::size_t, 4> kept{first, std::min(least, greatest), std::max(least, greatest), end - 1};
        for (std::size_t i = 0; i < kept.size(); ++i)
            if (i == 0 || kept[i] != kept[i - 1]) points.append({x[kept[i]], y[kept[i]]});
        first = end;
    }
    return points;
}

}  // namespace holdout
