// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/path_study.h"
#include "insight/chart.h"

namespace holdout {

/// Every coefficient against the strength of the regularisation, with the two strengths that the folds speak for. Of
/// many only the `most` that grow largest.
LineChart coefficientPathChart(const PathStudy& study, std::size_t most = 12);
/// The mean score of the folds against the strength, with a band of one standard error.
LineChart pathScoreChart(const PathStudy& study, const MetricRegistry& metrics);

}  // namespace holdout
