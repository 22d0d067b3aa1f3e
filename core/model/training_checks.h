// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "model/model.h"

namespace holdout {

// What every estimator asks of its rows, said once. A row of weight 0 does not count: fitting with it is
// fitting without it.

/// Throws Error when fewer than `least` rows have weight.
void requireRows(const TrainingSet& training, std::size_t least);
/// Throws Error when more than `most` rows have weight; `who` begins the sentence.
void requireAtMostRows(const TrainingSet& training, std::size_t most, std::string_view who);
/// Throws Error when a class of the target has no row with weight.
void requireAllClasses(const TrainingSet& training);
/// Each row's part of the total weight; they sum to 1. Requires a row with weight.
Eigen::VectorXd rowShares(const TrainingSet& training);

}  // namespace holdout
