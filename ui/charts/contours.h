// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QLineF>
#include <vector>

namespace holdout {

/// Where values on a grid pass through `level`: a straight piece in each square between four neighbours (marching
/// squares, Lorensen, Cline 1987). `values(row, column)` stands at (xs[column], ys[row]); squares with a NaN have none.
std::vector<QLineF> contourLines(const Eigen::MatrixXd& values, const std::vector<double>& xs,
                                 const std::vector<double>& ys, double level);

}  // namespace holdout
