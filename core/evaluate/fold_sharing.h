// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/prepared_fold.h"

namespace holdout {

/// The features of all rows, when no step makes them differ from fold to fold: what folds that share work are fitted on.
struct CommonRows {
    Features features;
    Warnings warnings;
};

/// Nothing when folds cannot share work: a step learns from rows, the model (may be null) has no such ability, or the rows
/// have an Error that each fold will tell. Throws Cancelled.
std::optional<CommonRows> commonRows(const Dataset& data, const std::vector<StepSpec>& prepare, const Recipe& recipe,
                                     const ModelInfo* model, JobContext& context);

/// What a fold holds out, of rows that are common to all.
PreparedFold heldOutRows(const Dataset& data, const CommonRows& common, const Fold& fold);

/// Told the models of the fold at position `fold`: from any thread, for several folds at once.
using FittedFold = std::function<void(std::size_t fold, const std::vector<std::shared_ptr<const Model>>& models)>;

/// Fits all folds in one piece of work (FoldFitter, which the estimator must have), for `values` of its path's parameter.
/// Gives the positions of those that an Error kept from being fitted: they are left to be fitted alone, so that it is told of
/// the right fold. Throws Cancelled.
std::vector<std::size_t> fitFoldsTogether(const Estimator& estimator, const std::vector<double>& values, const Dataset& data,
                                          const CommonRows& common, const std::vector<Fold>& folds, JobContext& context,
                                          const FittedFold& fitted);

}  // namespace holdout
