// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/log_loss.h"

namespace holdout {
namespace {

using RowValues = Eigen::Array<double, kBlockRows, 1>;

}  // namespace

LogLoss::LogLoss(const DesignMatrix& design, const Target& target)
    : LinearLoss(design), m_truth(target.classes), m_classes(target.classCount()) {
}

Eigen::RowVectorXd LogLoss::nullIntercepts() const {
    Eigen::RowVectorXd shares = Eigen::RowVectorXd::Zero(m_classes);
    for (std::size_t i = 0; i < m_truth.size(); ++i)
        shares[m_truth[i]] += design().shares()[static_cast<Eigen::Index>(i)];
    Eigen::RowVectorXd logs = shares.array().log();
    if (outputs() == 1) return Eigen::RowVectorXd::Constant(1, logs[1] - logs[0]);
    return logs.array() - logs.mean();
}

double LogLoss::sampledShare(RowSample sample) const {
    Eigen::VectorXd shares = Eigen::VectorXd::Zero(m_classes);
    for (std::size_t begin = 0; begin < m_truth.size(); begin += sample.stride * kBlockRows)
        for (std::size_t i = begin; i < std::min<std::size_t>(begin + kBlockRows, m_truth.size()); ++i)
            shares[m_truth[i]] += design().shares()[static_cast<Eigen::Index>(i)];
    return shares.minCoeff() > 0 ? shares.sum() : 0;
}

double LogLoss::addLoss(LossBlock& rows) const {
    return outputs() == 1 ? addBinaryLoss(rows) : addSoftmaxLoss(rows);
}

/// Leaves the curvature by the log odds in the first column of the scores.
double LogLoss::addBinaryLoss(LossBlock& rows) const {
    BlockVector truth = BlockVector::Zero();
    for (std::size_t i = rows.begin; i < rows.end; ++i) truth[static_cast<Eigen::Index>(i - rows.begin)] = m_truth[i];
    const RowValues score = rows.scores.col(0);
    // exp(-|score|) never overflows, and both probabilities follow from it without cancellation.
    const RowValues odds = (-score.abs()).exp(), common = (1 + odds).inverse();
    rows.residuals.col(0) = rows.shares.array() * ((score > 0).select(common, odds * common) - truth.array());
    rows.scores.col(0) = odds * common.square();
    return (rows.shares.array() * ((1 + odds).log() + score.max(0.0) - truth.array() * score)).sum();
}

/// Leaves the probabilities in the scores.
double LogLoss::addSoftmaxLoss(LossBlock& rows) const {
    RowValues largest = rows.scores.col(0);
    for (Eigen::Index k = 1; k < m_classes; ++k) largest = largest.max(rows.scores.col(k).array());
    double loss = 0;
    for (std::size_t i = rows.begin; i < rows.end; ++i) {
        const auto row = static_cast<Eigen::Index>(i - rows.begin);
        loss += rows.shares[row] * (largest[row] - rows.scores(row, m_truth[i]));
    }
    RowValues total = RowValues::Zero();
    for (Eigen::Index k = 0; k < m_classes; ++k) {
        rows.scores.col(k) = (rows.scores.col(k).array() - largest).exp();
        total += rows.scores.col(k).array();
    }
    loss += (rows.shares.array() * total.log()).sum();
    const RowValues inverse = total.inverse();
    for (Eigen::Index k = 0; k < m_classes; ++k) {
        rows.scores.col(k).array() *= inverse;
        rows.residuals.col(k) = rows.shares.cwiseProduct(rows.scores.col(k));
    }
    for (std::size_t i = rows.begin; i < rows.end; ++i) {
        const auto row = static_cast<Eigen::Index>(i - rows.begin);
        rows.residuals(row, m_truth[i]) -= rows.shares[row];
    }
    return loss;
}

void LogLoss::addCurvature(LossBlock& rows, Eigen::MatrixXd& hessian) const {
    const Eigen::Index width = rows.block.cols();
    if (outputs() == 1) {
        rows.weighted = rows.block.array().colwise() * (rows.shares.array() * rows.scores.col(0).array());
        addGram(rows.block, rows.weighted, hessian);
        return;
    }
    for (Eigen::Index k = 0; k < m_classes; ++k)
        for (Eigen::Index l = k; l < m_classes; ++l) {
            const double same = k == l ? 1 : 0;
            const RowValues curvature =
                rows.shares.array() * rows.scores.col(k).array() * (same - rows.scores.col(l).array());
            rows.weighted = rows.block.array().colwise() * curvature;
            addGram(rows.block, rows.weighted, hessian.block(l * width, k * width, width, width));
        }
}

}  // namespace holdout
