// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric/metric.h"

#include <cmath>

#include "base/lookup.h"
#include "metric/scores.h"

namespace holdout {

Predictions fromProbabilities(Eigen::MatrixXd probabilities) {
    Predictions predictions;
    predictions.classes.resize(static_cast<std::size_t>(probabilities.rows()));
    for (Eigen::Index row = 0; row < probabilities.rows(); ++row) {
        int best = 0;
        for (int c = 1; c < probabilities.cols(); ++c)
            if (probabilities(row, c) > probabilities(row, best)) best = c;
        predictions.classes[static_cast<std::size_t>(row)] = best;
    }
    predictions.probabilities = std::move(probabilities);
    return predictions;
}

const MetricInfo* MetricRegistry::find(std::string_view id) const {
    return findById(m_metrics, id);
}

const MetricInfo& MetricRegistry::require(std::string_view id) const {
    return requireById(m_metrics, id, "metric");
}

std::vector<std::string> MetricRegistry::defaults(Task task) const {
    if (task == Task::Classification) return {"accuracy", "log-loss", "roc-auc"};
    return {"rmse", "mae", "r2"};
}

MetricRegistry builtinMetrics() {
    constexpr Task classes = Task::Classification, numbers = Task::Regression;
    constexpr Direction up = Direction::HigherIsBetter, down = Direction::LowerIsBetter;
    constexpr ScoreRange share{.low = 0, .high = 1}, correlation{.low = -1, .high = 1}, loss{.low = 0}, explained{.high = 1};
    return MetricRegistry({
        {"accuracy", "Accuracy", "The share of rows whose class is predicted right.", classes, up, share, accuracy},
        {"balanced-accuracy", "Balanced accuracy",
         "The mean over classes of the share predicted right: rare classes count as much as frequent ones.", classes,
         up, share, balancedAccuracy},
        {"f1", "F1",
         "The harmonic mean of precision and recall: of the positive (second) class, or the mean over classes when "
         "there are "
         "more than two.",
         classes, up, share, f1},
        {"precision", "Precision",
         "Of the rows predicted positive, the share that is: of the second class, or the mean over classes when there "
         "are more "
         "than two.",
         classes, up, share, precision},
        {"recall", "Recall",
         "Of the positive rows, the share that is found: of the second class, or the mean over classes when there are "
         "more than "
         "two.",
         classes, up, share, recall},
        {"mcc", "Matthews correlation",
         "The correlation of truth and prediction, from -1 to 1; 0 is guessing, however uneven the classes are.",
         classes, up, correlation, matthews},
        {"roc-auc", "ROC AUC",
         "How often a positive row scores above a negative one: 0.5 is guessing, 1 is perfect. With more than two "
         "classes, the "
         "mean of each class against the rest.",
         classes, up, share, rocAuc},
        {"pr-auc", "Average precision",
         "The area under the precision-recall curve, without interpolation: tells more than ROC AUC when positives are "
         "rare. "
         "With more than two classes, the mean of each class against the rest.",
         classes, up, share, averagePrecision},
        {"log-loss", "Log loss",
         "How surprised the predicted probabilities are by the truth: certain and wrong costs most. Probabilities are "
         "kept 2e-16 "
         "away from 0 and 1.",
         classes, down, loss, logLoss},
        {"brier", "Brier score",
         "The mean squared error of the probabilities: of the positive class with two classes (0 to 1), summed over "
         "all classes "
         "with more (0 to 2).",
         classes, down, ScoreRange{.low = 0, .high = 2}, brier},
        {"rmse", "RMSE", "The root of the mean squared error, in the target's unit: large errors count most.", numbers,
         down, loss, rootMeanSquaredError},
        {"mae", "MAE", "The mean size of the errors, in the target's unit.", numbers, down, loss, meanAbsoluteError},
        {"r2", "R²",
         "The share of the target's variance that is explained: 1 is perfect, 0 is no better than the mean of the "
         "held-out rows.",
         numbers, up, explained, rSquared},
        {"mape", "MAPE",
         "The mean size of the errors as a fraction of the true values. Not defined when a true value is 0.", numbers,
         down, loss, meanAbsolutePercentageError},
    });
}

bool isBetter(Direction direction, double a, double b) {
    if (std::isnan(a)) return false;
    if (std::isnan(b)) return true;
    return direction == Direction::HigherIsBetter ? a > b : a < b;
}

}  // namespace holdout
