// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/logistic_solver.h"
#include "model/linear/working_set.h"

namespace holdout {

/// Minimises the mean log loss + lambda * (l1Ratio * |w|_1 + (1 - l1Ratio)/2 * |w|^2), l1Ratio > 0, by proximal Newton
/// steps (Lee, Sun, Saunders 2014) on a working set of columns. Asked for one lambda after another, it starts from the
/// last solution.
class SparseLogisticSolver final : public LogisticSolver {
public:
    SparseLogisticSolver(const LogLoss& loss, double l1Ratio, const StopRule& rule);
    LogisticFit fit(double lambda, JobContext& context) override;

private:
    bool fitWorkingSet(double lambda, JobContext& context);
    /// Where the quadratic model of the loss at `point`, plus the penalty, is least.
    Eigen::MatrixXd modelMinimum(const Eigen::MatrixXd& point, LogLossSums& sums, const Eigen::MatrixXd& l1,
                                 const Eigen::MatrixXd& l2, JobContext& context) const;
    std::vector<Eigen::Index> violators(double lambda, double slack, JobContext& context) const;

    const LogLoss& m_loss;
    double m_l1Ratio;
    StopRule m_rule;
    WorkingSet m_set;
    Eigen::MatrixXd m_point;  ///< of all columns
};

}  // namespace holdout
