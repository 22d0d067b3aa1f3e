// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiment/stream_training.h"
#include "insight/chart.h"
#include "metric/metric.h"

namespace holdout {

/// The score of each piece of a stream before the model learnt from it, by the rows learnt before, and the mean of all so
/// far, each piece weighing as much as the next (test, then train: Gama, Sebastião, Rodrigues 2013). No series without points.
LineChart prequentialCurve(const std::vector<StreamPoint>& points, const MetricInfo& metric);

}  // namespace holdout
