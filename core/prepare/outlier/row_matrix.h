// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <Eigen/Core>

namespace holdout {

/// Rows of several number columns, each row's cells together.
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline std::vector<double> listOf(const RowMatrix& matrix) {
    return {matrix.data(), matrix.data() + matrix.size()};
}

}  // namespace holdout
