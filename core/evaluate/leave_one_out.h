// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "evaluate/evaluation.h"

namespace holdout {

/// Predictions of each row by the least-squares or ridge fit on all other rows, from one factorisation: the residual
/// over 1 less the leverage (Allen 1974; Cook, Weisberg 1982, section 2.2). `lambda` counts as in the ridge model: the
/// mean squared error of the n - 1 rows, halved, plus lambda / 2 times the sum of squared weights. None where the
/// columns depend on one another or a row alone decides a weight, so that there is no such fit.
std::optional<Eigen::VectorXd> leaveOneOutPredictions(const Eigen::MatrixXd& features, const Eigen::VectorXd& target,
                                                      double lambda);

/// The results of leave-one-out without its refits, equal to them but for rounding: for linear and ridge regression
/// without weights where no step learns anything from the rows that could change a prediction. None when the folds, the
/// recipe, the model or the data are others.
std::optional<std::vector<FoldResult>> closedFormLeaveOneOut(const Dataset& data, const PipelineSpec& spec,
                                                             const std::vector<Fold>& folds,
                                                             const std::vector<std::string>& metrics,
                                                             const Catalog& catalog, JobContext& context);

}  // namespace holdout
