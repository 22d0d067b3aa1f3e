// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/boosting_loss.h"

#include <cmath>

namespace holdout {

namespace {

using Eigen::Index;

constexpr std::size_t rowsPerTask = 8192;
constexpr double leastShare = 1e-7;

Index outputsOf(const Target& target) {
    return target.task == Task::Regression || target.classCount() <= 2 ? 1 : target.classCount();
}

}  // namespace

ScoredRows::ScoredRows(const Target& target, CountedRows rows, const Eigen::VectorXd& start)
    : m_target(target),
      m_rows(std::move(rows)),
      m_scores(start.transpose().replicate(static_cast<Index>(m_rows.rows.size()), 1)),
      m_means(m_scores.rows(), m_scores.cols()) {
    if (start.size() > 1) return;
    m_truth.resize(m_scores.rows());
    for (std::size_t i = 0; i < size(); ++i)
        m_truth[static_cast<Index>(i)] =
            target.task == Task::Regression ? target.values[m_rows.rows[i]] : target.classes[m_rows.rows[i]];
}

void ScoredRows::restart(const Eigen::MatrixXd& all) {
    m_scores = all(m_rows.rows, Eigen::all);
}

double ScoredRows::refresh(const JobContext& context) {
    const double sum = parallelSum(size(), rowsPerTask, 0.0, [&](Range part) {
        context.throwIfStopped();
        return refreshPart(part);
    });
    return sum / m_rows.total;
}

double ScoredRows::refreshPart(Range part) {
    const auto begin = static_cast<Index>(part.begin);
    const auto count = static_cast<Index>(part.size());
    const Eigen::Map<const Eigen::ArrayXd> weights(&m_rows.counts[part.begin], count);
    const auto scores = m_scores.middleRows(begin, count).array();
    auto means = m_means.middleRows(begin, count).array();
    if (m_target.task == Task::Regression) {
        means = scores;
        return 0.5 * (weights * (scores.col(0) - m_truth.segment(begin, count).array()).square()).sum();
    }
    if (m_scores.cols() == 1) {
        const auto truth = m_truth.segment(begin, count).array();
        const Eigen::ArrayXd score = scores.col(0);
        const Eigen::ArrayXd odds = (-score.abs()).exp();  // at most 1: nothing overflows
        const Eigen::ArrayXd inverse = (1.0 + odds).inverse();
        for (Index i = 0; i < count; ++i) means(i, 0) = score[i] > 0 ? inverse[i] : odds[i] * inverse[i];
        return (weights * (score.max(0.0) - truth * score + (1.0 + odds).log())).sum();
    }
    const Eigen::ArrayXd top = scores.rowwise().maxCoeff();
    means = (scores.colwise() - top).exp();
    const Eigen::ArrayXd sums = means.rowwise().sum();
    means.colwise() /= sums;
    double loss = (weights * (top + sums.log())).sum();
    for (Index i = 0; i < count; ++i) {
        const std::uint32_t row = m_rows.rows[part.begin + static_cast<std::size_t>(i)];
        loss -= weights[i] * scores(i, m_target.classes[row]);
    }
    return loss;
}

double ScoredRows::gradients(std::size_t output, LargeVector<GradientCell>& cells) const {
    const bool numbers = m_target.task == Task::Regression;
    const auto column = static_cast<Index>(output);
    const double squares = parallelSum(size(), rowsPerTask, 0.0, [&](Range part) {
        double sum = 0;
        for (std::size_t i = part.begin; i < part.end; ++i) {
            const auto at = static_cast<Index>(i);
            const std::uint32_t row = m_rows.rows[i];
            const double mean = m_means(at, column);
            const double truth = m_truth.size() > 0
                                     ? m_truth[at]
                                     : static_cast<double>(m_target.classes[row] == static_cast<int>(output));
            const double count = m_rows.counts[i];
            const double gradient = mean - truth;
            cells[row] = GradientCell::of(count * gradient, count * (numbers ? 1 : mean * (1 - mean)), count);
            sum += count * gradient * gradient;
        }
        return sum;
    });
    return squares / m_rows.total;
}

Eigen::VectorXd startScores(const Target& target, const CountedRows& rows) {
    if (target.task == Task::Regression) {
        double sum = 0;
        for (std::size_t i = 0; i < rows.rows.size(); ++i) sum += rows.counts[i] * target.values[rows.rows[i]];
        return Eigen::VectorXd::Constant(1, sum / rows.total);
    }
    Eigen::VectorXd shares = Eigen::VectorXd::Constant(std::max(2, target.classCount()), 0);
    for (std::size_t i = 0; i < rows.rows.size(); ++i) shares[target.classes[rows.rows[i]]] += rows.counts[i];
    shares = (shares / rows.total).cwiseMax(leastShare);
    if (outputsOf(target) == 1) return Eigen::VectorXd::Constant(1, std::log(shares[1] / shares[0]));
    return shares.array().log();
}

}  // namespace holdout
