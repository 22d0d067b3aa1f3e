// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Regression by a Gaussian process whose lengths and noise the marginal likelihood chooses (Rasmussen, Williams 2006).
ModelInfo gaussianProcessInfo();

}  // namespace holdout
