// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "train/linear_sgd.h"

namespace holdout {

/// The quick way through many steps of one output without an L1 penalty: rows of at most kMostLanes numbers, one of which
/// is always 1 and stands for the intercept. The formulas are those of LinearSgd::step; only the order of summation differs.
namespace linear_steps {

constexpr Eigen::Index kMostLanes = 64, kLanesTogether = 8;

/// Rounded up to whole registers.
constexpr Eigen::Index strideFor(Eigen::Index features) {
    return (features + kLanesTogether) / kLanesTogether * kLanesTogether;
}

/// Weights and their means as the steps see them: one a lane, the intercept after the last feature, then zeros.
struct Lanes {
    alignas(64) double weights[kMostLanes] = {};
    alignas(64) double means[kMostLanes] = {};
};

/// Of each row: what its step takes.
struct Plan {
    const double* rows;    ///< `stride` numbers a row: features, 1, zeros
    const double* truths;
    const double* rates;   ///< step lengths times the row's importance
    const double* keeps;   ///< what weights are multiplied by
    const double* shares;  ///< of the new weights in the means
    double* judged;        ///< out: what the means (or else the weights) said of the row before its step
    Eigen::Index count, features;
};

void run(const Plan& plan, SgdLoss loss, double huberWidth, bool average, Lanes& lanes);

}  // namespace linear_steps
}  // namespace holdout
