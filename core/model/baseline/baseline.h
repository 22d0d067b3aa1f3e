// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Predicts the same for every row: the class shares of the training rows, or their mean. What any other model
/// has to beat.
ModelInfo baselineInfo();

}  // namespace holdout
