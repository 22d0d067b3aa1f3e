// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/builtin_steps.h"

namespace holdout {

StepRegistry builtinSteps() {
    std::vector<StepInfo> steps;
    steps.push_back(imputeStep());
    steps.push_back(dropMissingStep());
    steps.push_back(dropDuplicatesStep());
    steps.push_back(standardizeStep());
    steps.push_back(minMaxStep());
    steps.push_back(oneHotStep());
    return StepRegistry(std::move(steps));
}

}  // namespace holdout
