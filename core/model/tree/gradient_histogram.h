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
    /// Pieces of columns() of about as many cells each, at most mostTileCells: what tasks work on.
    const std::vector<Range>& tiles() const { return m_tiles; }

    /// Whose packed sums stay in a first-level cache of 32 KB, with the rows that are added.
    static constexpr std::size_t mostTileCells = 12 * BinnedFeatures::maxBins;

private:
    const BinnedFeatures& m_features;
    std::span<const std::uint32_t> m_columns;
    std::vector<std::uint32_t> m_places;  ///< one more than columns
    std::vector<std::uint32_t> m_offsets;
    std::vector<Range> m_tiles;
};

/// The rows of a node on their way to its histogram. Many rows are cut into blocks, which are summed side by side; few
/// are summed tile by tile, by whoever needs the tile. Keeps references.
class NodeRows {
public:
    /// `packed`, unless empty, is what counts of the gradients. Throws Cancelled.
    NodeRows(const HistogramLayout& layout, std::span<const std::uint32_t> rows,
             const LargeVector<GradientCell>& gradients, const PackedGradients& packed, const JobContext& context);

    /// Adds the sums of a tile to its cells, which begin at `cells`. The bits do not depend on the number of threads:
    /// blocks are cut by the number of rows alone and added in their order. Several threads may ask for different tiles.
    void addTo(const Range& tile, GradientCell* cells) const;

private:
    /// Adds `rows` to the cells of neighbouring tiles, those of the first beginning at `cells`.
    void sum(std::span<const Range> tiles, std::span<const std::uint32_t> rows, GradientCell* cells) const;

    const HistogramLayout& m_layout;
    std::span<const std::uint32_t> m_rows;
    const LargeVector<GradientCell>& m_gradients;
    const PackedGradients& m_packed;
    std::vector<std::vector<GradientCell>> m_blocks;  ///< empty when rows are few
};

/// Sums of gradients by bin of each of some features, for the rows of a node (Ke et al. 2017). Different tiles may be
/// worked on by several threads at once.
class GradientHistogram {
public:
    GradientHistogram() = default;
    explicit GradientHistogram(const HistogramLayout& layout) : m_cells(layout.cells()) {}

    void add(const HistogramLayout& layout, const NodeRows& rows, const Range& tile);
    /// Leaves the other part's histogram of the same whole: this, less `part`.
    void subtract(const HistogramLayout& layout, const GradientHistogram& part, const Range& tile);
    /// The split by a column of the tile that lowers the loss most, of a node whose answer lies within `bounds`; feature
    /// -1 when none is allowed.
    GradientSplit best(const HistogramLayout& layout, const Range& tile, const GradientRules& rules,
                       const StepBounds& bounds = {}) const;

private:
    std::vector<GradientCell> m_cells;  ///< as the layout says
};

}  // namespace holdout
