// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/linear_sgd.h"

#include <algorithm>
#include <cmath>

#include "train/linear_steps.h"

namespace holdout {

using Eigen::Index;

namespace {

/// Of a number, by the distance from it; the others are of classes.
bool isOfNumbers(SgdLoss loss) {
    return loss == SgdLoss::Squared || loss == SgdLoss::Huber;
}

}  // namespace

LinearSgd::Block::Block(Index features, Index most)
    : rows(Eigen::MatrixXd::Zero(linear_steps::strideFor(features), most)), truths(most), importances(most), judged(most) {
    rows.row(features).setOnes();
}

void LinearSgd::Sums::add(const RowLoss& row, double truth, double importance) {
    weight += importance;
    loss += importance * row.loss;
    if (!isOfNumbers(row.kind)) {
        right += row.right ? importance : 0;
        return;
    }
    const double rest = row.scores[0] - truth;
    squares += importance * rest * rest;
    spread += importance * truth * truth;
}

LinearSgd::Sums& LinearSgd::Sums::operator+=(const Sums& other) {
    weight += other.weight;
    loss += other.loss;
    right += other.right;
    squares += other.squares;
    spread += other.spread;
    return *this;
}

RowLoss::RowLoss(SgdLoss what, double width, Index outputs)
    : kind(what), huberWidth(width), scores(Eigen::VectorXd::Zero(outputs)), slopes(scores) {}

void RowLoss::measure(double truth, Wanted wanted) {
    if (isOfNumbers(kind)) {
        const double rest = scores[0] - truth, width = huberWidth;
        const bool far = kind == SgdLoss::Huber && std::abs(rest) > width;
        loss = far ? width * (std::abs(rest) - width / 2) : rest * rest / 2;
        slopes[0] = far ? std::copysign(width, rest) : rest;
        return;
    }
    const Index outputs = scores.size();
    const auto own = static_cast<Index>(truth);
    if (outputs == 1) {
        const double score = scores[0], margin = own == 1 ? score : -score;
        right = own == 1 ? score > 0 : score <= 0;
        if (kind == SgdLoss::Hinge) {
            loss = std::max(0.0, 1 - margin);
            slopes[0] = margin < 1 ? (own == 1 ? -1.0 : 1.0) : 0.0;
            return;
        }
        const double small = std::exp(-std::abs(margin));
        if (wanted == Wanted::Loss) loss = std::max(0.0, -margin) + std::log1p(small);
        const double wrong = (margin >= 0 ? small : 1.0) / (1 + small);
        slopes[0] = own == 1 ? -wrong : wrong;
        return;
    }
    Index first = 0;
    const double largest = scores.maxCoeff(&first);
    right = first == own;
    if (kind == SgdLoss::Hinge) {
        loss = 0;
        for (Index k = 0; k < outputs; ++k) {
            const double sign = k == own ? 1 : -1, shortfall = 1 - sign * scores[k];
            loss += std::max(0.0, shortfall);
            slopes[k] = shortfall > 0 ? -sign : 0.0;
        }
        return;
    }
    slopes = (scores.array() - largest).exp();
    const double sum = slopes.sum();
    if (wanted == Wanted::Loss) loss = std::log(sum) - (scores[own] - largest);
    slopes /= sum;
    slopes[own] -= 1;
}

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
      m_row(settings.loss, settings.huberWidth, m_state.intercepts.size()) {}

double LinearSgd::rateOf(const Settings& settings, std::int64_t step) {
    const auto t = static_cast<double>(step);
    switch (settings.schedule) {
        case SgdSchedule::Constant: return settings.rate;
        case SgdSchedule::InverseScaling: return settings.rate / std::pow(t, settings.power);
        case SgdSchedule::Optimal: break;
    }
    const double slower = 1 + settings.rate * settings.lambda * t;
    // slower^(3/4), without a power of any exponent.
    return settings.rate / (settings.average ? std::sqrt(slower * std::sqrt(slower)) : slower);
}

double LinearSgd::steadyImportance(const Settings& settings, double rate, double importance, double squaredLength) {
    return isOfNumbers(settings.loss) && rate * importance * squaredLength > 1 ? 1 / (rate * squaredLength) : importance;
}

void LinearSgd::score(const double* row, const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) {
    const Eigen::Map<const Eigen::VectorXd> features(row, weights.rows());
    for (Index k = 0; k < m_row.scores.size(); ++k) m_row.scores[k] = intercepts[k] + weights.col(k).dot(features);
}

void LinearSgd::judge(const double* row, double truth) {
    score(row, weights(), intercepts());
    m_row.measure(truth, RowLoss::Wanted::Loss);
}

void LinearSgd::step(const double* row, double truth, double importance) {
    score(row, m_state.weights, m_state.intercepts);
    m_row.measure(truth, RowLoss::Wanted::Slopes);
    const double rate = nextRate();
    ++m_state.steps;
    const double share = 4 / (static_cast<double>(m_state.steps) + 3);
    if (m_state.l1Applied.size() > 0) m_state.l1Due += rate * m_settings.lambda * m_settings.l1Ratio;
    const double squaredLength = 1 + Eigen::Map<const Eigen::VectorXd>(row, m_state.weights.rows()).squaredNorm();
    const double steady = steadyImportance(m_settings, rate, importance, squaredLength);
    for (Index k = 0; k < m_row.scores.size(); ++k) move(k, row, rate, m_row.slopes[k] * steady, share);
}

bool LinearSgd::isQuick() const {
    return m_row.scores.size() == 1 && m_state.l1Applied.size() == 0 && m_state.weights.rows() < linear_steps::kMostLanes;
}

void LinearSgd::walk(Block& block) {
    if (isQuick()) return walkQuickly(block);
    m_sums = {};
    for (Index i = 0; i < block.count; ++i) {
        const double* row = block.rows.col(i).data();
        const double truth = block.truths[i], importance = block.importances[i];
        judge(row, truth);
        m_sums.add(m_row, truth, importance);
        step(row, truth, importance);
    }
}

void LinearSgd::walkQuickly(Block& block) {
    const Index features = m_state.weights.rows(), count = block.count;
    const Eigen::ArrayXd times = Eigen::ArrayXd::LinSpaced(count, static_cast<double>(m_state.steps + 1),
                                                           static_cast<double>(m_state.steps + count));
    Eigen::ArrayXd rates(count);
    switch (m_settings.schedule) {
        case SgdSchedule::Constant: rates = m_settings.rate; break;
        case SgdSchedule::InverseScaling: rates = m_settings.rate / times.pow(m_settings.power); break;
        case SgdSchedule::Optimal: {
            const Eigen::ArrayXd slower = 1 + m_settings.rate * m_settings.lambda * times;
            if (m_settings.average)
                rates = m_settings.rate / (slower * slower.sqrt()).sqrt();
            else
                rates = m_settings.rate / slower;
            break;
        }
    }
    const Eigen::ArrayXd keeps = (1 - rates * (m_settings.lambda * (1 - m_settings.l1Ratio))).max(0.0);
    const Eigen::ArrayXd shares = 4 / (times + 3);
    if (isOfNumbers(m_settings.loss))
        for (Index i = 0; i < count; ++i)
            rates[i] *= steadyImportance(m_settings, rates[i], block.importances[i], block.rows.col(i).squaredNorm());
    else
        rates *= block.importances.head(count).array();

    linear_steps::Lanes lanes;
    const auto fill = [&](double* to, const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) {
        std::copy_n(weights.data(), features, to);
        to[features] = intercepts[0];
    };
    fill(lanes.weights, m_state.weights, m_state.intercepts);
    if (m_settings.average) fill(lanes.means, m_state.meanWeights, m_state.meanIntercepts);
    linear_steps::run({block.rows.data(), block.truths.data(), rates.data(), keeps.data(), shares.data(),
                       block.judged.data(), count, features},
                      m_settings.loss, m_settings.huberWidth, m_settings.average, lanes);
    std::copy_n(lanes.weights, features, m_state.weights.data());
    m_state.intercepts[0] = lanes.weights[features];
    if (m_settings.average) {
        std::copy_n(lanes.means, features, m_state.meanWeights.data());
        m_state.meanIntercepts[0] = lanes.means[features];
    }
    m_state.steps += count;
}

LinearSgd::Sums LinearSgd::sumsOf(const Block& block) const {
    if (!isQuick()) return m_sums;
    const auto scores = block.judged.head(block.count).array(), truths = block.truths.head(block.count).array(),
               importances = block.importances.head(block.count).array();
    Sums sums{.weight = importances.sum()};
    if (isOfNumbers(m_settings.loss)) {
        const Eigen::ArrayXd rests = (scores - truths).abs();
        const double width = m_settings.loss == SgdLoss::Huber ? m_settings.huberWidth : rests.size() > 0 ? rests.maxCoeff() : 0;
        sums.loss = (importances * (rests > width).select(width * (rests - width / 2), rests.square() / 2)).sum();
        sums.squares = (importances * rests.square()).sum();
        sums.spread = (importances * truths.square()).sum();
        return sums;
    }
    const Eigen::ArrayXd margins = (truths > 0).select(scores, -scores);
    if (m_settings.loss == SgdLoss::Hinge)
        sums.loss = (importances * (1 - margins).max(0.0)).sum();
    else
        sums.loss = (importances * ((-margins).max(0.0) + (1 + (-margins.abs()).exp()).log())).sum();
    sums.right = ((truths > 0) == (scores > 0)).select(importances, 0.0).sum();
    return sums;
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
