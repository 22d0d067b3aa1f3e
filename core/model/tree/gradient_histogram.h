// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "base/parallel.h"
#include "model/tree/gradient_split.h"
#include "model/tree/packed_gradients.h"

namespace holdout {

/// Sums of gradients by bin of each of some features, for the rows of a node (Ke et al. 2017). The bits do not depend
/// on the number of threads: rows are cut into blocks by their number alone, and blocks are added in order.
class GradientHistogram {
public:
    GradientHistogram() = default;
    /// `columns` are the features that the histogram is about. `packed`, unless empty, is what counts of the gradients.
    /// Throws Cancelled.
    GradientHistogram(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                      std::span<const std::uint32_t> rows, const std::vector<GradientCell>& gradients,
                      const PackedGradients& packed, const JobContext& context);

    /// The other part's histogram of the same whole: this, less `part`.
    void subtract(const GradientHistogram& part);

    /// The split that lowers the loss most, of a node whose answer lies within `bounds`; feature -1 when none is allowed.
    GradientSplit best(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                       const GradientRules& rules, const StepBounds& bounds = {}) const;

private:
    std::vector<GradientCell> m_cells;  ///< columns × maxBins
};

}  // namespace holdout
