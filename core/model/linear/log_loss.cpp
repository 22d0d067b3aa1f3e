// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/log_loss.h"

namespace holdout {

/// Buffers of one piece of rows: the block with a column of ones before its features, and what is computed of each row.
struct LogLoss::Workspace {
    Workspace(Eigen::Index width, Eigen::Index outputs)
        : block(kBlockRows, width),
          weighted(kBlockRows, width),
          scores(kBlockRows, outputs),
          residuals(kBlockRows, outputs) {}

    Block block, weighted;
    Block scores, residuals;  ///< a column an output
    BlockVector shares;
};

LogLossSums& LogLossSums::operator+=(const LogLossSums& other) {
    loss += other.loss;
    gradient += other.gradient;
    if (hessian.size() > 0) hessian += other.hessian;
    return *this;
}

LogLoss::LogLoss(const DesignMatrix& design, const Target& target)
    : m_design(design), m_truth(target.classes), m_classes(target.classCount()) {
}

Eigen::RowVectorXd LogLoss::nullIntercepts() const {
    Eigen::RowVectorXd shares = Eigen::RowVectorXd::Zero(m_classes);
    for (std::size_t i = 0; i < m_truth.size(); ++i)
        shares[m_truth[i]] += m_design.shares()[static_cast<Eigen::Index>(i)];
    Eigen::RowVectorXd logs = shares.array().log();
    if (outputs() == 1) return Eigen::RowVectorXd::Constant(1, logs[1] - logs[0]);
    return logs.array() - logs.mean();
}

void LogLoss::binaryBlock(Workspace& work, std::size_t begin, LogLossSums& sums) const {
    const auto score = work.scores.col(0).array();
    BlockVector truth = BlockVector::Zero();
    const std::size_t end = std::min(begin + kBlockRows, m_truth.size());
    for (std::size_t i = begin; i < end; ++i) truth[static_cast<Eigen::Index>(i - begin)] = m_truth[i];

    // exp(-|score|) never overflows, and both probabilities follow from it without cancellation.
    const Eigen::Array<double, kBlockRows, 1> odds = (-score.abs()).exp();
    const Eigen::Array<double, kBlockRows, 1> common = (1 + odds).inverse();
    sums.loss += (work.shares.array() * ((1 + odds).log() + score.max(0.0) - truth.array() * score)).sum();
    work.residuals.col(0) = work.shares.array() * ((score > 0).select(common, odds * common) - truth.array());
    addCrossProduct(work.block, work.residuals.col(0), sums.gradient.col(0));
    if (sums.hessian.size() == 0) return;
    const Eigen::Array<double, kBlockRows, 1> curvature = work.shares.array() * odds * common.square();
    work.weighted = work.block.array().colwise() * curvature;
    addGram(work.block, work.weighted, sums.hessian);
}

void LogLoss::softmaxBlock(Workspace& work, std::size_t begin, LogLossSums& sums) const {
    using RowValues = Eigen::Array<double, kBlockRows, 1>;
    const Eigen::Index width = work.block.cols();
    RowValues largest = work.scores.col(0);
    for (Eigen::Index k = 1; k < m_classes; ++k) largest = largest.max(work.scores.col(k).array());
    const std::size_t end = std::min(begin + kBlockRows, m_truth.size());
    for (std::size_t i = begin; i < end; ++i) {
        const auto row = static_cast<Eigen::Index>(i - begin);
        sums.loss += work.shares[row] * (largest[row] - work.scores(row, m_truth[i]));
    }
    RowValues total = RowValues::Zero();
    for (Eigen::Index k = 0; k < m_classes; ++k) {
        work.scores.col(k) = (work.scores.col(k).array() - largest).exp();
        total += work.scores.col(k).array();
    }
    sums.loss += (work.shares.array() * total.log()).sum();
    for (Eigen::Index k = 0; k < m_classes; ++k) {
        work.scores.col(k).array() /= total;  // probabilities from here on
        work.residuals.col(k) = work.shares.cwiseProduct(work.scores.col(k));
    }
    for (std::size_t i = begin; i < end; ++i) {
        const auto row = static_cast<Eigen::Index>(i - begin);
        work.residuals(row, m_truth[i]) -= work.shares[row];
    }
    for (Eigen::Index k = 0; k < m_classes; ++k) {
        const BlockVector residual = work.residuals.col(k);
        addCrossProduct(work.block, residual, sums.gradient.col(k));
    }
    if (sums.hessian.size() == 0) return;
    for (Eigen::Index k = 0; k < m_classes; ++k)
        for (Eigen::Index l = k; l < m_classes; ++l) {
            const double same = k == l ? 1 : 0;
            const RowValues curvature =
                work.shares.array() * work.scores.col(k).array() * (same - work.scores.col(l).array());
            work.weighted = work.block.array().colwise() * curvature;
            addGram(work.block, work.weighted, sums.hessian.block(l * width, k * width, width, width));
        }
}

void LogLoss::addRows(Range rows, const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns,
                      LogLossSums& sums) const {
    Workspace work(point.rows(), outputs());
    for (std::size_t begin = rows.begin; begin < rows.end; begin += kBlockRows) {
        m_design.loadShares(begin, work.shares);
        m_design.load(begin, columns, work.block, 1);
        work.block.col(0).setOnes();  // rows beyond the last have share 0
        work.scores.noalias() = work.block * point;
        if (outputs() == 1)
            binaryBlock(work, begin, sums);
        else
            softmaxBlock(work, begin, sums);
    }
}

LogLossSums LogLoss::evaluate(const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns,
                              Derivatives derivatives, JobContext& context) const {
    const Eigen::Index size = derivatives == Derivatives::Second ? point.size() : 0;
    const LogLossSums zero{0, Eigen::MatrixXd::Zero(point.rows(), point.cols()), Eigen::MatrixXd::Zero(size, size)};
    const auto rows = static_cast<std::size_t>(m_design.rows());
    LogLossSums sums = parallelSum(rows, rowGrain(rows), zero, [&](Range part) {
        context.throwIfStopped();
        LogLossSums own = zero;
        addRows(part, point, columns, own);
        return own;
    });
    // The kernels fill the lower triangle of each pair of outputs.
    const Eigen::Index width = point.rows();
    for (Eigen::Index k = 0; size > 0 && k < point.cols(); ++k)
        for (Eigen::Index l = k; l < point.cols(); ++l) {
            auto pair = sums.hessian.block(l * width, k * width, width, width);
            pair.triangularView<Eigen::StrictlyUpper>() = pair.transpose();
            if (l > k) sums.hessian.block(k * width, l * width, width, width) = pair.transpose();
        }
    return sums;
}

}  // namespace holdout
