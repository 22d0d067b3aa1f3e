// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric/classes.h"

#include <algorithm>

namespace holdout {

int classCountOf(const Target& truth, const Predictions& predicted) {
    return std::max(truth.classCount(), static_cast<int>(predicted.probabilities.cols()));
}

Eigen::MatrixXd classCounts(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights) {
    const int classes = classCountOf(truth, predicted);
    Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(classes, classes);
    for (std::size_t row = 0; row < truth.classes.size(); ++row)
        counts(truth.classes[row], predicted.classes[row]) += weightOf(weights, row);
    return counts;
}

std::vector<ScoreStep> scoreSteps(const Target& truth, const Eigen::VectorXd& score, int positive,
                                  const Eigen::VectorXd& weights) {
    struct Row {
        double score;
        std::uint32_t index;
    };
    std::vector<Row> rows(truth.classes.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = {score[i], i};
    // The index parts equal scores, so that sums of weights have one order.
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return a.score != b.score ? a.score > b.score : a.index < b.index; });
    std::vector<ScoreStep> steps;
    for (const Row& row : rows) {
        if (steps.empty() || row.score != steps.back().score) steps.push_back({row.score, 0, 0});
        (truth.classes[row.index] == positive ? steps.back().positives : steps.back().negatives) +=
            weightOf(weights, row.index);
    }
    return steps;
}

}  // namespace holdout
