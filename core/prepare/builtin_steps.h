// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/step.h"

namespace holdout {

// One for each step, in its own file; builtinSteps() lists them.
StepInfo imputeStep();
StepInfo knnImputeStep();
StepInfo iterativeImputeStep();
StepInfo missingIndicatorStep();
StepInfo dropMissingStep();
StepInfo dropDuplicatesStep();
StepInfo clipOutliersStep();
StepInfo dropOutliersStep();
StepInfo flagOutliersStep();
StepInfo outlierRowsStep();
StepInfo standardizeStep();
StepInfo minMaxStep();
StepInfo robustScaleStep();
StepInfo powerStep();
StepInfo quantileStep();
StepInfo binsStep();
StepInfo datePartsStep();
StepInfo oneHotStep();
StepInfo ordinalStep();
StepInfo targetEncodeStep();
StepInfo tfIdfStep();
StepInfo imageStep();
StepInfo interactionsStep();
StepInfo pcaStep();
StepInfo selectStep();
StepInfo augmentRowsStep();
StepInfo augmentTextStep();
StepInfo augmentImageStep();

}  // namespace holdout
