// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/loss_solver.h"
#include "model/linear/working_set.h"

namespace holdout {

/// Minimises a mean loss + lambda * (l1Ratio * |w|_1 + (1 - l1Ratio)/2 * |w|^2), l1Ratio > 0, by proximal Newton
/// steps (Lee, Sun, Saunders 2014) on a working set of columns. Asked for one lambda after another, it starts from the
/// last solution.
class SparseSolver final : public LossSolver {
public:
    SparseSolver(const LinearLoss& loss, double l1Ratio, const StopRule& rule);
    LossFit fit(double lambda, JobContext& context) override;
    void startAt(const Eigen::MatrixXd& point) override;

private:
    bool fitWorkingSet(double lambda, JobContext& context);
    /// Where the quadratic model of the loss at `point`, plus the penalty, is least.
    Eigen::MatrixXd modelMinimum(const Eigen::MatrixXd& point, LossSums& sums, const Eigen::MatrixXd& l1,
                                 const Eigen::MatrixXd& l2, JobContext& context) const;
    std::vector<Eigen::Index> violators(double lambda, double slack, JobContext& context) const;

    const LinearLoss& m_loss;
    double m_l1Ratio;
    StopRule m_rule;
    WorkingSet m_set;
    Eigen::MatrixXd m_point;  ///< of all columns
};

}  // namespace holdout
