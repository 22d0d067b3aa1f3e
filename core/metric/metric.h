// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "data/dataset.h"

namespace holdout {

/// What a model says of some rows. Regression: `values`. Classification: `probabilities` (rows × classes, rows sum
/// to 1) and `classes` (the most probable; the first among equals).
struct Predictions {
    Eigen::VectorXd values;
    Eigen::MatrixXd probabilities;
    std::vector<int> classes;

    std::size_t size() const { return classes.empty() ? static_cast<std::size_t>(values.size()) : classes.size(); }
};

/// Predictions of a classifier from its probabilities.
Predictions fromProbabilities(Eigen::MatrixXd probabilities);

enum class Direction { HigherIsBetter, LowerIsBetter };

/// The lowest and the highest value that a score can take.
struct ScoreRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// A score of predictions against the truth. `weights` is empty when all rows count the same. NaN when the score
/// is not defined there (ROC AUC of a fold with one class only).
struct MetricInfo {
    std::string_view id;
    std::string_view label;
    std::string_view sentence;
    Task task;
    Direction direction;
    ScoreRange range;
    double (*score)(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights);
};

class MetricRegistry {
public:
    explicit MetricRegistry(std::vector<MetricInfo> metrics) : m_metrics(std::move(metrics)) {}
    const std::vector<MetricInfo>& all() const { return m_metrics; }
    const MetricInfo* find(std::string_view id) const;
    const MetricInfo& require(std::string_view id) const;
    /// Accuracy, log loss and ROC AUC, or RMSE, MAE and R².
    std::vector<std::string> defaults(Task task) const;

private:
    std::vector<MetricInfo> m_metrics;
};

MetricRegistry builtinMetrics();

/// Whether `a` is a better score than `b`; NaN is worse than anything.
bool isBetter(Direction direction, double a, double b);

}  // namespace holdout
