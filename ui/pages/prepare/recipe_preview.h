// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluate/evaluation.h"
#include "experiment/experiment_spec.h"

namespace holdout {

/// What the first rows look like before and after one step, and what that step learnt.
struct RecipePreview {
    Table before, after;               ///< the first rows of the dataset
    std::vector<std::string> learnt;   ///< of the step asked for
    std::int64_t trainingRows = 0;     ///< that the steps were fitted on
    std::int64_t rowsDropped = 0;      ///< training rows that the step removed
    Warnings warnings;
};

/// The training rows of the first fold: `most` of them, evenly spread, where they are more. Throws Error.
TrainingFrame firstFoldTraining(const Table& table, const ExperimentSpec& spec, const Catalog& catalog, std::size_t most);

/// Fits the steps up to and with `step` on the training rows of the first fold, and applies them to the first `rows` rows.
/// A step that is switched off leaves them as they are. Throws Error and Cancelled.
RecipePreview previewRecipe(const Table& table, const ExperimentSpec& spec, std::size_t step, const Catalog& catalog,
                            JobContext& context, std::size_t rows = 50);

}  // namespace holdout
