// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace holdout {

/// Log odds of the second class (one column) to the probabilities of both. Each row has the bits it would have alone.
Eigen::MatrixXd fromLogOdds(const Eigen::MatrixXd& logOdds);
/// Scores, rows × classes, to probabilities: exp(score) as a part of their sum. Each row has the bits it would have
/// alone.
Eigen::MatrixXd softmax(Eigen::MatrixXd sums);

}  // namespace holdout
