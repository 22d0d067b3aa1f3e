// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "base/job_context.h"

namespace holdout {

// Large symmetric matrices on all threads. Blocks are cut the same way on any number of threads, and so are the sums.

/// Replaces the lower triangle of `matrix` (square; what is above the diagonal is not read) by its Cholesky factor L,
/// matrix = L L', and leaves the upper triangle as it was. False when the matrix is not positive definite; its lower
/// triangle is then of no use. Right-looking by blocks (Golub, Van Loan 2013, section 4.2.9). Throws Cancelled.
bool factorise(Eigen::MatrixXd& matrix, const JobContext& context);

/// L^-1 `right`, of the lower triangle of `factor`.
Eigen::MatrixXd solveLower(const Eigen::MatrixXd& factor, const Eigen::MatrixXd& right, const JobContext& context);

/// (L L')^-1, whole, of the lower triangle of `factor`.
Eigen::MatrixXd inverseOf(const Eigen::MatrixXd& factor, const JobContext& context);

}  // namespace holdout
