// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/relations.h"
#include "insight/chart.h"

namespace holdout {

// What the Data page draws of a table, as plain data.

/// Which measure of association a matrix shows. `Any` takes for each pair the one that fits its types.
enum class AssociationMeasure { Any, Pearson, Spearman, CramersV };

/// Columns against columns, to two decimals (three where they are many); those that the measure is for. Empty with fewer than two.
HeatMap associationChart(const Relations& relations, AssociationMeasure measure);

/// The columns that tell most of the target first: at most `most`. Empty without a target.
BarChart informationChart(const Relations& relations, std::size_t most = 14);

/// The columns with missing cells, those that lack most first: the share of their cells, in percent.
BarChart missingByColumnChart(const TableProfile& profile, std::size_t most = 14);
/// How many rows lack the same cells: a bar a pattern, named by its columns.
BarChart missingPatternChart(const MissingPatterns& missing);
/// Which columns are missing in the same rows: correlations. Empty with fewer than two columns.
HeatMap missingTogetherChart(const MissingPatterns& missing);

/// The rows of each class of `target`, in the order of the classes; the `most` largest where they are more.
BarChart classChart(const Column& target, std::size_t most = 30);

}  // namespace holdout
