// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_histogram.h"

#include <algorithm>
#include <array>
#include <utility>

namespace holdout {

namespace {

/// Fewer rows are not worth adding up the sums of several blocks.
constexpr std::size_t leastRowsToCut = 32768;
constexpr std::size_t mostBlocks = 16;
/// So many rows stay in the second-level cache while they are added to one tile after another.
constexpr std::size_t rowsPerTurn = 2048;
/// Tiles that the rows of a block are added to together.
constexpr std::size_t tilesPerBand = 2;

/// Adds the packed gradients of rows to the sums of `Count` neighbouring columns, `maxBins` apart: with the places of all
/// columns known to the compiler, an addition takes two instructions.
template <std::size_t... Column>
void addUnrolled(const BinnedFeatures& features, std::size_t first, std::span<const std::uint32_t> rows,
                 const PackedGradients& packed, std::uint64_t* __restrict sums, std::index_sequence<Column...>) {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t next = rows[std::min(i + ahead, rows.size() - 1)];
        __builtin_prefetch(packed.at(next));
        __builtin_prefetch(features.row(next) + first);
        __builtin_prefetch(features.row(next) + first + sizeof...(Column) - 1);
        const std::uint64_t values = packed[rows[i]];
        const std::uint8_t* __restrict codes = features.row(rows[i]) + first;
        ((sums[Column * BinnedFeatures::maxBins + codes[Column]] += values), ...);
    }
}

template <std::size_t Count>
void addColumns(const BinnedFeatures& features, std::size_t first, std::span<const std::uint32_t> rows,
                const PackedGradients& packed, std::uint64_t* sums) {
    addUnrolled(features, first, rows, packed, sums, std::make_index_sequence<Count>{});
}

/// addColumns for each count that a room has place for.
template <std::size_t... Count>
constexpr auto columnAdders(std::index_sequence<Count...>) {
    return std::array{&addColumns<Count + 1>...};
}

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

/// Whether the columns are side by side, as they are unless some are left out.
bool areNeighbours(std::span<const std::uint32_t> columns) {
    return !columns.empty() && columns.back() - columns.front() + 1 == columns.size();
}

/// Adds rows to the sums of a tile, which begin at `sums`. Columns side by side need no list.
template <typename Gradients, typename Sum>
void addTile(const HistogramLayout& layout, const Range& tile, std::span<const std::uint32_t> rows,
             const Gradients& gradients, Sum* sums) {
    const auto ids = layout.columns().subspan(tile.begin, tile.size());
    const std::uint32_t* offsets = layout.offsets() + tile.begin;
    if (areNeighbours(ids))
        addRows(layout.features(), tile.size(), offsets, rows, gradients, sums,
                [first = ids.front()](const std::uint8_t* codes, std::size_t j) { return codes[first + j]; });
    else
        addRows(layout.features(), tile.size(), offsets, rows, gradients, sums,
                [ids](const std::uint8_t* codes, std::size_t j) { return codes[ids[j]]; });
}

/// Packed sums of one tile, in a room of their own.
class PackedRoom {
public:
    void open(const HistogramLayout& layout, const Range& tile) {
        const std::size_t whole = tile.size() * BinnedFeatures::maxBins;
        m_isFull = whole <= room && areNeighbours(layout.columns().subspan(tile.begin, tile.size())) &&
                   4 * (layout.place(tile.end) - layout.place(tile.begin)) >= 3 * whole;
        m_cells = layout.place(tile.end) - layout.place(tile.begin);
        std::fill_n(m_sums, m_isFull ? tile.size() * BinnedFeatures::maxBins : m_cells, 0);
    }

    void add(const HistogramLayout& layout, const Range& tile, std::span<const std::uint32_t> rows,
             const PackedGradients& packed) {
        static constexpr auto adders = columnAdders(std::make_index_sequence<room / BinnedFeatures::maxBins>{});
        if (m_isFull)
            adders[tile.size() - 1](layout.features(), layout.columns()[tile.begin], rows, packed, m_sums);
        else
            addTile(layout, tile, rows, packed, m_sums);
    }

    void unpackTo(const HistogramLayout& layout, const Range& tile, const PackedGradients& packed,
                  GradientCell* cells) const {
        if (!m_isFull) return unpack(m_sums, m_cells, packed, cells);
        for (std::size_t j = tile.begin; j < tile.end; ++j)
            unpack(m_sums + (j - tile.begin) * BinnedFeatures::maxBins, layout.place(j + 1) - layout.place(j), packed,
                   cells + layout.place(j) - layout.place(tile.begin));
    }

private:
    static void unpack(const std::uint64_t* sums, std::size_t count, const PackedGradients& packed,
                       GradientCell* cells) {
        for (std::size_t i = 0; i < count; ++i) cells[i].values += packed.unpack(sums[i]).values;
    }

    static constexpr std::size_t room = HistogramLayout::mostTileCells;

    bool m_isFull = false;  ///< all columns have 256 places, as their bins fill most of them
    std::size_t m_cells = 0;
    std::uint64_t m_sums[room];
};

/// Cells as addRows asks for them.
struct CellsOfRows {
    const LargeVector<GradientCell>& cells;
    const GradientCell::Four* at(std::uint32_t row) const { return &cells[row].values; }
};

/// The ranges that `count` rows are cut into: an even number of about as many rows each.
std::vector<Range> blocksOf(std::size_t count) {
    const std::size_t blocks = std::min(mostBlocks, 2 * ((count + leastRowsToCut - 1) / leastRowsToCut));
    return chunks(count, (count + blocks - 1) / blocks);
}

}  // namespace

