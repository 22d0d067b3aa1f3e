// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// A decision tree by exact splits, with cost-complexity pruning (Breiman, Friedman, Olshen, Stone 1984).
ModelInfo treeInfo();
/// Random forest (Breiman 2001) and extremely randomised trees (Geurts, Ernst, Wehenkel 2006), on binned features.
ModelInfo forestInfo();
/// Gradient boosting on binned features, with early stopping (Friedman 2001; Chen, Guestrin 2016; Ke et al. 2017).
ModelInfo boostingInfo();

}  // namespace holdout
