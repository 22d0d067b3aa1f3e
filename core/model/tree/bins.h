// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "model/tree/large_vector.h"
#include "model/tree/tree_samples.h"

namespace holdout {

/// How one feature is cut into bins.
struct FeatureBins {
    std::vector<double> edges;  ///< values up to edges[c] and above edges[c - 1] are in bin c; one fewer than bins
    std::vector<double> lows;   ///< least value seen in each bin
    std::vector<double> highs;  ///< largest value seen in each bin
    bool exact = true;          ///< each bin is one value, so that bins lose nothing
    bool isCategory = false;    ///< bins are categories, in no order; `lows` and `highs` are their places
    bool hasMissing = false;    ///< some rows have no value, or a category too rare for a bin: their bin is `count()`
    std::vector<std::uint8_t> codes = {};  ///< of a category: the bin of each place

    /// Bins of values, without that of missing ones.
    std::size_t count() const { return lows.size(); }
    std::size_t missing() const { return count(); }
    /// A threshold that parts bin `below` from bin `above`, with no row between them: as exact splits place it where
    /// the bins are values, else the middle one of the edges between.
    double between(std::size_t below, std::size_t above) const;
};

/// Features as numbers of bins, one byte each, both a row and a column side by side: what histograms of splits are counted from. A
/// feature with more than 256 values is cut where the rows' counts are equal (Ke et al. 2017), by 200,000 rows at most
/// that are spread evenly over the data. Missing values have a bin of their own. So has each category of a feature with
/// labels; of more than 255, the rarest count as missing.
class BinnedFeatures {
public:
    static constexpr std::size_t maxBins = 256;

    /// Bins come from `counted`; all rows of `features` are given their codes. Throws Cancelled.
    BinnedFeatures(const Features& features, const CountedRows& counted, const JobContext& context);

    std::size_t columns() const { return m_bins.size(); }
    const FeatureBins& bins(std::size_t column) const { return m_bins[column]; }
    /// The codes of a row, one a column.
    const std::uint8_t* row(std::uint32_t row) const { return &m_codes[row * m_bins.size()]; }
    /// The codes of a column, one a row: those who part many rows by one feature read less so.
    const std::uint8_t* column(std::size_t column) const { return &m_columnCodes[column * m_rows]; }

private:
    std::vector<FeatureBins> m_bins;
    std::size_t m_rows;
    LargeVector<std::uint8_t> m_codes;
    LargeVector<std::uint8_t> m_columnCodes;
};

}  // namespace holdout
