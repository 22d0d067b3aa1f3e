// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// Second moments of the standardised features Z with row shares S, and of a centred target.
struct Moments {
    Eigen::MatrixXd gram;   ///< Z'SZ, whole
    Eigen::VectorXd cross;  ///< Z'S(y - mean)
    double mean = 0;        ///< of the target
    double variance = 0;    ///< of the target
};

/// One pass over the rows; parallel, the same bits on any number of threads.
Moments moments(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context);
/// The Gram matrix alone.
Eigen::MatrixXd gram(const DesignMatrix& design, JobContext& context);
/// Z'S(y - intercept - Z * weights): the gradient of half the mean squared error, negated.
Eigen::VectorXd residualCross(const DesignMatrix& design, const Eigen::VectorXd& target, double intercept,
                              const Eigen::VectorXd& weights, JobContext& context);

/// matrix' * matrix, in parallel over tiles of the result.
Eigen::MatrixXd tiledGram(const Eigen::MatrixXd& matrix, JobContext& context);

double weightedMean(const Eigen::VectorXd& values, const Eigen::VectorXd& shares);

}  // namespace holdout
