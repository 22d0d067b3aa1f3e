// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_split.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

namespace holdout {
namespace {

/// Children with less curvature would take steps of any length.
constexpr double leastCurvature = 1e-3;
/// Subtracted histograms leave crumbs where no row is; half a row is more than any crumb, except of tiny weights.
constexpr double leastCount = 0.5;
/// As a part of what the sides come to: less than float32 can tell is no gain.
constexpr double leastGain = 1e-6;
/// So few categories have few groupings: none fits by chance alone.
constexpr std::size_t fewCategories = 4;

/// For each bin the sums of the bins up to it, by kind: what many splits are weighed from at once.
struct PrefixSums {
    // Some room more, so that loops may go on to a whole number of steps.
    static constexpr std::size_t room = BinnedFeatures::maxBins + 8;
    alignas(64) double gradient[room];
    alignas(64) double curvature[room];
    alignas(64) double count[room];

    PrefixSums(const GradientCell* cells, std::size_t bins) {
        GradientSum sum;
        for (std::size_t c = 0; c < bins; ++c) {
            sum += cells[c];
            gradient[c] = sum.gradient;
            curvature[c] = sum.curvature;
            count[c] = sum.count;
        }
        for (std::size_t c = bins; c < bins + 8; ++c) gradient[c] = curvature[c] = count[c] = 0;
    }
    GradientSum left(std::size_t c) const { return {gradient[c], curvature[c], count[c]}; }
};

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
        if (!(parts - m_whole > std::max(m_best.gain, leastGain * parts))) return false;
        m_best.gain = parts - m_whole;
        m_best.feature = static_cast<std::int32_t>(m_column);
        m_left = left;
        return true;
    }

    /// Whether any sides are allowed that have rows and curvature enough.
    bool isFree() const { return !m_isBounded && m_monotone == Monotone::Free; }

    /// The first of the best of `sums.left(i)` for i in begin … end - 1, each against the rest, as `offer` weighs them;
    /// none when none is better than what was found. For those that are free: all at once, without a branch.
    std::optional<std::size_t> offerAll(const PrefixSums& sums, std::size_t begin, std::size_t end,
                                        const GradientSum& more);

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

std::optional<std::size_t> SplitSearch::offerAll(const PrefixSums& sums, std::size_t begin, std::size_t end,
                                                 const GradientSum& more) {
    constexpr std::size_t lanes = 8;
    alignas(64) double gains[PrefixSums::room];
    alignas(64) double most[lanes] = {};
    const double least = std::max(m_rules.minSamplesLeaf, leastCount);
    const double lambda = m_partLambda, whole = m_whole;
    const GradientSum all = m_all;
    for (std::size_t step = begin; step < end; step += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const std::size_t i = step + k;
            const double g = sums.gradient[i] + more.gradient, otherG = all.gradient - g;
            const double h = sums.curvature[i] + more.curvature, otherH = all.curvature - h;
            const double n = sums.count[i] + more.count, otherN = all.count - n;
            const double parts = g * g / (h + lambda) + otherG * otherG / (otherH + lambda);
            const bool isAllowed = (i < end) & (n >= least) & (otherN >= least) & (h >= leastCurvature) &
                                   (otherH >= leastCurvature);
            const double gain = isAllowed ? parts - whole : 0;
            gains[i] = gain;
            most[k] = gain > most[k] ? gain : most[k];
        }
    }
    const double best = *std::max_element(std::begin(most), std::end(most));
    if (!(best > std::max(m_best.gain, leastGain * (best + whole)))) return std::nullopt;
    const auto at = static_cast<std::size_t>(std::find(gains + begin, gains + end, best) - gains);
    m_best.gain = best;
    m_best.feature = static_cast<std::int32_t>(m_column);
    m_left = sums.left(at);
    m_left += more;
    return at;
}

/// Tries the thresholds above each bin with rows. `more`: what is on the left besides the bins up to it.
void tryThresholds(const FeatureBins& bins, const GradientCell* cells, const PrefixSums& sums, const GradientSum& more,
                   bool missingGoesLeft, SplitSearch& search) {
    std::size_t first = 0;
    while (first < bins.count() && cells[first].count() <= 0) ++first;
    std::size_t last = bins.count() - 1;  // with rows, above which there is nothing to part
    while (last > first && cells[last].count() <= 0) --last;
    std::optional<std::size_t> below;
    if (search.isFree()) {
        below = search.offerAll(sums, first, last, more);
    } else {
        for (std::size_t c = first; c < last; ++c) {
            if (cells[c].count() <= 0) continue;
            GradientSum left = sums.left(c);
            left += more;
            if (search.offer(left, true)) below = c;
        }
    }
    if (!below) return;
    std::size_t above = *below + 1;
    while (cells[above].count() <= 0) ++above;
    GradientSplit& best = search.best();
    best.threshold = bins.between(*below, above);
    best.code = static_cast<std::uint32_t>(*below);
    best.missingGoesLeft = missingGoesLeft;
}

GradientSplit bestThreshold(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                            const GradientRules& rules, const StepBounds& bounds) {
    if (bins.count() == 0) return {};
    const PrefixSums sums(cells, bins.count());
    const GradientSum values = sums.left(bins.count() - 1);
    GradientSum missing;
    if (bins.hasMissing) missing += cells[bins.missing()];
    const bool lacks = missing.count >= leastCount;
    GradientSum all = values;
    if (lacks) all += missing;
    SplitSearch search(all, column, rules, bounds, rules.lambda);
    tryThresholds(bins, cells, sums, {}, false, search);
    if (!lacks) {
        search.best().missingGoesLeft = search.leftIsLarger();
        return search.take();
    }
    if (search.offer(values, false)) {
        search.best().threshold = std::numeric_limits<double>::infinity();
        search.best().code = static_cast<std::uint32_t>(bins.count());
        search.best().missingGoesLeft = false;
    }
    tryThresholds(bins, cells, sums, missing, true, search);
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
