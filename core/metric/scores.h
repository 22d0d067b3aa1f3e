// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metric/metric.h"

namespace holdout {

// One function a metric, as MetricInfo::score. Weighted by `weights` when it is not empty. Each is NaN where it is not
// defined; the header of its file says which convention it follows.

// Of predicted classes (scores_of_classes.cpp)
double accuracy(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double balancedAccuracy(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double f1(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double precision(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double recall(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double matthews(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);

// Of probabilities (scores_of_probabilities.cpp)
double rocAuc(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double averagePrecision(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double logLoss(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double brier(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);

// Of numbers (scores_of_numbers.cpp)
double rootMeanSquaredError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double meanAbsoluteError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double rSquared(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
double meanAbsolutePercentageError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);

}  // namespace holdout
