// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "model/tree/decision_tree.h"

namespace holdout {

/// Adds to `values` (features) the Shapley value of each feature for the tree's answer to one row, times `scale`. What a
/// tree answers when some features are not known is the mean over the ways down that they would decide, by the training
/// rows that went each way: the path-dependent values of Lundberg, Erion, Lee 2018 (algorithm 2), exact, in time
/// leaves × depth². With `expected`, they sum to the tree's answer. Requires the tree's counts of rows.
void addShapley(const DecisionTree& tree, const Eigen::MatrixXd& features, Eigen::Index row, std::int32_t output, double scale,
                Eigen::Ref<Eigen::VectorXd> values);

/// The mean answer of the tree over the rows that it grew on. Requires the tree's counts of rows.
double expectedAnswer(const DecisionTree& tree, std::int32_t output);

}  // namespace holdout
