// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/least_squares.h"
#include "model/linear/linear_params.h"

namespace holdout {

/// Minimises half the mean squared error + lambda * (l1Ratio * |w|_1 + (1 - l1Ratio)/2 * |w|^2) for each lambda, in the
/// order given; fastest from the largest down. Up to as many columns as rows by the whole Gram matrix; else by that of
/// a working set, which starts with the sequential strong rule (Tibshirani et al. 2012) and grows by the columns whose
/// optimality conditions fail. `known`: the moments, when they were taken already.
std::vector<LeastSquaresFit> elasticNet(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio,
                                        const std::vector<double>& lambdas, const StopRule& rule, JobContext& context,
                                        const Moments* known = nullptr);

/// Whether folds of such rows are quicker fitted side by side, by elasticNetOfFolds: dense, with more columns than rows.
bool sharesColumns(const DesignMatrix& design);
/// elasticNet of folds for which sharesColumns() holds, of the rows of `all`: they go down their paths in step, and read
/// the columns together.
std::vector<std::vector<LeastSquaresFit>> elasticNetOfFolds(const DesignMatrix& all,
                                                            const std::vector<const DesignMatrix*>& folds,
                                                            const Eigen::VectorXd& target, double l1Ratio,
                                                            const std::vector<double>& lambdas, const StopRule& rule,
                                                            JobContext& context);

/// The same from second moments alone, for problems with no more columns than rows.
std::vector<LeastSquaresFit> elasticNetOfMoments(const Standardisation& scale, const Moments& moments, double l1Ratio,
                                                 const std::vector<double>& lambdas, const StopRule& rule,
                                                 JobContext& context);

}  // namespace holdout
