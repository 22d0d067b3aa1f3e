// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/loss_solver.h"
#include "model/linear/working_loss.h"

namespace holdout {

/// Minimises a mean loss + lambda * (l1Ratio * |w|_1 + (1 - l1Ratio)/2 * |w|^2), l1Ratio > 0, by proximal Newton
/// steps (Lee, Sun, Saunders 2014) on a working set of columns. Asked for one lambda after another, it starts from the
/// last solution, and keeps a Hessian for as long as it serves: a step by the last one costs a fraction of one that has
/// to be taken of all rows, and near the optimum still takes a third off what is left at least. Each step is found to a part of its
/// length only (inexact Newton: Dembo, Eisenstat, Steihaug 1982).
class SparseSolver final : public LossSolver {
public:
    SparseSolver(const LinearLoss& loss, double l1Ratio, const StopRule& rule);
    LossFit fit(double lambda, JobContext& context) override;
    void startAt(const Eigen::MatrixXd& point) override;

private:
    bool fitWorkingSet(double lambda, JobContext& context);
    /// Where the quadratic model of the loss at `point` by m_hessian, plus the penalty, is least.
    Eigen::MatrixXd modelMinimum(const Eigen::MatrixXd& point, const Eigen::MatrixXd& gradient,
                                 const Eigen::MatrixXd& l1, const Eigen::MatrixXd& l2, JobContext& context) const;
    void addToSet(const std::vector<Eigen::Index>& columns, JobContext& context);
    /// Takes the columns into the working set whose gradient exceeds the penalty, if any does; and with them those that
    /// come near it, for the lambdas to come. False when none does.
    bool growBy(double lambda, double slack, JobContext& context);

    const LinearLoss& m_loss;
    double m_l1Ratio;
    StopRule m_rule;
    WorkingSet m_set;
    Eigen::MatrixXd m_point;    ///< of all columns
    std::unique_ptr<WorkingLoss> m_working;
    Eigen::VectorXd m_largest;  ///< of each column's gradients at m_point; empty when not known
};

}  // namespace holdout
