// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "model_task.h"

namespace holdout::bench {

namespace {

using Eigen::Index;

/// As the peers': 100 trees to their end, 7 of 50 features (the square root) a split, no out-of-bag score.
Outcome randomForest(const std::filesystem::path& folder) {
    return timeFit(loadRows(folder, "clf_mid", Task::Classification), "forest", {{"out_of_bag", false}},
                   [](const Rows& rows, const Model& model) {
                       return nlohmann::json{{"accuracy", testAccuracy(rows, model)}};
                   });
}

nlohmann::json boostingScore(const Rows& rows, const Model& model) {
    const Eigen::VectorXd said = model.predict(rows.testFeatures).probabilities.col(1);
    double loss = 0;
    for (Index i = 0; i < said.size(); ++i) {
        const double p = std::clamp(said[i], 1e-12, 1 - 1e-12);
        loss -= std::log(rows.testTarget.classes[static_cast<std::size_t>(i)] == 1 ? p : 1 - p);
    }
    return {{"logloss", loss / static_cast<double>(said.size())}, {"accuracy", testAccuracy(rows, model)}};
}

/// 100 trees of 31 leaves at a learning rate of 0.1, all rows trained on; on the first `most` rows.
Outcome boosting(const std::filesystem::path& folder, Index most) {
    Rows rows = loadRows(folder, "clf_tall", Task::Classification);
    if (rows.features.values.rows() > most) {
        rows.features.values.conservativeResize(most, Eigen::NoChange);
        rows.target.classes.resize(static_cast<std::size_t>(most));
    }
    return timeFit(rows, "boosting", {{"validation_fraction", 0.0}}, boostingScore);
}

}  // namespace

std::vector<BenchTask> treeTasks() {
    using Folder = const std::filesystem::path&;
    return {{"random_forest", randomForest},
            {"boosting", [](Folder folder) { return boosting(folder, 1000000); }},
            {"boosting_100k", [](Folder folder) { return boosting(folder, 100000); }}};
}

}  // namespace holdout::bench
