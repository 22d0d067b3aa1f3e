// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/score_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace holdout {
namespace {

constexpr double none = std::numeric_limits<double>::infinity();
constexpr std::size_t mostForChoice = 200;   ///< trials
constexpr std::array softnesses = {none, 1.0, 0.1, 0.01};

double medianOf(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

Eigen::VectorXd warped(const CostWarp& warp, const Eigen::VectorXd& costs) {
    return costs.unaryExpr([&](double cost) { return warp.value(cost); });
}

Eigen::VectorXd withWorstForFailed(Eigen::VectorXd costs) {
    double worst = -none;
    for (const double cost : costs)
        if (std::isfinite(cost)) worst = std::max(worst, cost);
    for (double& cost : costs)
        if (!std::isfinite(cost)) cost = worst;
    return costs;
}

/// Steps of a fit: many for few trials, where they cost nothing.
int fitSteps(Eigen::Index trials) {
    return trials <= 100 ? 20 : trials <= 250 ? 10 : 5;
}

}  // namespace

CostWarp::CostWarp(const Eigen::VectorXd& costs, double softness) {
    const double least = costs.minCoeff(), spread = medianOf({costs.begin(), costs.end()}) - least;
    m_isLog = std::isfinite(softness) && spread > 0;
    if (m_isLog) m_origin = least - softness * spread;
    Eigen::ArrayXd values = costs.array();
    if (m_isLog) values = (values - m_origin).log();
    m_mean = values.mean();
    m_scale = std::sqrt((values - m_mean).square().mean());
    if (!(m_scale > 1e-12 * (1 + std::abs(m_mean)))) m_scale = 1;
}

double CostWarp::value(double cost) const {
    if (!m_isLog) return (cost - m_mean) / m_scale;
    return (std::log(std::max(cost - m_origin, std::numeric_limits<double>::min())) - m_mean) / m_scale;
}

double CostWarp::cost(double value) const {
    const double straight = m_mean + m_scale * value;
    return m_isLog ? m_origin + std::exp(straight) : straight;
}

double CostWarp::logJacobian(const Eigen::VectorXd& costs) const {
    double sum = -static_cast<double>(costs.size()) * std::log(m_scale);
    if (m_isLog) sum -= (costs.array() - m_origin).log().sum();
    return sum;
}

ScoreModel::ScoreModel(const SpaceEncoding& encoding, const Eigen::MatrixXd& points, Eigen::VectorXd costs,
                       ScoreModelState& state) {
    costs = withWorstForFailed(std::move(costs));
    SurrogateMetric metric;
    for (Eigen::Index d = 0; d < encoding.size(); ++d) metric.isChoice.push_back(encoding.isChoice(d));
    const auto count = static_cast<std::size_t>(points.rows());
    const int steps = fitSteps(points.rows());

    // Fits of every warp to many trials would take longer than the trials.
    const bool isDue = count < mostForChoice && count >= state.chosenAt + std::max<std::size_t>(5, state.chosenAt / 4);
    const bool chooses = state.softness == 0 || isDue;
    if (chooses) {
        double best = -none;
        SurrogateParameters chosen;
        for (const double softness : softnesses) {
            if (state.isStraight && std::isfinite(softness)) continue;
            const CostWarp warp(costs, softness);
            std::vector<SurrogateParameters> starts = {initialParameters(encoding.size())};
            if (state.parameters) starts.push_back(*state.parameters);
            const SurrogateFit fit = fitSurrogate(points, warped(warp, costs), metric, starts, steps);
            const double evidence = fit.logEvidence + warp.logJacobian(costs);
            if (!(evidence > best)) continue;
            best = evidence;
            chosen = fit.parameters;
            state.softness = softness;
        }
        state.parameters = chosen;
        state.chosenAt = state.fittedAt = count;
    }
    m_warp.emplace(costs, state.softness);
    const Eigen::VectorXd values = warped(*m_warp, costs);
    if (!chooses && count >= state.fittedAt + std::max<std::size_t>(1, state.fittedAt / 25)) {
        state.parameters = fitSurrogate(points, values, metric, {*state.parameters}, steps).parameters;
        state.fittedAt = count;
    }
    m_surrogate.emplace(points, values, metric, *state.parameters);
}

std::vector<std::size_t> modelledTrials(const Eigen::VectorXd& costs) {
    const auto count = static_cast<std::size_t>(costs.size());
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (count <= mostModelled) return order;
    std::vector<bool> isTaken(count);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const double x = costs[static_cast<Eigen::Index>(a)], y = costs[static_cast<Eigen::Index>(b)];
        return std::isnan(y) ? !std::isnan(x) : x < y;
    });
    constexpr std::size_t third = mostModelled / 3;
    for (std::size_t i = 0; i < third; ++i) isTaken[order[i]] = isTaken[count - 1 - i] = true;
    auto left = mostModelled - static_cast<std::size_t>(std::count(isTaken.begin(), isTaken.end(), true));
    for (std::size_t i = 0; left > 0 && i < count; i += std::max<std::size_t>(1, count / third)) {
        if (isTaken[i]) continue;
        isTaken[i] = true;
        --left;
    }
    std::vector<std::size_t> taken;
    for (std::size_t i = 0; i < count; ++i)
        if (isTaken[i]) taken.push_back(i);
    return taken;
}

}  // namespace holdout
