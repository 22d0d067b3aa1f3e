// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/builtin_steps.h"

namespace holdout {

StepRegistry builtinSteps() {
    std::vector<StepInfo> steps;
    steps.push_back(imputeStep());
    steps.push_back(knnImputeStep());
    steps.push_back(iterativeImputeStep());
    steps.push_back(missingIndicatorStep());
    steps.push_back(dropMissingStep());
    steps.push_back(dropDuplicatesStep());
    steps.push_back(clipOutliersStep());
    steps.push_back(dropOutliersStep());
    steps.push_back(flagOutliersStep());
    steps.push_back(outlierRowsStep());
    steps.push_back(standardizeStep());
    steps.push_back(minMaxStep());
    steps.push_back(robustScaleStep());
    steps.push_back(powerStep());
    steps.push_back(quantileStep());
    steps.push_back(binsStep());
    steps.push_back(oneHotStep());
    steps.push_back(ordinalStep());
    steps.push_back(targetEncodeStep());
    steps.push_back(datePartsStep());
    steps.push_back(tfIdfStep());
    steps.push_back(imageStep());
    steps.push_back(interactionsStep());
    steps.push_back(pcaStep());
    steps.push_back(selectStep());
    steps.push_back(augmentRowsStep());
    steps.push_back(augmentTextStep());
    steps.push_back(augmentImageStep());
    return StepRegistry(std::move(steps));
}

}  // namespace holdout
