// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of numbers against numbers. NaN without rows.
#include <limits>

#include "metric/classes.h"
#include "metric/scores.h"

namespace holdout {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// The weighted mean of term(truth, predicted) over rows.
template <typename Term>
double meanOver(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights, const Term& term) {
    double sum = 0, all = 0;
    for (Eigen::Index row = 0; row < truth.values.size(); ++row) {
        const double weight = weightOf(weights, static_cast<std::size_t>(row));
        sum += weight * term(truth.values[row], predicted.values[row]);
        all += weight;
    }
    return all > 0 ? sum / all : kUndefined;
}

}  // namespace

double rootMeanSquaredError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return std::sqrt(meanOver(truth, predicted, weights, [](double y, double p) { return (y - p) * (y - p); }));
}

double meanAbsoluteError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return meanOver(truth, predicted, weights, [](double y, double p) { return std::abs(y - p); });
}

/// 1 - (squared error) / (squared error of the mean of these rows). Not defined when all of them have the same value.
double rSquared(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    const double mean = meanOver(truth, predicted, weights, [](double y, double) { return y; });
    const double error = meanOver(truth, predicted, weights, [](double y, double p) { return (y - p) * (y - p); });
    const double spread =
        meanOver(truth, predicted, weights, [mean](double y, double) { return (y - mean) * (y - mean); });
    const bool oneValue = truth.values.size() < 2 || truth.values.minCoeff() == truth.values.maxCoeff();
    return !oneValue && spread > 0 ? 1 - error / spread : kUndefined;
}

/// A fraction: 0.1 is 10 %. Not defined when a true value is 0.
double meanAbsolutePercentageError(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return meanOver(truth, predicted, weights,
                    [](double y, double p) { return y == 0 ? kUndefined : std::abs((y - p) / y); });
}

}  // namespace holdout
