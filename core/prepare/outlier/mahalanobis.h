// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "base/job_context.h"
#include "prepare/outlier/row_matrix.h"

namespace holdout {

/// Where rows lie and how they spread: an ellipsoid around a centre.
struct RowShape {
    std::vector<double> center;
    /// rank × columns, row by row: W with W' W the inverse of the covariance, over the directions that have spread.
    std::vector<double> whitening;

    std::size_t rank() const { return center.empty() ? 0 : whitening.size() / center.size(); }
    /// The squared Mahalanobis distance of a row, |W (x - center)|^2: chi-square of `rank()` degrees for normal rows.
    double squaredDistance(const double* row) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RowShape, center, whitening)

/// Mean and covariance, divided by n.
RowShape classicalShape(const RowMatrix& rows);

/// Minimum covariance determinant, reweighted (Rousseeuw, Van Driessen 1999, Technometrics 41, FAST-MCD): mean and
/// covariance of the half of the rows that has the smallest determinant, made consistent for normal rows, then of the
/// rows that lie within its 97.5 % ellipsoid. At most 1,500 rows, drawn at random, serve the first steps. Nothing when
/// half of the rows or more lie in a plane, so that no ellipsoid is the smallest. The bits depend on the seed, never on
/// threads. Throws Cancelled.
std::optional<RowShape> robustShape(const RowMatrix& rows, JobContext& context);

}  // namespace holdout
