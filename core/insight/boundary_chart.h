// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "evaluate/decision_boundary.h"
#include "insight/chart.h"

namespace holdout {

/// A boundary with the rows of `data` on top, `mostRows` at most, evenly spread: regions of classes, or a heat map of
/// values.
Chart boundaryChart(const DecisionBoundary& boundary, const Dataset& data, std::size_t mostRows = 1000);

}  // namespace holdout
