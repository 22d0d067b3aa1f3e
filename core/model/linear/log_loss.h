// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/linear_loss.h"

namespace holdout {

/// The log loss of a classifier. Two classes have one output, the log odds of the second; more have one output each
/// (symmetric softmax).
class LogLoss final : public LinearLoss {
public:
    LogLoss(const DesignMatrix& design, const Target& target);

    Eigen::Index outputs() const override { return m_classes == 2 ? 1 : m_classes; }
    /// The log of the classes' shares.
    Eigen::RowVectorXd nullIntercepts() const override;
    /// Böhning 1992.
    double curvatureBound() const override { return m_classes == 2 ? 0.25 : 0.5; }
    /// 0 when a class has no row among them.
    double sampledShare(RowSample sample) const override;

private:
    double addLoss(LossBlock& rows) const override;
    void addCurvature(LossBlock& rows, Eigen::MatrixXd& hessian) const override;
    double addBinaryLoss(LossBlock& rows) const;
    double addSoftmaxLoss(LossBlock& rows) const;

    const std::vector<int>& m_truth;
    int m_classes;
};

}  // namespace holdout
