// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "model/linear/linear_loss.h"
#include "model/linear/working_set.h"

namespace holdout {

/// A loss as a function of the weights of a working set of columns, and the Hessian of a quadratic model of it, which may
/// have been taken at an earlier point. Points hold the intercepts in their first row, then the members' weights in the
/// order of the set. Not thread-safe.
class WorkingLoss {
public:
    virtual ~WorkingLoss() = default;

    /// The loss and its gradient; with Derivatives::Second the model's Hessian is taken at this point.
    virtual LossSums evaluate(const Eigen::MatrixXd& point, Derivatives derivatives, JobContext& context) = 0;
    /// The largest gradient in size of each column of all, at a point of all columns that is 0 outside the set.
    virtual Eigen::VectorXd largestGradients(const Eigen::MatrixXd& point, JobContext& context) = 0;
    /// `added` have joined the set, with weights of 0.
    virtual void grow(const std::vector<Eigen::Index>& added, JobContext& context) = 0;

    /// By the point's entries in column-major order, positive definite; empty when there is none for the set.
    const Eigen::MatrixXd& hessian() const { return m_hessian; }

protected:
    Eigen::MatrixXd m_hessian;
};

/// With few rows the set's standardised columns are kept, and its Hessian grows with it; else all is read anew from the
/// features block by block. Keeps references.
std::unique_ptr<WorkingLoss> makeWorkingLoss(const LinearLoss& loss, const WorkingSet& set);

}  // namespace holdout
