// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/intervals.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/normal_distribution.h"
#include "base/parallel.h"

namespace holdout {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Both sides of 95 %.
constexpr double kTail = 0.025;
const double kZ = normalQuantile(1 - kTail);

/// Ranks from 1, the same for equal values: their mean.
std::vector<double> midranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
        for (std::size_t i = first; i < end; ++i) ranks[order[i]] = static_cast<double>(first + end + 1) / 2;
        first = end;
    }
    return ranks;
}

double varianceOf(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    if (values.size() < 2) return kNaN;
    const double centre = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double sum = 0;
    for (const double value : values) sum += (value - centre) * (value - centre);
    return sum / (count - 1);
}

void keepFinite(std::vector<double>& values) {
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
}

}  // namespace

double normalCdf(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

Bounds wilsonInterval(double successes, double trials) {
    assert(trials > 0);
    const double p = successes / trials, square = kZ * kZ;
    const double centre = (p + square / (2 * trials)) / (1 + square / trials);
    const double half = kZ / (1 + square / trials) * std::sqrt(p * (1 - p) / trials + square / (4 * trials * trials));
    // At 0 and 1 the ends are exact, and must not be lost to rounding.
    return {successes <= 0 ? 0 : std::max(0.0, centre - half), successes >= trials ? 1 : std::min(1.0, centre + half)};
}

Bounds AucEstimate::interval() const {
    const double half = kZ * std::sqrt(variance);
    return {std::max(0.0, area - half), std::min(1.0, area + half)};
}

AucEstimate deLong(const std::vector<double>& positives, const std::vector<double>& negatives) {
    if (positives.empty() || negatives.empty()) return {kNaN, kNaN};
    std::vector<double> all = positives;
    all.insert(all.end(), negatives.begin(), negatives.end());
    const std::vector<double> together = midranks(all), ofPositives = midranks(positives),
                              ofNegatives = midranks(negatives);
    const auto m = static_cast<double>(positives.size()), n = static_cast<double>(negatives.size());
    // The share of the other group that each row is placed above (below).
    std::vector<double> above(positives.size()), below(negatives.size());
    for (std::size_t i = 0; i < positives.size(); ++i) above[i] = (together[i] - ofPositives[i]) / n;
    for (std::size_t j = 0; j < negatives.size(); ++j)
        below[j] = 1 - (together[positives.size() + j] - ofNegatives[j]) / m;
    AucEstimate estimate;
    estimate.area = std::accumulate(above.begin(), above.end(), 0.0) / m;
    estimate.variance = varianceOf(above) / m + varianceOf(below) / n;
    return estimate;
}

double bootstrapQuantile(const std::vector<double>& ascending, double alpha) {
    assert(!ascending.empty());
    const auto count = static_cast<double>(ascending.size());
    const double rank = (count + 1) * alpha, whole = std::floor(rank);
    if (!(whole >= 1)) return ascending.front();
    if (whole >= count) return ascending.back();
    const auto k = static_cast<std::size_t>(whole);
    if (rank == whole) return ascending[k - 1];
    const double at = normalQuantile(alpha), from = normalQuantile(whole / (count + 1)),
                 to = normalQuantile((whole + 1) / (count + 1));
    return ascending[k - 1] + (at - from) / (to - from) * (ascending[k] - ascending[k - 1]);
}

Bounds percentileInterval(std::vector<double> replicates) {
    keepFinite(replicates);
    if (replicates.empty()) return {kNaN, kNaN};
    std::sort(replicates.begin(), replicates.end());
    return {bootstrapQuantile(replicates, kTail), bootstrapQuantile(replicates, 1 - kTail)};
}

Bounds bcaInterval(std::vector<double> replicates, double estimate, const std::vector<double>& influence) {
    keepFinite(replicates);
    if (replicates.empty()) return {kNaN, kNaN};
    std::sort(replicates.begin(), replicates.end());
    const auto below = std::lower_bound(replicates.begin(), replicates.end(), estimate) - replicates.begin();
    if (below == 0 || below == static_cast<std::ptrdiff_t>(replicates.size())) return percentileInterval(replicates);
    const double bias = normalQuantile(static_cast<double>(below) / static_cast<double>(replicates.size()));
    double squares = 0, cubes = 0;
    for (const double value : influence)
        if (std::isfinite(value)) {
            squares += value * value;
            cubes += value * value * value;
        }
    const double acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
    const auto adjusted = [&](double z) {
        return bootstrapQuantile(replicates, normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z))));
    };
    return {adjusted(-kZ), adjusted(kZ)};
}

std::vector<double> bootstrapReplicates(std::size_t rows, const Eigen::VectorXd& weights, const WeightedScore& score,
                                        std::size_t count, Seed seed) {
    std::vector<double> replicates(count);
    parallelFor(count, [&](std::size_t b) {
        RandomStream random(seed.derive("bootstrap", b));
        // Rows drawn with replacement are whole weights: nothing is copied.
        Eigen::VectorXd drawn = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(rows));
        for (std::size_t i = 0; i < rows; ++i) {
            const auto row = static_cast<Eigen::Index>(random.below(rows));
            drawn[row] += weights.size() > 0 ? weights[row] : 1;
        }
        replicates[b] = score(drawn);
    });
    keepFinite(replicates);
    return replicates;
}

std::vector<double> jackknifeInfluence(std::size_t rows, const Eigen::VectorXd& weights, const WeightedScore& score,
                                       std::size_t groups) {
    const std::size_t count = std::min(rows, groups);
    std::vector<double> scores(count);
    parallelFor(count, [&](std::size_t g) {
        Eigen::VectorXd left = weights.size() > 0 ? weights : Eigen::VectorXd::Ones(static_cast<Eigen::Index>(rows));
        for (std::size_t row = g; row < rows; row += count) left[static_cast<Eigen::Index>(row)] = 0;
        scores[g] = score(left);
    });
    keepFinite(scores);
    if (scores.empty()) return {};
    const double centre = std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
    for (double& value : scores) value = centre - value;
    return scores;
}

}  // namespace holdout
