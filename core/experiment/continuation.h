// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "experiment/run.h"

namespace holdout {

/// A study that goes on from the trials of another: the question, and the trials whose answers are known.
struct Continuation {
    ExperimentSpec spec;
    std::vector<Trial> known;
};

/// The study of `run` with `more` of what its search is made longer by (trials, or rounds). None when its search has no
/// such thing, as the grid has not, or `run` was not tuned.
std::optional<Continuation> extendedStudy(const Run& run, const Catalog& catalog, const SearchRegistry& searches,
                                          std::int64_t more);

/// A new study as `spec` asks for, that begins with the points of `run`'s trials (those of the full budget that lie in
/// the new space). Their scores are taken over where the two ask for the same data, folds, metric, seed and pipeline;
/// else they are computed anew. Requires `spec.tune`.
Continuation forkedStudy(const Run& run, ExperimentSpec spec, const Catalog& catalog);

}  // namespace holdout
