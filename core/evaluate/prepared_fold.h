// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/evaluation.h"

namespace holdout {

/// A fold with its recipe fitted: what all candidates of one recipe share.
struct PreparedFold {
    Features trainFeatures, testFeatures;
    Target trainTarget, testTarget;
    Eigen::VectorXd trainWeights, testWeights;
    std::size_t trainRows = 0;
    RowIds testRows;
    std::vector<LedgerEntry> ledger;
    Warnings warnings;
    std::optional<Error> error;  ///< of the recipe: whoever needs the fold fails with it
    double seconds = 0;
};

/// Fits `recipe` on the fold's training rows, in a form that `model` takes (null: as they come). Throws Cancelled; a step
/// that saw a held-out row is an error of the fold.
PreparedFold prepareFold(const Dataset& data, const Recipe& recipe, const ModelInfo* model, const Fold& fold,
                         JobContext& context);

/// How a recipe treats what the model would rather see as it is; `model` may be null.
AugmentRows augmentRowsFor(const ModelInfo* model);
RawCells rawCellsOf(const ModelInfo* model);
/// Throws Error when a recipe has made weights (mixed rows carry some) that the model cannot take.
void refuseNewWeights(const ModelInfo& model, const Eigen::VectorXd& weights, const Eigen::VectorXd& given);

/// Weights at positions of a dataset; empty when there are none.
Eigen::VectorXd weightsAt(const Eigen::VectorXd& weights, const std::vector<std::uint32_t>& positions);
/// Rows of the table that was read, at positions of a dataset.
RowIds rowsAt(const Dataset& data, const std::vector<std::uint32_t>& positions);

}  // namespace holdout
