// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "data/sparse_rows.h"

namespace holdout {

/// Sparse rows column after column: column j holds values[offsets[j] … offsets[j + 1]) in the rows of the same
/// positions, ascending.
struct SparseColumns {
    std::vector<std::int64_t> offsets;  ///< columns + 1
    std::vector<std::int32_t> rows;
    std::vector<double> values;

    explicit SparseColumns(const SparseRows& source);
    std::span<const std::int32_t> rowsOf(Eigen::Index column) const;
    std::span<const double> valuesOf(Eigen::Index column) const;
    /// The column's part of the product of the transposed matrix with `vector`, one entry a row.
    double dot(Eigen::Index column, const Eigen::VectorXd& vector) const;
};

}  // namespace holdout
