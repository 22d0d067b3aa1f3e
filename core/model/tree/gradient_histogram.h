// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "base/parallel.h"
#include "model/tree/gradient_split.h"
#include "model/tree/packed_gradients.h"

namespace holdout {

/// Where the cells of each feature stand in histograms of one tree: side by side, as many as it has bins, so that
/// features with few bins take little room. Keeps references.
class HistogramLayout {
public:
    /// `columns` are the features that histograms are about.
    HistogramLayout(const BinnedFeatures& features, std::span<const std::uint32_t> columns);

    const BinnedFeatures& features() const { return m_features; }
    std::span<const std::uint32_t> columns() const { return m_columns; }
    std::size_t cells() const { return m_places.back(); }
    /// The first cell of column `j` of columns().
    std::size_t place(std::size_t j) const { return m_places[j]; }
    /// The same, counted from the first cell of the column's tile.
    const std::uint32_t* offsets() const { return m_offsets.data(); }
    /// Pieces of columns() of at most mostTileCells cells.
    const std::vector<Range>& tiles() const { return m_tiles; }

    /// Whose packed sums stay in the first-level cache.
    static constexpr std::size_t mostTileCells = 20 * BinnedFeatures::maxBins;

private:
    const BinnedFeatures& m_features;
    std::span<const std::uint32_t> m_columns;
    std::vector<std::uint32_t> m_places;  ///< one more than columns
    std::vector<std::uint32_t> m_offsets;
    std::vector<Range> m_tiles;
};

/// Sums of gradients by bin of each of some features, for the rows of a node (Ke et al. 2017). The bits do not depend
/// on the number of threads: rows are cut into blocks by their number alone, and blocks are added in order.
class GradientHistogram {
public:
    GradientHistogram() = default;
    /// `packed`, unless empty, is what counts of the gradients. Throws Cancelled.
    GradientHistogram(const HistogramLayout& layout, std::span<const std::uint32_t> rows,
                      const std::vector<GradientCell>& gradients, const PackedGradients& packed,
                      const JobContext& context);

    /// The other part's histogram of the same whole: this, less `part`.
    void subtract(const GradientHistogram& part);

    /// The split that lowers the loss most, of a node whose answer lies within `bounds`; feature -1 when none is
    /// allowed.
    GradientSplit best(const HistogramLayout& layout, const GradientRules& rules, const StepBounds& bounds = {}) const;

private:
    std::vector<GradientCell> m_cells;  ///< as the layout says
};

}  // namespace holdout
