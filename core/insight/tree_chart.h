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

/// Tree `index` of a fitted pipeline. Requires index < model().treeCount().
TreeChart treeChart(const FittedPipeline& pipeline, std::size_t index, int mostDepth);

}  // namespace holdout
