// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Naive Bayes with normal, multinomial or Bernoulli features (Manning, Raghavan, Schütze 2008, chapter 13).
ModelInfo naiveBayesInfo();

}  // namespace holdout
