// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "insight/chart.h"
#include "model/pipeline.h"

namespace holdout {

/// A tree down to `mostDepth` questions; what lies deeper is counted where it is cut off. `classes` are the names of the
/// outputs of a tree that gives probabilities, `target` what a tree of values predicts.
TreeChart treeChart(const TreeView& tree, const std::vector<std::string>& classes, const std::string& target, int mostDepth);

/// How many questions lie on the longest way down.
int depthOf(const TreeView& tree);

/// Puts the questions about columns that the last steps of a recipe scaled, each by itself, in the units from before them.
/// Says whether there were any.
bool undoScaling(TreeView& tree, const FittedRecipe& recipe);

/// Tree `index` of a fitted pipeline, its questions in the units from before scaling. Requires index < model().treeCount().
TreeChart treeChart(const FittedPipeline& pipeline, std::size_t index, int mostDepth);

}  // namespace holdout
