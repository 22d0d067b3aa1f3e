// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

// The linear models: a weighted sum of the features, plus an intercept.

ModelInfo linearInfo();
ModelInfo ridgeInfo();
ModelInfo lassoInfo();
ModelInfo elasticNetInfo();
ModelInfo logisticInfo();
ModelInfo linearSvmInfo();
ModelInfo poissonInfo();
ModelInfo robustInfo();
ModelInfo sgdInfo();

}  // namespace holdout
