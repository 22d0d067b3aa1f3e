// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of predicted classes, from the confusion matrix. Conventions are scikit-learn's: with two classes, precision,
// recall and F1 are those of the positive class (the second); with more, the plain mean over the classes that occur in
// the truth or among the predictions; a ratio of nothing (no row predicted positive) is 0.
#include <limits>

#include "metric/classes.h"
#include "metric/scores.h"

namespace holdout {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) {
    return whole > 0 ? part / whole : 0.0;
}

double precisionOf(const Eigen::MatrixXd& counts, Eigen::Index c) {
    return ratio(counts(c, c), counts.col(c).sum());
}
double recallOf(const Eigen::MatrixXd& counts, Eigen::Index c) {
    return ratio(counts(c, c), counts.row(c).sum());
}
double f1Of(const Eigen::MatrixXd& counts, Eigen::Index c) {
    return ratio(2 * counts(c, c), counts.col(c).sum() + counts.row(c).sum());
}

/// Of the positive class, or the mean over the classes that occur.
double ofPositiveOrMean(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights,
                        double (*score)(const Eigen::MatrixXd&, Eigen::Index)) {
    const Eigen::MatrixXd counts = classCounts(truth, predicted, weights);
    if (!(counts.sum() > 0)) return kUndefined;
    if (counts.rows() == 2) return score(counts, 1);
    double sum = 0;
    int present = 0;
    for (Eigen::Index c = 0; c < counts.rows(); ++c) {
        if (counts.row(c).sum() + counts.col(c).sum() <= 0) continue;
        sum += score(counts, c);
        ++present;
    }
    return sum / present;
}

}  // namespace

double accuracy(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    double right = 0, all = 0;
    for (std::size_t row = 0; row < truth.classes.size(); ++row) {
        const double weight = weightOf(weights, row);
        all += weight;
        if (truth.classes[row] == predicted.classes[row]) right += weight;
    }
    return all > 0 ? right / all : kUndefined;
}

double balancedAccuracy(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    const Eigen::MatrixXd counts = classCounts(truth, predicted, weights);
    double sum = 0;
    int present = 0;
    for (Eigen::Index c = 0; c < counts.rows(); ++c) {
        if (counts.row(c).sum() <= 0) continue;
        sum += recallOf(counts, c);
        ++present;
    }
    return present > 0 ? sum / present : kUndefined;
}

double f1(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return ofPositiveOrMean(truth, predicted, weights, f1Of);
}

double precision(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return ofPositiveOrMean(truth, predicted, weights, precisionOf);
}

double recall(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    return ofPositiveOrMean(truth, predicted, weights, recallOf);
}

/// Matthews 1975; for more than two classes R_K of Gorodkin 2004. 0 when all rows are of one class or predicted as one.
double matthews(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    const Eigen::MatrixXd counts = classCounts(truth, predicted, weights);
    const double all = counts.sum();
    if (!(all > 0)) return kUndefined;
    const Eigen::VectorXd isClass = counts.rowwise().sum() / all, saidClass = counts.colwise().sum().transpose() / all;
    const double covariance = counts.trace() / all - isClass.dot(saidClass);
    const double truthSpread = 1 - isClass.squaredNorm(), saidSpread = 1 - saidClass.squaredNorm();
    // Below, the spread is rounding: one class only.
    constexpr double nothing = 1e-15;
    if (truthSpread <= nothing || saidSpread <= nothing) return 0;
    return covariance / std::sqrt(truthSpread * saidSpread);
}

}  // namespace holdout
