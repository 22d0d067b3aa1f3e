// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metric/metric.h"

namespace holdout {

enum class Vote {
    Soft,  ///< the mean of values or probabilities
    Hard   ///< of classes: the share of models that name each
};

/// What several models' answers for the same rows amount to.
Predictions voted(const std::vector<Predictions>& said, Vote vote);

}  // namespace holdout
