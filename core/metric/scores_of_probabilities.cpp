// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of probabilities. NaN when the predictions have none. With more than two classes, ROC AUC and average
// precision are the plain mean of one class against the rest, over the classes for which that is defined.
#include <algorithm>
#include <limits>

#include "metric/classes.h"
#include "metric/scores.h"

namespace holdout {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

using Steps = std::vector<ScoreStep>;

/// The probability that a positive row scores above a negative one, ties counting half (Mann, Whitney 1947).
double aucOf(const Steps& steps) {
    double positivesAbove = 0, negatives = 0, won = 0;
    for (const ScoreStep& step : steps) {
        won += step.negatives * (positivesAbove + step.positives / 2);
        positivesAbove += step.positives;
        negatives += step.negatives;
    }
    return positivesAbove > 0 && negatives > 0 ? won / (positivesAbove * negatives) : kUndefined;
}

/// The sum over thresholds of precision times the recall won there: no interpolation, which would flatter
/// (Davis, Goadrich 2006).
double averagePrecisionOf(const Steps& steps) {
    double positives = 0;
    for (const ScoreStep& step : steps) positives += step.positives;
    if (!(positives > 0)) return kUndefined;
    double truePositives = 0, all = 0, sum = 0;
    for (const ScoreStep& step : steps) {
        truePositives += step.positives;
        all += step.positives + step.negatives;
        if (step.positives > 0) sum += step.positives * (truePositives / all);
    }
    return sum / positives;
}

double ofPositiveOrMean(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights,
                        double (*score)(const Steps&)) {
    const Eigen::MatrixXd& p = predicted.probabilities;
    if (p.rows() == 0 || p.cols() < 2 || !p.allFinite()) return kUndefined;
    if (p.cols() == 2) return score(scoreSteps(truth, p.col(1), 1, weights));
    double sum = 0;
    int defined = 0;
    for (Eigen::Index c = 0; c < p.cols(); ++c) {
        const double one = score(scoreSteps(truth, p.col(c), static_cast<int>(c), weights));
        if (std::isnan(one)) continue;
        sum += one;
        ++defined;
    }
    return defined > 0 ? sum / defined : kUndefined;
}

/// The weighted mean of loss(row, true class) over rows.
template <typename Loss>
double meanOver(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights, const Loss& loss) {
    if (predicted.probabilities.rows() == 0) return kUndefined;
    double sum = 0, all = 0;
    for (std::size_t row = 0; row < truth.classes.size(); ++row) {
        const double weight = weightOf(weights, row);
        sum += weight * loss(static_cast<Eigen::Index>(row), truth.classes[row]);
        all += weight;
    }
    return all > 0 ? sum / all : kUndefined;
}

}  // namespace

double rocAuc(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return ofPositiveOrMean(truth, predicted, weights, aucOf);
}

double averagePrecision(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return ofPositiveOrMean(truth, predicted, weights, averagePrecisionOf);
}

/// Probabilities are kept between ε and 1 - ε, ε = 2^-52 (as scikit-learn does for doubles): a certain and wrong
/// prediction costs 36, not infinity.
double logLoss(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    return meanOver(truth, predicted, weights, [&](Eigen::Index row, int c) {
        return -std::log(std::clamp(predicted.probabilities(row, c), epsilon, 1 - epsilon));
    });
}

/// Two classes: the squared error of the positive class's probability, 0 to 1. More: Brier's sum over all classes
/// (Brier 1950), 0 to 2.
double brier(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    const Eigen::MatrixXd& p = predicted.probabilities;
    return meanOver(truth, predicted, weights, [&](Eigen::Index row, int c) {
        if (p.cols() == 2) return std::pow(p(row, 1) - (c == 1 ? 1 : 0), 2);
        double sum = 0;
        for (Eigen::Index k = 0; k < p.cols(); ++k) sum += std::pow(p(row, k) - (c == k ? 1 : 0), 2);
        return sum;
    });
}

}  // namespace holdout
