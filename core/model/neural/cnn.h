// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// A convolutional network in float32: blocks of filters, each halving the picture, and then a perceptron. Takes
/// pictures, and tables whose columns are the pixels of one.
ModelInfo cnnInfo();

}  // namespace holdout
