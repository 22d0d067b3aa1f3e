// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/hypervolume_improvement.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace holdout {
namespace {

/// On ZDT1 a tenth left a tenth of the hypervolume unfound; once or twice the extent, or the worst trial, are alike.
constexpr double beyondFront = 1;
constexpr double leastImprovement = 1e-300;

/// E max(0, edge - Y) of a normal Y, with its slopes by mean and variance.
struct Shortfall {
    Shortfall(double edge, double mean, double variance) {
        const double sd = std::sqrt(variance), z = (edge - mean) / sd;
        const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
        const double below = 0.5 * std::erfc(-z / std::numbers::sqrt2);
        value = std::max(0.0, sd * (density + z * below));
        byMean = -below;
        byVariance = density / (2 * sd);
    }
    double value, byMean, byVariance;
};

}  // namespace

HypervolumeImprovement::HypervolumeImprovement(const Surrogate& first, const Surrogate& second,
                                               const std::vector<GoalPair>& points, const GoalPair& reference)
    : m_first(first), m_second(second) {
    double roof = reference[1];
    for (const std::size_t i : nonDominated(points)) {
        if (points[i][0] >= reference[0]) break;
        if (points[i][1] >= roof) continue;
        m_strips.push_back({points[i][0], roof});
        roof = points[i][1];
    }
    m_strips.push_back({reference[0], roof});
}

double HypervolumeImprovement::improvement(const Normal& first, const Normal& second,
                                           std::array<double, 4>& slopes) const {
    double sum = 0;
    slopes.fill(0);
    double before = 0, beforeByMean = 0, beforeByVariance = 0;
    for (const Strip& strip : m_strips) {
        const Shortfall across(strip.edge, first.mean, first.variance), down(strip.roof, second.mean, second.variance);
        const double width = std::max(0.0, across.value - before);
        sum += width * down.value;
        slopes[0] += (across.byMean - beforeByMean) * down.value;
        slopes[1] += (across.byVariance - beforeByVariance) * down.value;
        slopes[2] += width * down.byMean;
        slopes[3] += width * down.byVariance;
        before = across.value;
        beforeByMean = across.byMean;
        beforeByVariance = across.byVariance;
    }
    return sum;
}

Eigen::VectorXd HypervolumeImprovement::worth(const Eigen::MatrixXd& at) const {
    Eigen::VectorXd firstMean, firstVariance, secondMean, secondVariance;
    m_first.posterior(at, firstMean, firstVariance);
    m_second.posterior(at, secondMean, secondVariance);
    Eigen::VectorXd result(at.rows());
    std::array<double, 4> slopes;
    for (Eigen::Index i = 0; i < at.rows(); ++i)
        result[i] = std::log(std::max(leastImprovement, improvement({firstMean[i], firstVariance[i]},
                                                                    {secondMean[i], secondVariance[i]}, slopes)));
    return result;
}

double HypervolumeImprovement::worthAndSlope(const Eigen::VectorXd& at, Eigen::VectorXd& slope) const {
    const PosteriorSlope first = m_first.posteriorSlope(at, m_first.weights()),
                         second = m_second.posteriorSlope(at, m_second.weights());
    std::array<double, 4> slopes;
    const double value = improvement({first.mean, first.variance}, {second.mean, second.variance}, slopes);
    if (value <= leastImprovement) {
        slope = Eigen::VectorXd::Zero(at.size());
        return std::log(leastImprovement);
    }
    slope = (slopes[0] * first.meanSlope + slopes[1] * first.varianceSlope + slopes[2] * second.meanSlope +
             slopes[3] * second.varianceSlope) /
            value;
    return std::log(value);
}

GoalPair referenceOf(const std::vector<GoalPair>& points) {
    const std::vector<std::size_t> front = nonDominated(points);
    GoalPair reference;
    for (std::size_t g = 0; g < 2; ++g) {
        const double low = points[g == 0 ? front.front() : front.back()][g],
                     high = points[g == 0 ? front.back() : front.front()][g];
        double worst = high;
        for (const GoalPair& point : points)
            if (std::isfinite(point[g])) worst = std::max(worst, point[g]);
        // A front of one point has no extent of its own.
        reference[g] = high > low ? high + beyondFront * (high - low) : worst + beyondFront * (worst - low);
        if (!(reference[g] > low)) reference[g] = low + 1;
    }
    return reference;
}

}  // namespace holdout
