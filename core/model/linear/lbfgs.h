// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <Eigen/Core>

#include "base/job_context.h"
#include "model/linear/linear_params.h"

namespace holdout {

/// Value of a smooth convex function at a point; writes its gradient.
using SmoothFunction = std::function<double(const Eigen::MatrixXd& point, Eigen::MatrixXd& gradient)>;
/// About the inverse Hessian times a gradient.
using Preconditioner = std::function<Eigen::MatrixXd(const Eigen::MatrixXd& gradient)>;

/// Minimises from `point`, and leaves the best point there. True when the preconditioned gradient fell to the
/// tolerance.
bool minimiseByLbfgs(const SmoothFunction& function, const Preconditioner& precondition, const StopRule& rule,
                     Eigen::MatrixXd& point, JobContext& context);

}  // namespace holdout
