// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "base/job_context.h"

namespace holdout {

/// 1/2 v'Hv - c'v + sum of l1_j |v_j| + 1/2 l2_j v_j^2, to be made least over v. H is symmetric and positive
/// semidefinite.
struct SparseQuadratic {
    Eigen::Ref<const Eigen::MatrixXd> hessian;  ///< H
    Eigen::VectorXd linear;                     ///< c; may be empty when c - Hv is given instead
    Eigen::VectorXd l1, l2;                     ///< by coordinate
    /// Of the longest change in the first sweep: descent that changes less in a sweep is done, whatever the tolerance.
    double enough = 0;
};

/// Minimises from `v` and leaves the solution there, with exact zeros. Coordinate descent with covariance updates and
/// active sets (Friedman, Hastie, Tibshirani 2010) finds which coordinates are not zero; the linear system of those
/// then gives their values to rounding, and the optimality conditions of the others are checked. True when they hold to
/// `tolerance`, which is a length of v; false after `maxSweeps`. A tolerance of 1e-6 or more is met by descent alone.
bool minimiseSparseQuadratic(const SparseQuadratic& problem, double tolerance, std::int64_t maxSweeps,
                             Eigen::VectorXd& v, const JobContext& context);
/// The same with c - Hv known at the start, in `left`, which is brought to the end.
bool minimiseSparseQuadratic(const SparseQuadratic& problem, double tolerance, std::int64_t maxSweeps,
                             Eigen::VectorXd& v, Eigen::VectorXd& left, const JobContext& context);

}  // namespace holdout
