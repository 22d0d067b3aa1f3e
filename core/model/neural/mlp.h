// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// A multilayer perceptron in float32: softmax and cross-entropy for classes, squared error for numbers (the target
/// is standardised on the rows that are trained on).
ModelInfo mlpInfo();

}  // namespace holdout
