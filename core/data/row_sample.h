// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "base/seed.h"
#include "data/table.h"

namespace holdout {

/// A uniform random sample without replacement of rows that come in pieces, in the order in which they came. Each row draws
/// a number, and the rows with the smallest stay: what is drawn depends on the seed and the number of rows alone, never on
/// how they are cut into pieces. Not thread-safe.
class RowSample {
public:
    RowSample(std::size_t size, Seed seed) : m_size(size), m_random(seed) {}

    /// Requires the columns of the first piece; another type is read as that piece's.
    void add(const Table& piece);
    /// All rows that came, or `size` of them.
    Table take();
    std::uint64_t seen() const { return m_seen; }

private:
    void prune();

    std::size_t m_size;
    RandomStream m_random;
    std::uint64_t m_seen = 0;
    double m_most = 1;            ///< rows with a greater number are none of the sample
    Table m_rows;
    std::vector<double> m_drawn;  ///< one a row of m_rows
};

/// `second` below `first`, as appendRows, where categories may have other levels and columns other types: those of `first`
/// come first, and hold.
Table appendAlike(const Table& first, const Table& second);

}  // namespace holdout
