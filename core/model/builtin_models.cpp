// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/baseline/baseline.h"
#include "model/bayes/naive_bayes.h"
#include "model/ensemble/ensembles.h"
#include "model/gaussian_process/gaussian_process_regression.h"
#include "model/linear/linear.h"
#include "model/model.h"
#include "model/neighbors/nearest_neighbors.h"
#include "model/neural/cnn.h"
#include "model/neural/mlp.h"
#include "model/svm/svm.h"
#include "model/tree/trees.h"

namespace holdout {

namespace {

/// The models in the order of the menu: one line each.
ModelRegistry singleModels() {
    return ModelRegistry({
        linearInfo(),
        ridgeInfo(),
        lassoInfo(),
        elasticNetInfo(),
        logisticInfo(),
        linearSvmInfo(),
        poissonInfo(),
        robustInfo(),
        sgdInfo(),
        naiveBayesInfo(),
        nearestNeighborsInfo(),
        svmInfo(),
        gaussianProcessInfo(),
        treeInfo(),
        forestInfo(),
        boostingInfo(),
        mlpInfo(),
        cnnInfo(),
        baselineInfo(),
    });
}

}  // namespace

ModelRegistry builtinModels() {
    // Models that put others together are handed those that they may take.
    const auto single = std::make_shared<const ModelRegistry>(singleModels());
    std::vector<ModelInfo> all = single->all();
    all.insert(all.end() - 1, {votingInfo(single), stackingInfo(single)});  // the baseline is the last
    return ModelRegistry(std::move(all));
}

}  // namespace holdout
