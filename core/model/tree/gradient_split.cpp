// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_split.h"

#include <array>

namespace holdout {
namespace {

/// Children with less curvature would take steps of any length.
constexpr double leastCurvature = 1e-3;
/// Subtracted histograms leave crumbs where no row is; half a row is more than any crumb, except of tiny weights.
constexpr double leastCount = 0.5;
/// So few categories have few groupings: none fits by chance alone.
constexpr std::size_t fewCategories = 4;

/// Weighs parting a node of one feature in two, and keeps the best way.
class SplitSearch {
public:
    SplitSearch(const GradientSum& all, std::uint32_t column, const GradientRules& rules, const StepBounds& bounds,
                double partLambda)
        : m_all(all),
          m_rules(rules),
          m_bounds(bounds),
          m_isBounded(bounds.low > -std::numeric_limits<double>::infinity() ||
                      bounds.high < std::numeric_limits<double>::infinity()),
          m_partLambda(partLambda),
          m_column(column),
          m_monotone(rules.monotone.empty() ? Monotone::Free : rules.monotone[column]),
          m_whole(score(all, rules.lambda)) {}

    /// Whether `left` against the rest is the best so far. `ordered`: the left side has the smaller values.
    bool offer(const GradientSum& left, bool ordered) {
        const GradientSum right = m_all - left;
        const double least = std::max(m_rules.minSamplesLeaf, leastCount);
        if (left.count < least || right.count < least || left.curvature < leastCurvature ||
            right.curvature < leastCurvature)
            return false;
        if (ordered && m_monotone != Monotone::Free) {
            const double rise = m_bounds.step(right, m_rules.lambda) - m_bounds.step(left, m_rules.lambda);
            if (rise * static_cast<double>(m_monotone) < 0) return false;
        }
        const double parts = score(left, m_partLambda) + score(right, m_partLambda);
        // Less than float32 can tell is no gain.
        if (!(parts - m_whole > std::max(m_best.gain, 1e-6 * parts))) return false;
        m_best.gain = parts - m_whole;
        m_best.feature = static_cast<std::int32_t>(m_column);
        m_left = left;
        return true;
    }

    GradientSplit& best() { return m_best; }
    bool leftIsLarger() const { return 2 * m_left.count >= m_all.count; }

    GradientSplit take() {
        if (m_best.feature < 0) return m_best;
        m_best.leftStep = m_bounds.step(m_left, m_rules.lambda);
        m_best.rightStep = m_bounds.step(m_all - m_left, m_rules.lambda);
        return m_best;
    }

private:
    /// Twice what the best allowed step lowers the loss by.
    double score(const GradientSum& sum, double lambda) const {
        if (!m_isBounded) return sum.score(lambda);
        const double step = m_bounds.step(sum, lambda);
        return -(2 * sum.gradient + (sum.curvature + lambda) * step) * step;
    }

    GradientSum m_all;
    const GradientRules& m_rules;
    const StepBounds& m_bounds;
    bool m_isBounded;
    double m_partLambda;
    std::uint32_t m_column;
    Monotone m_monotone;
    double m_whole;
    GradientSplit m_best;
    GradientSum m_left;
};

/// Walks the thresholds from below. `left`: what is on the left from the beginning.
void tryThresholds(const FeatureBins& bins, const GradientCell* cells, GradientSum left, bool missingGoesLeft,
                   SplitSearch& search) {
    bool any = false;
    std::size_t below = 0;
    for (std::size_t c = 0; c < bins.count(); ++c) {
        if (cells[c].count() <= 0) continue;
        if (any && search.offer(left, true)) {
            GradientSplit& best = search.best();
            best.threshold = bins.between(below, c);
            best.code = static_cast<std::uint32_t>(below);
            best.missingGoesLeft = missingGoesLeft;
        }
        left += cells[c];
        below = c;
        any = true;
    }
}

GradientSplit bestThreshold(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                            const GradientRules& rules, const StepBounds& bounds) {
    GradientSum values, missing;
    for (std::size_t c = 0; c < bins.count(); ++c) values += cells[c];
    if (bins.hasMissing) missing += cells[bins.missing()];
    const bool lacks = missing.count >= leastCount;
    GradientSum all = values;
    if (lacks) all += missing;
    SplitSearch search(all, column, rules, bounds, rules.lambda);
    tryThresholds(bins, cells, {}, false, search);
    if (!lacks) {
        search.best().missingGoesLeft = search.leftIsLarger();
        return search.take();
    }
    if (search.offer(values, false)) {
        search.best().threshold = std::numeric_limits<double>::infinity();
        search.best().code = static_cast<std::uint32_t>(bins.count());
        search.best().missingGoesLeft = false;
    }
    tryThresholds(bins, cells, missing, true, search);
    return search.take();
}

GradientSplit bestGrouping(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                           const GradientRules& rules, const StepBounds& bounds) {
    std::array<std::uint16_t, BinnedFeatures::maxBins> order;
    std::size_t count = 0;
    GradientSum all;
    const std::size_t slots = bins.count() + (bins.hasMissing ? 1 : 0);
    for (std::size_t c = 0; c < slots; ++c) {
        if (cells[c].count() < leastCount) continue;
        order[count++] = static_cast<std::uint16_t>(c);
        all += cells[c];
    }
    const auto slope = [&](std::uint16_t c) { return cells[c].gradient() / std::max(cells[c].curvature(), 1e-12); };
    std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](std::uint16_t a, std::uint16_t b) { return slope(a) < slope(b); });
    SplitSearch search(all, column, rules, bounds,
                       count > fewCategories ? rules.lambda + rules.categoryLambda : rules.lambda);
    GradientSum left;
    std::size_t cut = 0;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        left += cells[order[i]];
        if (search.offer(left, false)) cut = i + 1;
    }
    GradientSplit& best = search.best();
    best.isCategory = true;
    // What no row of the node has goes with most of them.
    if (search.leftIsLarger()) best.leftBins.set();
    for (std::size_t i = 0; i < count; ++i) best.leftBins[order[i]] = i < cut;
    best.missingGoesLeft = best.leftBins[bins.missing()];
    return search.take();
}

}  // namespace

GradientSplit bestSplit(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                        const GradientRules& rules, const StepBounds& bounds) {
    return bins.isCategory ? bestGrouping(bins, cells, column, rules, bounds)
                           : bestThreshold(bins, cells, column, rules, bounds);
}

}  // namespace holdout
