// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric/curves.h"

#include <limits>

#include "metric/classes.h"

namespace holdout {
namespace {

struct Totals {
    double positives = 0;
    double negatives = 0;
};

Totals totalsOf(const std::vector<ScoreStep>& steps) {
    Totals totals;
    for (const ScoreStep& step : steps) {
        totals.positives += step.positives;
        totals.negatives += step.negatives;
    }
    return totals;
}

}  // namespace

ConfusionMatrix confusionMatrix(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return {truth.labels, classCounts(truth, predicted, weights)};
}

std::vector<CurvePoint> rocCurve(const Target& truth, const Eigen::VectorXd& score, int positive) {
    if (!score.allFinite()) return {};
    const std::vector<ScoreStep> steps = scoreSteps(truth, score, positive, {});
    const Totals totals = totalsOf(steps);
    if (totals.positives == 0 || totals.negatives == 0) return {};
    std::vector<CurvePoint> curve{{0, 0, std::numeric_limits<double>::infinity()}};
    double truePositives = 0, falsePositives = 0;
    for (const ScoreStep& step : steps) {
        truePositives += step.positives;
        falsePositives += step.negatives;
        curve.push_back({falsePositives / totals.negatives, truePositives / totals.positives, step.score});
    }
    return curve;
}

std::vector<CurvePoint> precisionRecallCurve(const Target& truth, const Eigen::VectorXd& score, int positive) {
    if (!score.allFinite()) return {};
    const std::vector<ScoreStep> steps = scoreSteps(truth, score, positive, {});
    const Totals totals = totalsOf(steps);
    if (totals.positives == 0) return {};
    std::vector<CurvePoint> curve{{0, 1, std::numeric_limits<double>::infinity()}};
    double truePositives = 0, falsePositives = 0;
    for (const ScoreStep& step : steps) {
        truePositives += step.positives;
        falsePositives += step.negatives;
        curve.push_back(
            {truePositives / totals.positives, truePositives / (truePositives + falsePositives), step.score});
    }
    return curve;
}

double areaUnder(const std::vector<CurvePoint>& curve) {
    if (curve.empty()) return std::numeric_limits<double>::quiet_NaN();
    double area = 0;
    for (std::size_t i = 1; i < curve.size(); ++i)
        area += (curve[i].x - curve[i - 1].x) * (curve[i].y + curve[i - 1].y) / 2;
    return area;
}

}  // namespace holdout
