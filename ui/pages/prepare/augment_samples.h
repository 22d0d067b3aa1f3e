// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/evaluation.h"
#include "experiment/experiment_spec.h"

namespace holdout {

/// What an augmenting step makes of some training rows.
struct AugmentSamples {
    enum class Kind { Images, Texts, Rows };

    Kind kind = Kind::Rows;
    TrainingFrame before;               ///< the rows it was given
    std::vector<TrainingFrame> draws;   ///< what it made of them; `positions` stand in `before`
    std::vector<std::size_t> columns;   ///< those that it changes: of pictures, texts or numbers
};

/// Whether step `step` of the recipe adds rows to those of training.
bool isAugmenting(const ExperimentSpec& spec, std::size_t step, const Catalog& catalog);

/// Fits the steps before `step` on some training rows of the first fold, and lets it make new ones of what they give:
/// `draw` counts the times that a person asked for others. The same draw makes the same of a row whatever the parameters
/// of the step are, as far as it can, so that a slider's effect is seen. Requires isAugmenting. Throws Error, Cancelled.
AugmentSamples sampleAugmentation(const Table& table, const ExperimentSpec& spec, std::size_t step, std::int64_t draw,
                                  const Catalog& catalog, JobContext& context);

}  // namespace holdout
