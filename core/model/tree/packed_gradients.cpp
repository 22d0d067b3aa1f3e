// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/packed_gradients.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace holdout {

namespace {

constexpr std::size_t rowsPerTask = 16384;
/// With fewer rows there is little to gain, and more to lose.
constexpr std::size_t leastRows = 32768;
constexpr float mostLevels = 127;
/// Rounding adds at most a quarter of a step squared to a derivative's variance: one part in 400 at this ratio.
constexpr double leastLevels = 10;

struct Extent {
    double squares = 0;
    double curvature = 0;
    float mostGradient = 0;
    float mostCurvature = 0;
    bool countsOnce = true;

    Extent& operator+=(const Extent& other) {
        squares += other.squares;
        curvature += other.curvature;
        mostGradient = std::max(mostGradient, other.mostGradient);
        mostCurvature = std::max(mostCurvature, other.mostCurvature);
        countsOnce = countsOnce && other.countsOnce;
        return *this;
    }
};

/// The least power of 2 that needs no more than mostLevels steps up to `most`.
float stepFor(float most) {
    return most > 0 ? std::exp2(std::ceil(std::log2(most / mostLevels))) : 1;
}

/// Up or down, as often as the part cut off says; `dice` is in [0, 1).
std::int64_t rounded(float value, float dice) {
    return static_cast<std::int64_t>(std::floor(value + dice));
}

}  // namespace

void PackedGradients::pack(std::span<const std::uint32_t> rows, const LargeVector<GradientCell>& cells,
                           const JobContext& context) {
    m_isEmpty = true;
    if (rows.size() < leastRows) return;
    const Extent extent = parallelSum(rows.size(), rowsPerTask, Extent{}, [&](Range part) {
        context.throwIfStopped();
        Extent some;
        for (const std::uint32_t row : rows.subspan(part.begin, part.size())) {
            const GradientCell::Four& values = cells[row].values;
            some.squares += static_cast<double>(values[0] * values[0]);
            some.curvature += static_cast<double>(values[1]);
            some.mostGradient = std::max(some.mostGradient, std::abs(values[0]));
            some.mostCurvature = std::max(some.mostCurvature, values[1]);
            some.countsOnce = some.countsOnce && values[2] == 1;
        }
        return some;
    });
    const auto count = static_cast<double>(rows.size());
    const float gradientStep = stepFor(extent.mostGradient), curvatureStep = stepFor(extent.mostCurvature);
    const bool isFine = std::sqrt(extent.squares / count) >= leastLevels * static_cast<double>(gradientStep) &&
                        extent.curvature / count >= leastLevels * static_cast<double>(curvatureStep);
    if (!extent.countsOnce || !isFine) return;

    m_isEmpty = false;
    m_steps = GradientCell::Four{gradientStep, curvatureStep, 1, 0};
    m_packed.resize(cells.size());
    const std::vector<Range> parts = chunks(rows.size(), rowsPerTask);
    parallelFor(parts.size(), [&](std::size_t p) {
        context.throwIfStopped();
        RandomStream random(context.seed.derive("rounding", p));
        const float perGradient = 1 / gradientStep, perCurvature = 1 / curvatureStep;
        for (const std::uint32_t row : rows.subspan(parts[p].begin, parts[p].size())) {
            const std::uint64_t dice = random.next();
            // 16 bits: more would not survive being added to 127 in float32.
            const auto diceOf = [&](int shift) { return static_cast<float>(dice >> shift & 0xffff) * 0x1p-16F; };
            const GradientCell::Four& values = cells[row].values;
            const std::int64_t gradient = rounded(values[0] * perGradient, diceOf(0));
            const std::int64_t curvature = rounded(values[1] * perCurvature, diceOf(32));
            m_packed[row] = (static_cast<std::uint64_t>(gradient) << gradientShift) +
                            (static_cast<std::uint64_t>(curvature) << curvatureShift) + 1;
        }
    });
}

}  // namespace holdout
