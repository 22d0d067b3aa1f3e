// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "model/tree/decision_tree.h"
#include "model/tree/tree_samples.h"

namespace holdout {

/// How well each row is told by those trees alone that did not draw it (Breiman 2001): accuracy of classes, R² of
/// numbers, over rows that some tree did not draw, by their counts. NaN when there is none, or when R² is not defined.
/// `drawn[i]` are the rows of `trees[i]`. Throws Cancelled.
double outOfBagScore(const TrainingSet& training, const CountedRows& rows, const std::vector<DecisionTree>& trees,
                     const std::vector<CountedRows>& drawn, const JobContext& context);

/// ", out-of-bag accuracy 0.912"; empty when the score is not defined.
std::string outOfBagText(const TrainingSet& training, const CountedRows& rows, const std::vector<DecisionTree>& trees,
                         const std::vector<CountedRows>& drawn, const JobContext& context);

}  // namespace holdout
