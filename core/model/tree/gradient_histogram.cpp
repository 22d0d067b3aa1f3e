// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_histogram.h"

namespace holdout {

namespace {

constexpr std::size_t bins = BinnedFeatures::maxBins;
constexpr std::size_t columnsPerTile = 32;
/// Whose sums stay in the first-level cache.
constexpr std::size_t packedColumnsPerTile = 20;
constexpr std::size_t leastRowsPerBlock = 4096;
constexpr std::size_t mostBlocks = 16;

/// Adds `gradients[row]` of each row to the sum of its bin, column by column. `codeAt(codes, j)` is the bin of a row by
/// column j.
template <typename Gradients, typename Sum, typename CodeAt>
void addRows(const BinnedFeatures& features, std::size_t columns, std::span<const std::uint32_t> rows,
             const Gradients& gradients, Sum* sums, const CodeAt& codeAt) {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t next = rows[std::min(i + ahead, rows.size() - 1)];
        __builtin_prefetch(gradients.at(next));
        __builtin_prefetch(features.row(next));
        const auto values = *gradients.at(rows[i]);
        const std::uint8_t* codes = features.row(rows[i]);
        Sum* sum = sums;
        std::size_t j = 0;
        for (; j + 4 <= columns; j += 4, sum += 4 * bins) {
            sum[codeAt(codes, j)] += values;
            sum[bins + codeAt(codes, j + 1)] += values;
            sum[2 * bins + codeAt(codes, j + 2)] += values;
            sum[3 * bins + codeAt(codes, j + 3)] += values;
        }
        for (; j < columns; ++j, sum += bins) sum[codeAt(codes, j)] += values;
    }
}

/// Columns side by side, as they are unless some are left out, need no list.
template <typename Gradients, typename Sum>
void addRowsOf(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
               std::span<const std::uint32_t> rows, const Gradients& gradients, Sum* sums) {
    const std::uint32_t* ids = columns.data();
    if (columns.back() - columns.front() + 1 == columns.size())
        addRows(features, columns.size(), rows, gradients, sums,
                [first = ids[0]](const std::uint8_t* codes, std::size_t j) { return codes[first + j]; });
    else
        addRows(features, columns.size(), rows, gradients, sums,
                [ids](const std::uint8_t* codes, std::size_t j) { return codes[ids[j]]; });
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

GradientHistogram::GradientHistogram(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                                     std::span<const std::uint32_t> rows, const std::vector<GradientCell>& gradients,
                                     const PackedGradients& packed, const JobContext& context)
    : m_cells(columns.size() * bins) {
    const std::vector<Range> tiles = chunks(columns.size(), packed.isEmpty() ? columnsPerTile : packedColumnsPerTile);
    const std::vector<Range> blocks =
        chunks(rows.size(), std::max(leastRowsPerBlock, (rows.size() + mostBlocks - 1) / mostBlocks));
    const auto addPacked = [&](std::span<const std::uint32_t> ids, std::span<const std::uint32_t> some,
                               GradientCell* cells) {
        std::uint64_t sums[packedColumnsPerTile * bins];
        for (const Range& part : chunks(some.size(), PackedGradients::mostRows)) {
            std::fill_n(sums, ids.size() * bins, 0);
            addRowsOf(features, ids, some.subspan(part.begin, part.size()), packed, sums);
            for (std::size_t i = 0; i < ids.size() * bins; ++i) cells[i].values += packed.unpack(sums[i]).values;
        }
    };
    std::vector<std::vector<GradientCell>> partial(blocks.size());  // the first block adds to m_cells itself
    for (std::size_t block = 1; block < blocks.size(); ++block) partial[block].resize(m_cells.size());
    parallelFor(blocks.size() * tiles.size(), [&](std::size_t i) {
        context.throwIfStopped();
        const std::size_t block = i / tiles.size();
        const Range& tile = tiles[i % tiles.size()];
        const auto ids = columns.subspan(tile.begin, tile.size());
        const auto some = rows.subspan(blocks[block].begin, blocks[block].size());
        GradientCell* cells = (block == 0 ? m_cells : partial[block]).data() + tile.begin * bins;
        if (packed.isEmpty())
            addRowsOf(features, ids, some, CellsOfRows{gradients}, &cells->values);
        else
            addPacked(ids, some, cells);
    });
    for (std::size_t block = 1; block < blocks.size(); ++block)
        add(m_cells.data(), partial[block].data(), m_cells.size());
}

void GradientHistogram::subtract(const GradientHistogram& part) {
    for (std::size_t i = 0; i < m_cells.size(); ++i) m_cells[i].values -= part.m_cells[i].values;
}

GradientSplit GradientHistogram::best(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                                      const GradientRules& rules, const StepBounds& bounds) const {
    GradientSplit best;
    for (std::size_t j = 0; j < columns.size(); ++j) {
        const GradientSplit split = bestSplit(features.bins(columns[j]), &m_cells[j * bins], columns[j], rules, bounds);
        if (split.feature >= 0 && split.gain > best.gain) best = split;
    }
    return best;
}

}  // namespace holdout
