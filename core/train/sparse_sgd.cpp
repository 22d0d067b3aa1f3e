// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/sparse_sgd.h"

#include <algorithm>
#include <cmath>

namespace holdout {

using Eigen::Index;

namespace {

/// Below it, factors are multiplied into what they stand before, which then starts from 1 again.
constexpr double kSmall = 1e-9;

}  // namespace

SparseSgd::SparseSgd(const LinearSgd::Settings& settings, LinearSgd::State state, double factor)
    : m_settings(settings),
      m_state(std::move(state)),
      m_row(settings.loss, settings.huberWidth, m_state.intercepts.size()),
      m_factor(factor) {}

void SparseSgd::judge(Columns columns, Values values, double truth) {
    for (Index k = 0; k < m_row.scores.size(); ++k) {
        double weights = 0, means = 0;
        for (std::size_t c = 0; c < columns.size(); ++c) weights += values[c] * m_state.weights(columns[c], k);
        if (m_settings.average)
            for (std::size_t c = 0; c < columns.size(); ++c) means += values[c] * m_state.meanWeights(columns[c], k);
        m_row.scores[k] = m_settings.average
                              ? m_state.meanIntercepts[k] + m_factor * m_meanScale * (means + m_meanPart * weights)
                              : m_state.intercepts[k] + m_factor * m_shrink * weights;
    }
    m_row.measure(truth, RowLoss::Wanted::Loss);
}

void SparseSgd::step(Columns columns, Values values, double truth, double importance) {
    for (Index k = 0; k < m_row.scores.size(); ++k) {
        double sum = 0;
        for (std::size_t c = 0; c < columns.size(); ++c) sum += values[c] * m_state.weights(columns[c], k);
        m_row.scores[k] = m_state.intercepts[k] + m_factor * m_shrink * sum;
    }
    m_row.measure(truth, RowLoss::Wanted::Slopes);
    const double rate = nextRate();
    ++m_state.steps;
    takeShrink(std::max(0.0, 1 - rate * m_settings.lambda * (1 - m_settings.l1Ratio)));
    if (m_state.l1Applied.size() > 0) m_state.l1Due += rate * m_settings.lambda * m_settings.l1Ratio;
    const double share = 4 / (static_cast<double>(m_state.steps) + 3);
    double squares = 0;
    for (const double value : values) squares += value * value;
    const double steady = LinearSgd::steadyImportance(m_settings, rate, importance, 1 + m_factor * m_factor * squares);
    for (Index k = 0; k < m_row.scores.size(); ++k) {
        const double along = rate * m_row.slopes[k] * steady;
        m_state.intercepts[k] -= along;
        if (m_settings.average) m_state.meanIntercepts[k] += share * (m_state.intercepts[k] - m_state.meanIntercepts[k]);
        const double change = along * m_factor / m_shrink;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            double& weight = m_state.weights(columns[c], k);
            const double before = weight;
            weight -= change * values[c];
            if (m_state.l1Applied.size() > 0) penalise(columns[c], k);
            if (m_settings.average) m_state.meanWeights(columns[c], k) -= m_meanPart * (weight - before);
        }
    }
    if (m_settings.average) takeShare(share);
}

/// A weight towards 0 by what it is due (LinearSgd::move).
void SparseSgd::penalise(Index column, Index output) {
    double& applied = m_state.l1Applied(column, output);
    const double moved = m_shrink * m_state.weights(column, output);
    const double weight = moved > 0   ? std::max(0.0, moved - (m_state.l1Due + applied))
                          : moved < 0 ? std::min(0.0, moved + (m_state.l1Due - applied))
                                      : 0.0;
    applied += weight - moved;
    m_state.weights(column, output) = weight / m_shrink;
}

void SparseSgd::takeShrink(double keep) {
    m_shrink *= keep;
    if (m_shrink > kSmall) return;
    if (m_settings.average && m_shrink == 0) m_state.meanWeights += m_meanPart * m_state.weights;
    m_meanPart = m_shrink > 0 ? m_meanPart / m_shrink : 0;  // of what v becomes
    m_state.weights *= m_shrink;
    m_shrink = 1;
}

/// The means, by `share` of them, towards the weights.
void SparseSgd::takeShare(double share) {
    if (share >= 1) {  // the first step: the mean is the weights
        m_state.meanWeights.setZero();
        m_meanScale = 1;
        m_meanPart = m_shrink;
        return;
    }
    m_meanScale *= 1 - share;
    m_meanPart += share * m_shrink / m_meanScale;
    if (m_meanScale > kSmall) return;
    m_state.meanWeights *= m_meanScale;
    m_meanPart *= m_meanScale;
    m_meanScale = 1;
}

const LinearSgd::State& SparseSgd::finish() {
    if (m_state.l1Applied.size() > 0)
        for (Index k = 0; k < m_state.weights.cols(); ++k)
            for (Index j = 0; j < m_state.weights.rows(); ++j) {
                const double before = m_state.weights(j, k);
                penalise(j, k);
                if (m_settings.average) m_state.meanWeights(j, k) -= m_meanPart * (m_state.weights(j, k) - before);
            }
    if (m_settings.average) m_state.meanWeights = m_meanScale * (m_state.meanWeights + m_meanPart * m_state.weights);
    m_state.weights *= m_shrink;
    m_shrink = m_meanScale = 1;
    m_meanPart = 0;
    return m_state;
}

}  // namespace holdout
