// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <string>

#include "base/seed.h"
#include "model/model.h"

namespace holdout::testing {

/// Everything that a TrainingSet refers to, by value.
struct TrainingData {
    Features features;
    Target target;
    Eigen::VectorXd weights;

    TrainingSet set() const { return {features, target, weights}; }

    TrainingData gather(const std::vector<std::uint32_t>& rows) const {
        TrainingData some{{features.values(rows, Eigen::all), features.names}, target.gather(rows), {}};
        some.features.levels = features.levels;
        if (weights.size() > 0) some.weights = weights(rows);
        return some;
    }
};

/// Correlated normal features, of which the first ones matter; a target with noise, or classes drawn from softmax
/// scores.
inline TrainingData makeTrainingData(Task task, Eigen::Index rows, Eigen::Index columns, int classes = 2,
                                     std::uint64_t seed = 1) {
    RandomStream random{Seed{seed}};
    TrainingData data;
    data.features.values.resize(rows, columns);
    for (Eigen::Index j = 0; j < columns; ++j) {
        data.features.names.push_back("x" + std::to_string(j + 1));
        for (Eigen::Index i = 0; i < rows; ++i)
            data.features.values(i, j) = random.normal() + (j > 0 ? 0.4 * data.features.values(i, j - 1) : 0);
    }
    data.target.task = task;
    data.target.name = "y";
    const Eigen::Index outputs = task == Task::Regression ? 1 : classes;
    Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(columns, outputs);
    for (Eigen::Index j = 0; j < std::min<Eigen::Index>(columns, 5); ++j)
        for (Eigen::Index k = 0; k < outputs; ++k) weights(j, k) = random.normal();
    const Eigen::MatrixXd scores = data.features.values * weights;
    if (task == Task::Regression) {
        data.target.values = scores.col(0);
        for (double& value : data.target.values) value += 3 + random.normal();
        return data;
    }
    for (int k = 0; k < classes; ++k) data.target.labels.push_back("class " + std::to_string(k + 1));
    for (Eigen::Index i = 0; i < rows; ++i) {
        const Eigen::RowVectorXd odds = scores.row(i).array().exp();
        double left = random.uniform() * odds.sum();
        int chosen = 0;
        while (chosen + 1 < classes && (left -= odds[chosen]) > 0) ++chosen;
        data.target.classes.push_back(chosen);
    }
    return data;
}

inline bool sameBits(const Predictions& a, const Predictions& b) {
    return a.values == b.values && a.probabilities == b.probabilities && a.classes == b.classes;
}

}  // namespace holdout::testing
