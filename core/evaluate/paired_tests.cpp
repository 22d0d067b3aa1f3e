// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/paired_tests.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "evaluate/intervals.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Ranks of values from the least, equal ones sharing their mean; `ties` takes the sum of t³ - t over groups of equals.
std::vector<double> ranked(const std::vector<double>& values, double& ties) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    ties = 0;
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
        const auto count = static_cast<double>(end - first);
        ties += count * count * count - count;
        for (std::size_t i = first; i < end; ++i) ranks[order[i]] = static_cast<double>(first + end + 1) / 2;
        first = end;
    }
    return ranks;
}

/// P(W <= w) of the sum of positive ranks of `count` differences under no difference, by counting the subsets.
double signedRankCdf(double w, std::size_t count) {
    const std::size_t most = count * (count + 1) / 2;
    std::vector<double> ways(most + 1, 0);
    ways[0] = 1;
    for (std::size_t rank = 1; rank <= count; ++rank)
        for (std::size_t sum = most; sum >= rank; --sum) ways[sum] += ways[sum - rank];
    double below = 0;
    for (std::size_t sum = 0; sum <= most && static_cast<double>(sum) <= w; ++sum) below += ways[sum];
    return below / std::exp2(static_cast<double>(count));
}

}  // namespace

double fCdf(double f, double above, double below) {
    if (!(f > 0)) return std::isnan(f) ? kNaN : 0;
    if (std::isinf(f)) return 1;
    return incompleteBeta(above / 2, below / 2, above * f / (above * f + below));
}

TestResult fiveByTwoF(const std::vector<double>& differences) {
    assert(differences.size() == 10);
    double squares = 0, variances = 0;
    for (std::size_t repeat = 0; repeat < 5; ++repeat) {
        const double first = differences[2 * repeat], second = differences[2 * repeat + 1];
        const double centre = (first + second) / 2;
        squares += first * first + second * second;
        variances += (first - centre) * (first - centre) + (second - centre) * (second - centre);
    }
    if (variances == 0) return {squares == 0 ? 0 : kNaN, squares == 0 ? 1 : kNaN};
    const double f = squares / (2 * variances);
    return {f, 1 - fCdf(f, 10, 5)};
}

TestResult mcNemar(std::int64_t firstOnly, std::int64_t secondOnly) {
    const auto less = static_cast<double>(std::min(firstOnly, secondOnly)),
               all = static_cast<double>(firstOnly + secondOnly);
    if (all == 0 || firstOnly == secondOnly) return {less, 1};
    // P(X <= k) of a fair coin: the incomplete beta function.
    return {less, std::min(1.0, 2 * incompleteBeta(all - less, less + 1, 0.5))};
}

TestResult wilcoxonSignedRank(const std::vector<double>& differences) {
    std::vector<double> sizes, kept;
    for (const double difference : differences)
        if (difference != 0 && std::isfinite(difference)) {
            kept.push_back(difference);
            sizes.push_back(std::abs(difference));
        }
    const std::size_t count = kept.size();
    if (count == 0) return {0, 1};
    double ties = 0, positive = 0;
    const std::vector<double> ranks = ranked(sizes, ties);
    for (std::size_t i = 0; i < count; ++i)
        if (kept[i] > 0) positive += ranks[i];
    const auto n = static_cast<double>(count);
    const double centre = n * (n + 1) / 4;
    if (count < 50 && ties == 0 && count == differences.size()) {
        const double tail = positive > centre ? 1 - signedRankCdf(positive - 1, count) : signedRankCdf(positive, count);
        return {positive, std::min(1.0, 2 * tail)};
    }
    const double sd = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
    const double shift = positive - centre;
    const double z = shift == 0 ? 0 : (shift - std::copysign(0.5, shift)) / sd;
    return {positive, std::min(1.0, 2 * normalCdf(-std::abs(z)))};
}

Posterior bayesianCorrelatedT(const std::vector<double>& differences, double testToTrain, double rope) {
    assert(differences.size() >= 2 && rope >= 0);
    const Interval interval = correctedResampledT(differences, testToTrain);
    if (interval.standardError == 0)
        return {interval.mean < -rope ? 1.0 : 0.0, std::abs(interval.mean) <= rope ? 1.0 : 0.0,
                interval.mean > rope ? 1.0 : 0.0};
    const double freedom = static_cast<double>(differences.size()) - 1;
    Posterior posterior;
    posterior.below = studentTCdf((-rope - interval.mean) / interval.standardError, freedom);
    posterior.above = studentTCdf((interval.mean - rope) / interval.standardError, freedom);
    posterior.within = std::max(0.0, 1 - posterior.below - posterior.above);
    return posterior;
}

std::vector<double> holmAdjusted(const std::vector<double>& pValues) {
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pValues[a] < pValues[b]; });
    std::vector<double> adjusted(pValues.size());
    double most = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        most = std::max(most, pValues[order[i]] * static_cast<double>(order.size() - i));
        adjusted[order[i]] = std::min(1.0, most);
    }
    return adjusted;
}

double studentizedRangeCdf(double q, int groups) {
    if (!(q > 0)) return 0;
    // groups × the integral of phi(z) (Phi(z + q) - Phi(z))^(groups - 1), by Simpson's rule; beyond ±9 phi is below
    // 1e-18.
    constexpr int kSteps = 4000;
    constexpr double kEnd = 9;
    const double lowest = -kEnd - q, step = (kEnd - lowest) / kSteps;
    const auto at = [&](double z) {
        const double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI);
        return density * std::pow(normalCdf(z + q) - normalCdf(z), groups - 1);
    };
    double sum = at(lowest) + at(kEnd);
    for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * at(lowest + step * i);
    return std::min(1.0, groups * sum * step / 3);
}

double nemenyiQ(int models) {
    double low = 0, high = 20;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (studentizedRangeCdf(middle, models) < 0.95 ? low : high) = middle;
    }
    return high / std::sqrt(2.0);
}

FriedmanResult friedman(const Eigen::MatrixXd& scores) {
    const auto sets = static_cast<double>(scores.rows()), models = static_cast<double>(scores.cols());
    assert(scores.rows() >= 2 && scores.cols() >= 2);
    FriedmanResult result;
    result.meanRanks.assign(static_cast<std::size_t>(scores.cols()), 0);
    double allTies = 0;
    for (Eigen::Index set = 0; set < scores.rows(); ++set) {
        std::vector<double> negated;  // rank 1 is the highest score
        for (Eigen::Index model = 0; model < scores.cols(); ++model) negated.push_back(-scores(set, model));
        double ties = 0;
        const std::vector<double> ranks = ranked(negated, ties);
        allTies += ties;
        for (std::size_t model = 0; model < ranks.size(); ++model) result.meanRanks[model] += ranks[model] / sets;
    }
    double squares = 0;
    for (const double rank : result.meanRanks) squares += (rank - (models + 1) / 2) * (rank - (models + 1) / 2);
    // Corrected for ties, as R's friedman.test.
    const double spread = sets * models * (models + 1) - allTies / (models - 1);
    result.chiSquare = spread > 0 ? 12 * sets * sets * squares / spread : 0;
    const double rest = sets * (models - 1) - result.chiSquare;
    const double f = rest > 0 ? (sets - 1) * result.chiSquare / rest : std::numeric_limits<double>::infinity();
    result.imanDavenport = {f, 1 - fCdf(f, models - 1, (models - 1) * (sets - 1))};
    result.criticalDifference =
        nemenyiQ(static_cast<int>(scores.cols())) * std::sqrt(models * (models + 1) / (6 * sets));
    return result;
}

}  // namespace holdout
