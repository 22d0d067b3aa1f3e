// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace holdout {

// The inner edges of at most `bins` intervals, strictly ascending, of ascending values (at least one); none where all
// values are equal. A value belongs to interval i when i edges are not above it. As scikit-learn's KBinsDiscretizer.

/// Intervals of the same width.
std::vector<double> equalWidthEdges(std::span<const double> sorted, std::size_t bins);
/// Intervals with the same number of values, as far as equal values allow (quantiles of type 7).
std::vector<double> equalFrequencyEdges(std::span<const double> sorted, std::size_t bins);
/// Halfway between the centres that k-means finds from the middles of equal-width intervals on (Lloyd 1982).
std::vector<double> kMeansEdges(std::span<const double> sorted, std::size_t bins);

}  // namespace holdout
