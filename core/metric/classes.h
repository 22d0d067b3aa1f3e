// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "metric/metric.h"

namespace holdout {

/// The weight of a row: 1 when `weights` is empty.
inline double weightOf(const Eigen::VectorXd& weights, std::size_t row) {
    return weights.size() == 0 ? 1.0 : weights[static_cast<Eigen::Index>(row)];
}

/// Number of classes that truth and predictions speak of together.
int classCountOf(const Target& truth, const Predictions& predicted);

/// Summed weights by true class (row) and predicted class (column).
Eigen::MatrixXd classCounts(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);

/// Rows of equal score, from the highest score to the lowest: the steps of the ROC and precision-recall curves.
struct ScoreStep {
    double score = 0;
    double positives = 0;  ///< summed weight of the positive rows with this score
    double negatives = 0;
};
std::vector<ScoreStep> scoreSteps(const Target& truth, const Eigen::VectorXd& score, int positive,
                                  const Eigen::VectorXd& weights);

}  // namespace holdout
