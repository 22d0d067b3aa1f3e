// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "data/coded_rows.h"

namespace holdout {

// Measures of how two columns hang together, over rows where both are there: NaN where one does not vary.

/// Values with the rows in which they are there; ranks are averaged over ties.
struct RankedColumn {
    std::vector<double> values;        ///< 0 where missing
    MissingMask missing;
    std::vector<std::uint32_t> order;  ///< the rows that are not missing, by ascending value
    std::vector<double> ranks;         ///< among the rows that are not missing; 0 where missing
};
/// Requires a column of numbers or dates.
RankedColumn rankedColumn(const Column& column);

double pearson(const RankedColumn& a, const RankedColumn& b);
/// Pearson's of the ranks among the rows where both are there (Spearman 1904).
double spearman(const RankedColumn& a, const RankedColumn& b);

/// How many rows have class i of `a` and class j of `b`, row by row; rows that miss either do not count. Empty when there
/// are more than four million cells.
std::vector<std::int64_t> crossed(const CodedRows& a, const CodedRows& b);
/// Cramér's V with the bias correction of Bergsma (2013).
double cramersV(std::span<const std::int64_t> table, std::size_t columns);
/// In nats, of the counts as they are.
double mutualInformation(std::span<const std::int64_t> table, std::size_t columns);
/// The square root of the part of the variance of `values` that lies between the classes (eta).
double correlationRatio(const CodedRows& classes, const RankedColumn& values);

}  // namespace holdout
