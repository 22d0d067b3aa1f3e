// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// k nearest neighbours, exact (Cover, Hart 1967).
ModelInfo nearestNeighborsInfo();

}  // namespace holdout
