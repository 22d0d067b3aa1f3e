// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// To be called before `model` is given fewer epochs: a schedule of learning rates that is laid over all epochs stays as
/// long as it was, so that the shorter training is the beginning of the longer.
void keepScheduleLength(const ModelInfo& info, ModelSpec& model);

}  // namespace holdout
