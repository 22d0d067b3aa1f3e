// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/gradient_histogram.h"

namespace holdout {

namespace {

constexpr std::size_t bins = BinnedFeatures::maxBins;
constexpr std::size_t columnsPerTile = 32;
constexpr std::size_t leastRowsPerBlock = 4096;
constexpr std::size_t mostBlocks = 16;
/// Children with less curvature would take steps of any length.
constexpr double leastCurvature = 1e-3;

/// `codeAt(codes, j)` is the bin of a row by column j.
template <typename CodeAt>
void addRows(const BinnedFeatures& features, std::size_t columns, std::span<const std::uint32_t> rows,
             const std::vector<GradientCell>& gradients, GradientCell* cells, const CodeAt& codeAt) {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t next = rows[std::min(i + ahead, rows.size() - 1)];
        __builtin_prefetch(&gradients[next]);
        __builtin_prefetch(features.row(next));
        const GradientCell::Four values = gradients[rows[i]].values;
        const std::uint8_t* codes = features.row(rows[i]);
        for (std::size_t j = 0; j < columns; ++j) cells[j * bins + codeAt(codes, j)].values += values;
    }
}

void add(GradientCell* cells, const GradientCell* other, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) cells[i].values += other[i].values;
}

}  // namespace

GradientHistogram::GradientHistogram(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                                     std::span<const std::uint32_t> rows, const std::vector<GradientCell>& gradients,
                                     const JobContext& context)
    : m_cells(columns.size() * bins) {
    const std::vector<Range> tiles = chunks(columns.size(), columnsPerTile);
    const std::vector<Range> blocks =
        chunks(rows.size(), std::max(leastRowsPerBlock, (rows.size() + mostBlocks - 1) / mostBlocks));
    const auto partOf = [&](const Range& tile, const Range& block, GradientCell* cells) {
        context.throwIfStopped();
        const auto some = rows.subspan(block.begin, block.size());
        const std::uint32_t* ids = columns.data() + tile.begin;
        // Columns side by side, as they are unless some are left out, need no list.
        if (ids[tile.size() - 1] - ids[0] + 1 == tile.size())
            addRows(features, tile.size(), some, gradients, cells,
                    [first = ids[0]](const std::uint8_t* codes, std::size_t j) { return codes[first + j]; });
        else
            addRows(features, tile.size(), some, gradients, cells,
                    [ids](const std::uint8_t* codes, std::size_t j) { return codes[ids[j]]; });
    };
    std::vector<std::vector<GradientCell>> partial(blocks.size());  // the first block adds to m_cells itself
    for (std::size_t block = 1; block < blocks.size(); ++block) partial[block].resize(m_cells.size());
    parallelFor(blocks.size() * tiles.size(), [&](std::size_t i) {
        const std::size_t block = i / tiles.size();
        const Range& tile = tiles[i % tiles.size()];
        partOf(tile, blocks[block], (block == 0 ? m_cells : partial[block]).data() + tile.begin * bins);
    });
    for (std::size_t block = 1; block < blocks.size(); ++block)
        add(m_cells.data(), partial[block].data(), m_cells.size());
}

void GradientHistogram::subtract(const GradientHistogram& part) {
    for (std::size_t i = 0; i < m_cells.size(); ++i) m_cells[i].values -= part.m_cells[i].values;
}

Split GradientHistogram::best(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                              const GradientRules& rules) const {
    Split best;
    for (std::size_t j = 0; j < columns.size(); ++j) {
        const Split split = bestOf(features.bins(columns[j]), &m_cells[j * bins], columns[j], rules);
        if (split.feature >= 0 && split.gain > best.gain) best = split;
    }
    return best;
}

Split GradientHistogram::bestOf(const FeatureBins& featureBins, const GradientCell* cells, std::uint32_t column,
                                const GradientRules& rules) const {
    GradientSum all;
    for (std::size_t c = 0; c < featureBins.count(); ++c) all += cells[c];
    const double whole = all.score(rules.lambda);
    Split best;
    GradientSum left;
    std::size_t below = 0;
    // Subtracted histograms leave crumbs where no row is; half a row is more than any crumb, except of tiny weights.
    const double leastCount = std::max(rules.minSamplesLeaf, 0.5);
    for (std::size_t c = 0; c < featureBins.count(); ++c) {
        if (cells[c].count() <= 0) continue;
        const GradientSum right = all - left;
        if (left.count >= leastCount && right.count >= leastCount && left.curvature >= leastCurvature &&
            right.curvature >= leastCurvature) {
            const double parts = left.score(rules.lambda) + right.score(rules.lambda);
            // Less than float32 can tell is no gain.
            if (parts - whole > std::max(best.gain, 1e-6 * parts))
                best = {parts - whole, static_cast<std::int32_t>(column), featureBins.between(below, c),
                        static_cast<std::uint32_t>(below)};
        }
        left += cells[c];
        below = c;
    }
    return best;
}

}  // namespace holdout
