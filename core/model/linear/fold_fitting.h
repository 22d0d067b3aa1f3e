// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/fold_moments.h"
#include "model/linear/least_squares.h"

namespace holdout {

/// The weights of a fold's rows: their own times how often it counts them.
Eigen::VectorXd foldWeights(const TrainingSet& training, const RowCounts& counts);

/// Fits of one fold from its moments, one for each of the values asked for; fewer when rounding in the moments would
/// show, and the fold has to be fitted by itself.
using FitOfMoments = std::function<std::vector<LeastSquaresFit>(const FoldMoments& fold, JobContext& context)>;
/// Models of the rows that have weight, one for each value.
using FitAlone = std::function<std::vector<std::shared_ptr<const Model>>(const TrainingSet& rows, JobContext& context)>;

/// What every least-squares model does with folds: all from shared moments where that is as exact, else each alone.
void fitFoldsOfMoments(const TrainingSet& training, const std::vector<RowCounts>& folds, std::size_t values,
                       const FitOfMoments& fromMoments, const FitAlone& alone, JobContext& context,
                       const FoldModels& done);

}  // namespace holdout
