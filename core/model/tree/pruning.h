// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/tree/growth.h"

namespace holdout {

/// The smallest subtree that makes (impurity of the leaves / rows) + alpha * leaves least: minimal cost-complexity
/// pruning (Breiman, Friedman, Olshen, Stone 1984, ch. 3). Requires values of inner nodes
/// (GrowthRules::keepInnerValues).
GrownTree pruned(const GrownTree& grown, double alpha);

/// What each of `features` gains over all splits of the tree, as a part of the rows' number: importances by impurity
/// before they are scaled to sum to 1 (Breiman et al. 1984, ch. 5.3).
Eigen::VectorXd featureGains(const GrownTree& grown, Eigen::Index features);

}  // namespace holdout
