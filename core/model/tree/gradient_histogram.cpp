// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_histogram.h"

namespace holdout {

namespace {

constexpr std::size_t leastRowsPerBlock = 4096;
constexpr std::size_t mostBlocks = 16;

/// Adds `gradients[row]` of each row to the sum of its bin, for `count` columns. `offsets` says where the sums of a
/// column begin; `codeAt(codes, j)` is the bin of a row by column j.
template <typename Gradients, typename Sum, typename CodeAt>
void addRows(const BinnedFeatures& features, std::size_t count, const std::uint32_t* offsets,
             std::span<const std::uint32_t> rows, const Gradients& gradients, Sum* sums, const CodeAt& codeAt) {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t next = rows[std::min(i + ahead, rows.size() - 1)];
        __builtin_prefetch(gradients.at(next));
        __builtin_prefetch(features.row(next));
        const auto values = *gradients.at(rows[i]);
        const std::uint8_t* codes = features.row(rows[i]);
        std::size_t j = 0;
        for (; j + 4 <= count; j += 4) {
            sums[offsets[j] + codeAt(codes, j)] += values;
            sums[offsets[j + 1] + codeAt(codes, j + 1)] += values;
            sums[offsets[j + 2] + codeAt(codes, j + 2)] += values;
            sums[offsets[j + 3] + codeAt(codes, j + 3)] += values;
        }
        for (; j < count; ++j) sums[offsets[j] + codeAt(codes, j)] += values;
    }
}

/// The columns `tile` of the layout, whose sums begin at `sums`. Those side by side, as they are unless some are left
/// out, need no list.
template <typename Gradients, typename Sum>
void addTile(const HistogramLayout& layout, const Range& tile, std::span<const std::uint32_t> rows,
             const Gradients& gradients, Sum* sums) {
    const std::uint32_t* ids = layout.columns().data() + tile.begin;
    const std::uint32_t* offsets = layout.offsets() + tile.begin;
    if (ids[tile.size() - 1] - ids[0] + 1 == tile.size())
        addRows(layout.features(), tile.size(), offsets, rows, gradients, sums,
                [first = ids[0]](const std::uint8_t* codes, std::size_t j) { return codes[first + j]; });
    else
        addRows(layout.features(), tile.size(), offsets, rows, gradients, sums,
                [ids](const std::uint8_t* codes, std::size_t j) { return codes[ids[j]]; });
}

/// The same with packed sums, which are made in a room of their own, then added to the cells.
void addPackedTile(const HistogramLayout& layout, const Range& tile, std::span<const std::uint32_t> rows,
                   const PackedGradients& packed, GradientCell* cells) {
    std::uint64_t room[HistogramLayout::mostTileCells];
    const std::size_t count = layout.place(tile.end) - layout.place(tile.begin);
    for (const Range& part : chunks(rows.size(), PackedGradients::mostRows)) {
        std::fill_n(room, count, 0);
        addTile(layout, tile, rows.subspan(part.begin, part.size()), packed, room);
        for (std::size_t i = 0; i < count; ++i) cells[i].values += packed.unpack(room[i]).values;
    }
}

/// Cells as addRows asks for them.
struct CellsOfRows {
    const std::vector<GradientCell>& cells;
    const GradientCell::Four* at(std::uint32_t row) const { return &cells[row].values; }
};

void add(GradientCell* cells, const GradientCell* other, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) cells[i].values += other[i].values;
}

}  // namespace

HistogramLayout::HistogramLayout(const BinnedFeatures& features, std::span<const std::uint32_t> columns)
    : m_features(features), m_columns(columns), m_places{0}, m_tiles{{0, 0}} {
    for (std::size_t j = 0; j < columns.size(); ++j) {
        const FeatureBins& bins = features.bins(columns[j]);
        m_places.push_back(m_places.back() + static_cast<std::uint32_t>(bins.count() + bins.hasMissing));
        if (m_places.back() - m_places[m_tiles.back().begin] > mostTileCells) m_tiles.push_back({j, j});
        m_tiles.back().end = j + 1;
        m_offsets.push_back(m_places[j] - m_places[m_tiles.back().begin]);
    }
}

GradientHistogram::GradientHistogram(const HistogramLayout& layout, std::span<const std::uint32_t> rows,
                                     const std::vector<GradientCell>& gradients, const PackedGradients& packed,
                                     const JobContext& context)
    : m_cells(layout.cells()) {
    const std::vector<Range>& tiles = layout.tiles();
    const std::vector<Range> blocks =
        chunks(rows.size(), std::max(leastRowsPerBlock, (rows.size() + mostBlocks - 1) / mostBlocks));
    std::vector<std::vector<GradientCell>> partial(blocks.size());  // the first block adds to m_cells itself
    for (std::size_t block = 1; block < blocks.size(); ++block) partial[block].resize(m_cells.size());
    parallelFor(blocks.size() * tiles.size(), [&](std::size_t i) {
        context.throwIfStopped();
        const std::size_t block = i / tiles.size();
        const Range& tile = tiles[i % tiles.size()];
        const auto some = rows.subspan(blocks[block].begin, blocks[block].size());
        GradientCell* cells = (block == 0 ? m_cells : partial[block]).data() + layout.place(tile.begin);
        if (packed.isEmpty())
            addTile(layout, tile, some, CellsOfRows{gradients}, &cells->values);
        else
            addPackedTile(layout, tile, some, packed, cells);
    });
    for (std::size_t block = 1; block < blocks.size(); ++block)
        add(m_cells.data(), partial[block].data(), m_cells.size());
}

void GradientHistogram::subtract(const GradientHistogram& part) {
    for (std::size_t i = 0; i < m_cells.size(); ++i) m_cells[i].values -= part.m_cells[i].values;
}

GradientSplit GradientHistogram::best(const HistogramLayout& layout, const GradientRules& rules,
                                      const StepBounds& bounds) const {
    GradientSplit best;
    for (std::size_t j = 0; j < layout.columns().size(); ++j) {
        const std::uint32_t column = layout.columns()[j];
        const GradientSplit split =
            bestSplit(layout.features().bins(column), &m_cells[layout.place(j)], column, rules, bounds);
        if (split.feature >= 0 && split.gain > best.gain) best = split;
    }
    return best;
}

}  // namespace holdout
