// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace holdout {

/// A matrix of which only the cells that are not 0 are kept, row after row (compressed sparse rows). Row i holds the
/// values[offsets[i] … offsets[i + 1]) in the columns of the same positions, ascending and each once.
struct SparseRows {
    std::vector<std::int64_t> offsets = {0};  ///< rows + 1
    std::vector<std::int32_t> columns;
    std::vector<double> values;
    std::size_t width = 0;                    ///< how many columns there are, kept or not

    std::size_t rows() const { return offsets.size() - 1; }
    std::size_t bytes() const;
    std::span<const std::int32_t> columnsOf(std::size_t row) const;
    std::span<const double> valuesOf(std::size_t row) const;
    /// Ends the row being written: what was pushed onto `columns` and `values` since the last call is its content.
    void endRow() { offsets.push_back(static_cast<std::int64_t>(columns.size())); }

    SparseRows gather(std::span<const std::uint32_t> rows) const;
    bool operator==(const SparseRows&) const = default;
};

}  // namespace holdout
