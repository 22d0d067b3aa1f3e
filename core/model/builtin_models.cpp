// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/baseline/baseline.h"
#include "model/linear/linear.h"
#include "model/model.h"
#include "model/neural/mlp.h"
#include "model/tree/trees.h"

namespace holdout {

/// The models in the order of the menu: one line each.
ModelRegistry builtinModels() {
    return ModelRegistry({
        linearInfo(),
        ridgeInfo(),
        lassoInfo(),
        elasticNetInfo(),
        logisticInfo(),
        linearSvmInfo(),
        poissonInfo(),
        robustInfo(),
        treeInfo(),
        forestInfo(),
        boostingInfo(),
        mlpInfo(),
        baselineInfo(),
    });
}

}  // namespace holdout
