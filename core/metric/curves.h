// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "metric/metric.h"

namespace holdout {

/// Counts (or summed weights) of true class (row) by predicted class (column).
struct ConfusionMatrix {
    std::vector<std::string> labels;
    Eigen::MatrixXd counts;
};
ConfusionMatrix confusionMatrix(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);

struct CurvePoint {
    double x = 0;
    double y = 0;
    double threshold = 0;
};

/// True positive rate (y) by false positive rate (x), from (0, 0) to (1, 1), one point for each distinct score
/// (Fawcett 2006). Empty when one of the two kinds is absent.
std::vector<CurvePoint> rocCurve(const Target& truth, const Eigen::VectorXd& score, int positive);
/// Precision (y) by recall (x), from (0, 1) on, one point for each distinct score from the highest down. Empty without
/// positive rows. Its summary is average precision: the area under it by trapezoids flatters (Davis, Goadrich 2006).
std::vector<CurvePoint> precisionRecallCurve(const Target& truth, const Eigen::VectorXd& score, int positive);
/// Area by the trapezoidal rule; NaN of an empty curve.
double areaUnder(const std::vector<CurvePoint>& curve);

}  // namespace holdout
