// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/step.h"

namespace holdout {

// One for each step, in its own file; builtinSteps() lists them.
StepInfo imputeStep();
StepInfo dropMissingStep();
StepInfo dropDuplicatesStep();
StepInfo standardizeStep();
StepInfo minMaxStep();
StepInfo oneHotStep();

}  // namespace holdout
