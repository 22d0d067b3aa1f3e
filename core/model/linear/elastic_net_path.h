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

/// Rows of a problem that a fold counts.
struct FoldOfRows {
    const DesignMatrix* design;
    const RowCounts* counts;
};
/// Whether a fold of the rows of `all` is quicker fitted side by side with others, by elasticNetOfFolds: it is dense, has
/// more columns than rows, and no column that hardly varies in it alone.
bool sharesColumns(const DesignMatrix& all, const DesignMatrix& fold);
/// elasticNet of folds for which sharesColumns() holds: they go down their paths in step, read the columns together, and
/// share the Gram matrix of all rows less the rows that each leaves out.
std::vector<std::vector<LeastSquaresFit>> elasticNetOfFolds(const DesignMatrix& all, const std::vector<FoldOfRows>& folds,
                                                            const Eigen::VectorXd& target, double l1Ratio,
                                                            const std::vector<double>& lambdas, const StopRule& rule,
                                                            JobContext& context);

/// The same from second moments alone, for problems with no more columns than rows.
std::vector<LeastSquaresFit> elasticNetOfMoments(const Standardisation& scale, const Moments& moments, double l1Ratio,
                                                 const std::vector<double>& lambdas, const StopRule& rule,
                                                 JobContext& context);

}  // namespace holdout
