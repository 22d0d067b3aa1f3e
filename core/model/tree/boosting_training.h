// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "model/tree/boosted_tree.h"

namespace holdout {

/// How trees are added up.
struct BoostingSettings {
    std::int64_t rounds = 100;
    BoostedTreeRules tree;
    double rowShare = 1;
    double columnShare = 1;
    double validationFraction = 0.1;
    std::int64_t patience = 10;
    /// Makes a model of the trees so far, for whoever watches; may be empty.
    std::function<std::shared_ptr<const Model>(const Eigen::VectorXd& start, const std::vector<DecisionTree>& trees)> glimpse = {};
};

/// What training came to.
struct BoostedTrees {
    Eigen::VectorXd start;            ///< scores before the first tree
    std::vector<DecisionTree> trees;  ///< those of each round side by side, one for each score, up to the best round
    Eigen::VectorXd gains;            ///< what each feature gained, in the trees that are kept
    std::vector<TracePoint> trace;    ///< a point for each round that was run to its end
    std::int64_t bestRound = 0;
};

/// Adds tree after tree, each a Newton step down the gradient of the loss (Friedman 2001; Friedman, Hastie,
/// Tibshirani 2000; Chen, Guestrin 2016). With a validation part, the round with the lowest loss on it is the last that
/// is kept, and training ends when `patience` rounds in a row did not lower it. `context.finish` ends it after the
/// round that runs. Throws Cancelled.
/// `before`: the scores that each row has already, one column an output, where trees go on from others; all rounds are
/// dropped when none lowers the loss. Empty: the constants of least loss.
BoostedTrees boost(const TrainingSet& training, const BoostingSettings& settings, JobContext& context,
                   const Eigen::MatrixXd& before = {});

}  // namespace holdout
