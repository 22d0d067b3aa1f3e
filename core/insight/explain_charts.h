// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "evaluate/explain.h"
#include "insight/chart.h"

namespace holdout {

// What a model's answers rest on, as plain data.

/// The mean loss of each column over folds; the `most` largest.
BarChart importanceChart(const std::vector<ColumnImportance>& importances, const MetricInfo& metric, std::size_t most = 15);

/// The mean answer by the column's value, and the curves of at most `mostRows` single rows. Bars for a category column.
Chart dependenceChart(const PartialDependence& dependence, std::size_t mostRows = 40);

/// The mean size of each feature's contribution to output `output`; the `most` largest.
BarChart contributionSizeChart(const Contributions& contributions, const std::vector<std::string>& features,
                               const std::string& outputName, std::size_t output, std::size_t most = 15);

/// What each feature adds to the answer for one row; the `most` largest.
BarChart rowContributionChart(const Contributions& contributions, const std::vector<std::string>& features,
                              const std::string& outputName, std::size_t output, Eigen::Index row, std::size_t most = 15);

}  // namespace holdout
