// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "base/job_context.h"
#include "model/svm/kernel.h"

namespace holdout {

/// The dual problem of support vector machines: minimise 1/2 sum_st a_s a_t y_s y_t K_st - sum_t a_t y_t start_t
/// subject to sum_t y_t a_t = 0 and 0 <= a_t <= limit_t. There are one or two variables for each row of `rows`:
/// variable t belongs to row t, or t less the number of rows.
struct SmoProblem {
    const KernelRows& rows;
    Eigen::VectorXd signs;   ///< y: 1 or -1
    Eigen::VectorXd start;   ///< the class as 1 or -1; or the value less (for y = -1: plus) the width of the tube
    Eigen::VectorXd limits;  ///< greater than 0
};

struct SmoSettings {
    double tolerance = 1e-3;  ///< how far the optimality conditions may be violated, as libsvm's `-e`
    std::int64_t maxIterations = 10'000'000;
    std::size_t cacheBytes = std::size_t{200} << 20;  ///< for rows of the kernel; two are always kept
};

struct SmoSolution {
    Eigen::VectorXd alphas;
    double bias = 0;
    double objective = 0;
    std::int64_t iterations = 0;
    bool converged = false;
};

/// Sequential minimal optimisation with second-order choice of the pair (Fan, Chen, Lin 2005), kernel rows in float32
/// as in libsvm, everything else in float64. Throws Cancelled; `context.finish` ends it early.
SmoSolution solveSmo(const SmoProblem& problem, const SmoSettings& settings, const JobContext& context);

}  // namespace holdout
