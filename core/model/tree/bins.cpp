// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/bins.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

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

/// Sorts numbers, none of them NaN, digit by digit of 11 bits: several times as quick as by comparing them.
void sortByDigits(std::vector<double>& values) {
    constexpr int digitBits = 11;
    constexpr std::uint64_t digits = 1 << digitBits, sign = std::uint64_t{1} << 63;
    std::vector<std::uint64_t> keys(values.size()), sorted(values.size());
    // Negative numbers grow with their bits downwards; 0 and -0 are one value.
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto bits = std::bit_cast<std::uint64_t>(values[i] + 0.0);
        keys[i] = bits & sign ? ~bits : bits | sign;
    }
    for (int shift = 0; shift < 64; shift += digitBits) {
        std::array<std::uint32_t, digits> places{};
        for (const std::uint64_t key : keys) ++places[key >> shift & (digits - 1)];
        if (places[keys.front() >> shift & (digits - 1)] == keys.size()) continue;
        std::exclusive_scan(places.begin(), places.end(), places.begin(), std::uint32_t{0});
        for (const std::uint64_t key : keys) sorted[places[key >> shift & (digits - 1)]++] = key;
        keys.swap(sorted);
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::bit_cast<double>(keys[i] & sign ? keys[i] & ~sign : ~keys[i]);
}

/// The different values in ascending order, and the rows that have them.
std::vector<ValueCount> distinctValues(const double* column, const CountedRows& counted, std::size_t stride) {
    constexpr std::size_t fewValues = 1000;  // below which comparing is quicker
    std::vector<ValueCount> values;
    std::vector<double> plain;  // where each row counts once
    plain.reserve(counted.rows.size() / stride + 1);
    bool countOnce = true;
    for (std::size_t i = 0; i < counted.rows.size(); i += stride) {
        const double value = column[counted.rows[i]];
        countOnce = countOnce && counted.counts[i] == 1;
        if (!std::isnan(value)) plain.push_back(value);
    }
    values.reserve(plain.size());
    if (countOnce && plain.size() >= fewValues) {
        sortByDigits(plain);
        for (const double value : plain) {
            if (values.empty() || values.back().value != value)
                values.push_back({value, 1});
            else
                ++values.back().count;
        }
        return values;
    }
    for (std::size_t i = 0; i < counted.rows.size(); i += stride)
        if (const double value = column[counted.rows[i]]; !std::isnan(value)) values.push_back({value, counted.counts[i]});
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

/// At most `most` bins of about equal counts. A value is never cut in two, so that one with many rows fills a bin alone.
FeatureBins cutEvenly(const std::vector<ValueCount>& values, std::size_t most) {
    double left = 0;
    for (const ValueCount& value : values) left += value.count;
    FeatureBins bins;
    bins.exact = values.size() <= most;
    double inBin = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t open = most - bins.highs.size();
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

/// A bin for each category that a row has; of more than there are bins, for the most frequent.
FeatureBins cutByCategory(const double* column, const CountedRows& counted, std::size_t places) {
    constexpr std::size_t most = BinnedFeatures::maxBins - 1;
    std::vector<double> counts(places, 0);
    FeatureBins bins;
    bins.isCategory = true;
    for (std::size_t i = 0; i < counted.rows.size(); ++i) {
        const double value = column[counted.rows[i]];
        if (value >= 0 && value < static_cast<double>(places))
            counts[static_cast<std::size_t>(value)] += counted.counts[i];
        else
            bins.hasMissing = true;
    }
    std::vector<std::size_t> kept(places);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    std::erase_if(kept, [&](std::size_t place) { return counts[place] <= 0; });
    std::stable_sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    if (kept.size() > most) bins.hasMissing = true;
    kept.resize(std::min(kept.size(), most));
    std::sort(kept.begin(), kept.end());
    bins.codes.assign(places, static_cast<std::uint8_t>(kept.size()));
    for (const std::size_t place : kept) {
        bins.codes[place] = static_cast<std::uint8_t>(bins.lows.size());
        bins.lows.push_back(static_cast<double>(place));
    }
    bins.highs = bins.lows;
    return bins;
}

bool anyMissing(const double* column, const CountedRows& counted) {
    return std::any_of(counted.rows.begin(), counted.rows.end(),
                       [&](std::uint32_t row) { return std::isnan(column[row]); });
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

/// The same of many values, several side by side: each waits for its own reads alone.
void codesOf(const Edges& edges, std::span<const double> values, std::uint8_t* codes) {
    constexpr std::size_t lanes = 16;
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
        std::array<std::uint64_t, lanes> at{};
        for (int level = 7; level >= 0; --level) {
            const std::uint64_t step = std::uint64_t{1} << level;
            for (std::size_t k = 0; k < lanes; ++k)
                at[k] += static_cast<std::uint64_t>(edges[at[k] + step - 1] < values[i + k]) << level;
        }
        for (std::size_t k = 0; k < lanes; ++k) codes[i + k] = static_cast<std::uint8_t>(at[k]);
    }
    for (; i < values.size(); ++i) codes[i] = codeOf(edges, values[i]);
}

}  // namespace

namespace {

/// The codes of some rows of a column.
void writeCodes(const FeatureBins& bins, const Edges& edges, const double* values, std::size_t begin, std::size_t end,
                std::uint8_t* codes) {
    const auto missing = static_cast<std::uint8_t>(bins.missing());
    if (bins.isCategory) {
        const auto places = static_cast<double>(bins.codes.size());
        for (std::size_t row = begin; row < end; ++row)
            codes[row] = values[row] >= 0 && values[row] < places ? bins.codes[static_cast<std::size_t>(values[row])]
                                                                  : missing;
        return;
    }
    codesOf(edges, {values + begin, end - begin}, codes + begin);
    if (!bins.hasMissing) return;
    for (std::size_t row = begin; row < end; ++row)
        if (std::isnan(values[row])) codes[row] = missing;
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
        if (features.levels && !(*features.levels)[column].empty()) {
            m_bins[column] = cutByCategory(values, counted, (*features.levels)[column].size());
            return;
        }
        const bool hasMissing = anyMissing(values, counted);
        m_bins[column] = cutEvenly(distinctValues(values, counted, stride), hasMissing ? maxBins - 1 : maxBins);
        m_bins[column].exact = m_bins[column].exact && stride <= 1;
        m_bins[column].hasMissing = hasMissing;
        edges[column] = padded(m_bins[column]);
    });
    const std::vector<Range> tiles = chunks(static_cast<std::size_t>(features.values.rows()), rowsPerTile);
    parallelFor(tiles.size(), [&](std::size_t tile) {
        context.throwIfStopped();
        for (std::size_t column = 0; column < m_bins.size(); ++column) {
            const double* values = features.values.col(static_cast<Eigen::Index>(column)).data();
            std::uint8_t* codes = &m_columnCodes[column * m_rows];
            writeCodes(m_bins[column], edges[column], values, tiles[tile].begin, tiles[tile].end, codes);
            for (std::size_t row = tiles[tile].begin; row < tiles[tile].end; ++row)
                m_codes[row * m_bins.size() + column] = codes[row];
        }
    });
}

}  // namespace holdout
