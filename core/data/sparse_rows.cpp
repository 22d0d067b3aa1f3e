// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/sparse_rows.h"

namespace holdout {

std::size_t SparseRows::bytes() const {
    return offsets.size() * sizeof(std::int64_t) + columns.size() * (sizeof(std::int32_t) + sizeof(double));
}

std::span<const std::int32_t> SparseRows::columnsOf(std::size_t row) const {
    return std::span(columns).subspan(static_cast<std::size_t>(offsets[row]),
                                      static_cast<std::size_t>(offsets[row + 1] - offsets[row]));
}

std::span<const double> SparseRows::valuesOf(std::size_t row) const {
    return std::span(values).subspan(static_cast<std::size_t>(offsets[row]),
                                     static_cast<std::size_t>(offsets[row + 1] - offsets[row]));
}

SparseRows SparseRows::gather(std::span<const std::uint32_t> rows) const {
    SparseRows result;
    result.width = width;
    result.offsets.reserve(rows.size() + 1);
    for (const std::uint32_t row : rows) {
        const auto from = columnsOf(row);
        const auto cells = valuesOf(row);
        result.columns.insert(result.columns.end(), from.begin(), from.end());
        result.values.insert(result.values.end(), cells.begin(), cells.end());
        result.endRow();
    }
    return result;
}

}  // namespace holdout
