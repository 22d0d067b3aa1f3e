// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/baseline/baseline.h"
#include "model/bayes/naive_bayes.h"
#include "model/linear/linear.h"
#include "model/model.h"
#include "model/neighbors/nearest_neighbors.h"
#include "model/neural/cnn.h"
#include "model/neural/mlp.h"
#include "model/svm/svm.h"
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
        naiveBayesInfo(),
        nearestNeighborsInfo(),
        svmInfo(),
        treeInfo(),
        forestInfo(),
        boostingInfo(),
        mlpInfo(),
        cnnInfo(),
        baselineInfo(),
    });
}

}  // namespace holdout
