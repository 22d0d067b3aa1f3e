// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "data/dataset.h"

namespace holdout {

/// The factor that turns margins (rows × outputs, one for two classes) into log odds with the least log loss on these rows:
/// Platt's sigmoid (1999) without its shift, so that the boundary stays where the margin is 0. Newton's method in one
/// number. `shares`: each row's part of the total weight.
double sharpnessOf(const Eigen::MatrixXd& margins, const Target& target, const Eigen::VectorXd& shares);

}  // namespace holdout