HistogramLayout::HistogramLayout(const BinnedFeatures& features, std::span<const std::uint32_t> columns)
    : m_features(features), m_columns(columns), m_places{0}, m_tiles{{0, 0}} {
    for (const std::uint32_t column : columns) {
        const FeatureBins& bins = features.bins(column);
        m_places.push_back(m_places.back() + static_cast<std::uint32_t>(bins.count() + bins.hasMissing));
    }
    const std::size_t tiles = std::max<std::size_t>(1, (cells() + mostTileCells - 1) / mostTileCells);
    const std::size_t most = std::max(BinnedFeatures::maxBins, (cells() + tiles - 1) / tiles);
    for (std::size_t j = 0; j < columns.size(); ++j) {
        if (m_places[j + 1] - m_places[m_tiles.back().begin] > most) m_tiles.push_back({j, j});
        m_tiles.back().end = j + 1;
        m_offsets.push_back(m_places[j] - m_places[m_tiles.back().begin]);
    }
}

NodeRows::NodeRows(const HistogramLayout& layout, std::span<const std::uint32_t> rows,
                   const LargeVector<GradientCell>& gradients, const PackedGradients& packed, const JobContext& context)
    : m_layout(layout), m_rows(rows), m_gradients(gradients), m_packed(packed) {
    if (rows.size() < leastRowsToCut) return;
    const std::vector<Range> blocks = blocksOf(rows.size());
    const std::vector<Range> bands = chunks(layout.tiles().size(), tilesPerBand);
    m_blocks.resize(blocks.size());
    for (std::vector<GradientCell>& cells : m_blocks) cells.resize(layout.cells());
    parallelFor(blocks.size() * bands.size(), [&](std::size_t i) {
        context.throwIfStopped();
        const std::size_t block = i / bands.size();
        const Range& band = bands[i % bands.size()];
        const auto tiles = std::span(layout.tiles()).subspan(band.begin, band.size());
        sum(tiles, rows.subspan(blocks[block].begin, blocks[block].size()),
            m_blocks[block].data() + layout.place(tiles.front().begin));
    });
}

void NodeRows::addTo(const Range& tile, GradientCell* cells) const {
    if (m_blocks.empty()) return sum(std::span(&tile, 1), m_rows, cells);
    const std::size_t begin = m_layout.place(tile.begin), end = m_layout.place(tile.end);
    for (const std::vector<GradientCell>& block : m_blocks)
        for (std::size_t i = begin; i < end; ++i) cells[i - begin].values += block[i].values;
}

void NodeRows::sum(std::span<const Range> tiles, std::span<const std::uint32_t> rows, GradientCell* cells) const {
    const auto cellsOf = [&](const Range& tile) {
        return cells + m_layout.place(tile.begin) - m_layout.place(tiles.front().begin);
    };
    // A thread's sums of one tile make way for those of the next only after many rows.
    const auto inTurns = [&](std::span<const std::uint32_t> some, const auto& add) {
        const std::size_t turn = tiles.size() > 1 ? rowsPerTurn : std::max<std::size_t>(1, some.size());
        for (std::size_t begin = 0; begin < some.size(); begin += turn)
            for (std::size_t t = 0; t < tiles.size(); ++t) add(t, some.subspan(begin, std::min(turn, some.size() - begin)));
    };
    if (m_packed.isEmpty()) {
        inTurns(rows, [&](std::size_t t, std::span<const std::uint32_t> some) {
            addTile(m_layout, tiles[t], some, CellsOfRows{m_gradients}, &cellsOf(tiles[t])->values);
        });
        return;
    }
    std::array<PackedRoom, tilesPerBand> rooms;
    for (std::size_t begin = 0; begin < rows.size(); begin += PackedGradients::mostRows) {
        for (std::size_t t = 0; t < tiles.size(); ++t) rooms[t].open(m_layout, tiles[t]);
        inTurns(rows.subspan(begin, std::min(PackedGradients::mostRows, rows.size() - begin)),
                [&](std::size_t t, std::span<const std::uint32_t> some) { rooms[t].add(m_layout, tiles[t], some, m_packed); });
        for (std::size_t t = 0; t < tiles.size(); ++t) rooms[t].unpackTo(m_layout, tiles[t], m_packed, cellsOf(tiles[t]));
    }
}

void GradientHistogram::add(const HistogramLayout& layout, const NodeRows& rows, const Range& tile) {
    rows.addTo(tile, m_cells.data() + layout.place(tile.begin));
}

void GradientHistogram::subtract(const HistogramLayout& layout, const GradientHistogram& part, const Range& tile) {
    for (std::size_t i = layout.place(tile.begin); i < layout.place(tile.end); ++i) {
        m_cells[i].values -= part.m_cells[i].values;
        // What is left of a bin without rows is rounding.
        if (m_cells[i].count() <= 0) m_cells[i] = {};
    }
}

GradientSplit GradientHistogram::best(const HistogramLayout& layout, const Range& tile, const GradientRules& rules,
                                      const StepBounds& bounds) const {
    GradientSplit best;
    for (std::size_t j = tile.begin; j < tile.end; ++j) {
        const std::uint32_t column = layout.columns()[j];
        const GradientSplit split =
            bestSplit(layout.features().bins(column), &m_cells[layout.place(j)], column, rules, bounds);
        if (split.feature >= 0 && split.gain > best.gain) best = split;
    }
    return best;
}

}  // namespace holdout
