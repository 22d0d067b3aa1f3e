// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/sparse_columns.h"

namespace holdout {

SparseColumns::SparseColumns(const SparseRows& source)
    : offsets(source.width + 1, 0), rows(source.columns.size()), values(source.columns.size()) {
    for (const std::int32_t column : source.columns) ++offsets[static_cast<std::size_t>(column) + 1];
    for (std::size_t j = 0; j < source.width; ++j) offsets[j + 1] += offsets[j];
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    for (std::size_t row = 0; row < source.rows(); ++row) {
        const auto columns = source.columnsOf(row);
        const auto cells = source.valuesOf(row);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(columns[k])]++);
            rows[place] = static_cast<std::int32_t>(row);
            values[place] = cells[k];
        }
    }
}

std::span<const std::int32_t> SparseColumns::rowsOf(Eigen::Index column) const {
    const auto j = static_cast<std::size_t>(column);
    return std::span(rows).subspan(static_cast<std::size_t>(offsets[j]),
                                   static_cast<std::size_t>(offsets[j + 1] - offsets[j]));
}

std::span<const double> SparseColumns::valuesOf(Eigen::Index column) const {
    const auto j = static_cast<std::size_t>(column);
    return std::span(values).subspan(static_cast<std::size_t>(offsets[j]),
                                     static_cast<std::size_t>(offsets[j + 1] - offsets[j]));
}

double SparseColumns::dot(Eigen::Index column, const Eigen::VectorXd& vector) const {
    const auto where = rowsOf(column);
    const auto cells = valuesOf(column);
    double sum = 0;
    for (std::size_t k = 0; k < where.size(); ++k) sum += cells[k] * vector[where[k]];
    return sum;
}

}  // namespace holdout
