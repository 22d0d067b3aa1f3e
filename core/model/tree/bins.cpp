// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/bins.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/parallel.h"
#include "model/tree/growth.h"

namespace holdout {

namespace {

constexpr std::size_t sampleRows = 200000;
constexpr std::size_t rowsPerTile = 1024;

struct ValueCount {
    double value;
    double count;
};

/// The different values in ascending order, and the rows that have them.
std::vector<ValueCount> distinctValues(const double* column, const CountedRows& counted, std::size_t stride) {
    std::vector<ValueCount> values;
    values.reserve(counted.rows.size() / stride + 1);
    for (std::size_t i = 0; i < counted.rows.size(); i += stride)
        values.push_back({column[counted.rows[i]], counted.counts[i]});
    std::sort(values.begin(), values.end(), [](const ValueCount& a, const ValueCount& b) { return a.value < b.value; });
    std::size_t last = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i].value == values[last].value)
            values[last].count += values[i].count;
        else
            values[++last] = values[i];
    }
    values.resize(std::min(values.size(), last + 1));
    return values;
}

/// Bins of about equal counts. A value is never cut in two, so that one with many rows fills a bin alone.
FeatureBins cutEvenly(const std::vector<ValueCount>& values) {
    double left = 0;
    for (const ValueCount& value : values) left += value.count;
    FeatureBins bins;
    bins.exact = values.size() <= BinnedFeatures::maxBins;
    double inBin = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t open = BinnedFeatures::maxBins - bins.highs.size();
        if (bins.lows.size() == bins.highs.size()) bins.lows.push_back(values[i].value);
        inBin += values[i].count;
        const bool isFull = bins.exact || (open > 1 && inBin >= left / static_cast<double>(open));
        if (!isFull && i + 1 < values.size()) continue;
        bins.highs.push_back(values[i].value);
        left -= inBin;
        inBin = 0;
    }
    for (std::size_t c = 0; c + 1 < bins.count(); ++c) bins.edges.push_back(halfway(bins.highs[c], bins.lows[c + 1]));
    return bins;
}

/// Edges filled up to a full search tree of 8 levels.
using Edges = std::array<double, BinnedFeatures::maxBins>;

Edges padded(const FeatureBins& bins) {
    Edges edges;
    edges.fill(std::numeric_limits<double>::infinity());
    std::copy(bins.edges.begin(), bins.edges.end(), edges.begin());
    return edges;
}

/// How many edges lie below the value, by halving without branches.
std::uint8_t codeOf(const Edges& edges, double value) {
    std::size_t at = 0;
    for (std::size_t step = BinnedFeatures::maxBins / 2; step > 0; step /= 2)
        at += edges[at + step - 1] < value ? step : 0;
    return static_cast<std::uint8_t>(at);
}

}  // namespace

double FeatureBins::between(std::size_t below, std::size_t above) const {
    return exact ? halfway(highs[below], lows[above]) : edges[(below + above - 1) / 2];
}

BinnedFeatures::BinnedFeatures(const Features& features, const CountedRows& counted, const JobContext& context)
    : m_bins(static_cast<std::size_t>(features.values.cols())),
      m_rows(static_cast<std::size_t>(features.values.rows())),
      m_codes(static_cast<std::size_t>(features.values.size())),
      m_columnCodes(m_codes.size()) {
    const std::size_t stride = (counted.rows.size() + sampleRows - 1) / sampleRows;
    std::vector<Edges> edges(m_bins.size());
    parallelFor(m_bins.size(), [&](std::size_t column) {
        context.throwIfStopped();
        const double* values = features.values.col(static_cast<Eigen::Index>(column)).data();
        m_bins[column] = cutEvenly(distinctValues(values, counted, stride));
        m_bins[column].exact = m_bins[column].exact && stride <= 1;
        edges[column] = padded(m_bins[column]);
    });
    const std::vector<Range> tiles = chunks(static_cast<std::size_t>(features.values.rows()), rowsPerTile);
    parallelFor(tiles.size(), [&](std::size_t tile) {
        context.throwIfStopped();
        for (std::size_t column = 0; column < m_bins.size(); ++column) {
            const double* values = features.values.col(static_cast<Eigen::Index>(column)).data();
            std::uint8_t* codes = &m_columnCodes[column * m_rows];
            for (std::size_t row = tiles[tile].begin; row < tiles[tile].end; ++row) {
                codes[row] = codeOf(edges[column], values[row]);
                m_codes[row * m_bins.size() + column] = codes[row];
            }
        }
    });
}

}  // namespace holdout
