// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// A decision tree by exact splits, with cost-complexity pruning (Breiman, Friedman, Olshen, Stone 1984).
ModelInfo treeInfo();

}  // namespace holdout
