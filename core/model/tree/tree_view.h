// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"
#include "model/tree/decision_tree.h"

namespace holdout {

/// The questions and answers of a tree; a question's answers are those below it, weighted by the training rows that came
/// there. Names and unit are left to the caller.
TreeView treeView(const DecisionTree& tree);

}  // namespace holdout
