// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Support vector machines with kernels: C-SVC, one against one for more than two classes, and epsilon-SVR (Vapnik
/// 1998; Chang, Lin 2011).
ModelInfo svmInfo();

}  // namespace holdout
