// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/linear_sgd.h"

#include <algorithm>
#include <cmath>

namespace holdout {

using Eigen::Index;

LinearSgd::State LinearSgd::start(Index features, Index outputs, const Settings& settings) {
    State state;
    state.weights.setZero(features, outputs);
    state.intercepts.setZero(outputs);
    if (settings.average) {
        state.meanWeights = state.weights;
        state.meanIntercepts = state.intercepts;
    }
    if (settings.lambda * settings.l1Ratio > 0) state.l1Applied = state.weights;
    return state;
}

LinearSgd::LinearSgd(const Settings& settings, State state)
    : m_settings(settings),
      m_state(std::move(state)),
      m_scores(Eigen::VectorXd::Zero(m_state.intercepts.size())),
      m_slopes(m_scores) {}

double LinearSgd::nextRate() const {
    const auto t = static_cast<double>(m_state.steps + 1);
    switch (m_settings.schedule) {
        case SgdSchedule::Constant: return m_settings.rate;
        case SgdSchedule::InverseScaling: return m_settings.rate / std::pow(t, m_settings.power);
        case SgdSchedule::Optimal: break;
    }
    const double slower = 1 + m_settings.rate * m_settings.lambda * t;
    // slower^(3/4), without a power of any exponent.
    return m_settings.rate / (m_settings.average ? std::sqrt(slower * std::sqrt(slower)) : slower);
}

void LinearSgd::score(const double* row, const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) {
    const Eigen::Map<const Eigen::VectorXd> features(row, weights.rows());
    for (Index k = 0; k < m_scores.size(); ++k) m_scores[k] = intercepts[k] + weights.col(k).dot(features);
}

void LinearSgd::judge(const double* row, double truth) {
    score(row, weights(), intercepts());
    measure(truth, Wanted::Loss);
}

void LinearSgd::step(const double* row, double truth, double importance) {
    score(row, m_state.weights, m_state.intercepts);
    measure(truth, Wanted::Slopes);
    const double rate = nextRate();
    ++m_state.steps;
    const double share = 4 / (static_cast<double>(m_state.steps) + 3);
    if (m_state.l1Applied.size() > 0) m_state.l1Due += rate * m_settings.lambda * m_settings.l1Ratio;
    for (Index k = 0; k < m_scores.size(); ++k) move(k, row, rate, m_slopes[k] * importance, share);
}

/// By the scores. Slopes alone where the loss, whose logarithm takes as long as all else, is not wanted.
void LinearSgd::measure(double truth, Wanted wanted) {
    if (m_settings.loss == SgdLoss::Squared || m_settings.loss == SgdLoss::Huber) {
        const double rest = m_scores[0] - truth, width = m_settings.huberWidth;
        const bool far = m_settings.loss == SgdLoss::Huber && std::abs(rest) > width;
        m_loss = far ? width * (std::abs(rest) - width / 2) : rest * rest / 2;
        m_slopes[0] = far ? std::copysign(width, rest) : rest;
        return;
    }
    const Index outputs = m_scores.size();
    const auto own = static_cast<Index>(truth);
    if (outputs == 1) {
        const double score = m_scores[0], margin = own == 1 ? score : -score;
        m_right = own == 1 ? score > 0 : score <= 0;
        if (m_settings.loss == SgdLoss::Hinge) {
            m_loss = std::max(0.0, 1 - margin);
            m_slopes[0] = margin < 1 ? (own == 1 ? -1.0 : 1.0) : 0.0;
            return;
        }
        const double small = std::exp(-std::abs(margin));
        if (wanted == Wanted::Loss) m_loss = std::max(0.0, -margin) + std::log1p(small);
        const double wrong = (margin >= 0 ? small : 1.0) / (1 + small);
        m_slopes[0] = own == 1 ? -wrong : wrong;
        return;
    }
    Index first = 0;
    const double largest = m_scores.maxCoeff(&first);
    m_right = first == own;
    if (m_settings.loss == SgdLoss::Hinge) {
        m_loss = 0;
        for (Index k = 0; k < outputs; ++k) {
            const double sign = k == own ? 1 : -1, shortfall = 1 - sign * m_scores[k];
            m_loss += std::max(0.0, shortfall);
            m_slopes[k] = shortfall > 0 ? -sign : 0.0;
        }
        return;
    }
    m_slopes = (m_scores.array() - largest).exp();
    const double sum = m_slopes.sum();
    if (wanted == Wanted::Loss) m_loss = std::log(sum) - (m_scores[own] - largest);
    m_slopes /= sum;
    m_slopes[own] -= 1;
}

void LinearSgd::move(Index output, const double* row, double rate, double slope, double share) {
    const Index count = m_state.weights.rows();
    double* weights = m_state.weights.col(output).data();
    // Never past 0, whatever rate and penalty are.
    const double keep = std::max(0.0, 1 - rate * m_settings.lambda * (1 - m_settings.l1Ratio)), along = rate * slope;
    double& intercept = m_state.intercepts[output];
    intercept -= along;
    if (m_state.l1Applied.size() > 0) {
        double* applied = m_state.l1Applied.col(output).data();
        for (Index j = 0; j < count; ++j) {
            const double moved = keep * weights[j] - along * row[j];
            weights[j] = moved > 0   ? std::max(0.0, moved - (m_state.l1Due + applied[j]))
                         : moved < 0 ? std::min(0.0, moved + (m_state.l1Due - applied[j]))
                                     : 0.0;
            applied[j] += weights[j] - moved;
        }
    } else {
        for (Index j = 0; j < count; ++j) weights[j] = keep * weights[j] - along * row[j];
    }
    if (!m_settings.average) return;
    double* means = m_state.meanWeights.col(output).data();
    for (Index j = 0; j < count; ++j) means[j] += share * (weights[j] - means[j]);
    double& mean = m_state.meanIntercepts[output];
    mean += share * (intercept - mean);
}

}  // namespace holdout
