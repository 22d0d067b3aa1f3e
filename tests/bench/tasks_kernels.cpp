// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include "model_task.h"

namespace holdout::bench {

namespace {

using Eigen::Index;

/// The first `most` rows and `columns` columns to learn from; `queries` rows to answer.
Rows cut(Rows rows, Index most, Index columns, Index queries) {
    const auto keep = [](Features& features, Target& target, Index count, Index width) {
        count = std::min(count, features.values.rows());
        width = std::min(width, features.values.cols());
        features.values = features.values.topLeftCorner(count, width).eval();
        features.names.resize(static_cast<std::size_t>(width));
        target.classes.resize(static_cast<std::size_t>(count));
    };
    keep(rows.features, rows.target, most, columns);
    keep(rows.testFeatures, rows.testTarget, queries, columns);
    return rows;
}

nlohmann::json accuracy(const Rows& rows, const Model& model) {
    return {{"accuracy", testAccuracy(rows, model)}};
}

/// The index and the answers for all queries are inside the clock, as the peers have them.
Outcome nearest(const Rows& rows) {
    const nlohmann::json params = {{"k", 5}};
    const auto estimator = makeEstimator("knn", params, Task::Classification);
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    std::vector<int> said;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            said = estimator->fit({rows.features, rows.target, noWeights}, context)->predict(rows.testFeatures).classes;
        },
        [&] { said.clear(); });
    double right = 0;
    for (std::size_t i = 0; i < said.size(); ++i) right += said[i] == rows.testTarget.classes[i];
    outcome.quality = {{"accuracy", right / static_cast<double>(said.size())}};
    outcome.settings = "knn " + params.dump();
    return outcome;
}

Outcome supportVectors(const Rows& rows) {
    return timeFit(rows, "svm", {{"gamma_from", "value"}, {"gamma", 1.0 / 20}, {"calibrate", false}}, accuracy);
}

}  // namespace

std::vector<BenchTask> kernelTasks() {
    using Folder = const std::filesystem::path&;
    constexpr auto kind = Task::Classification;
    constexpr Index all = std::numeric_limits<Index>::max();
    return {{"knn_high", [](Folder folder) { return nearest(cut(loadRows(folder, "img", kind, 255), all, all, 2000)); }},
            {"knn_low", [](Folder folder) { return nearest(cut(loadRows(folder, "clf_tall", kind), 200000, 5, 50000)); }},
            {"naive_bayes",
             [](Folder folder) { return timeFit(loadRows(folder, "clf_tall", kind), "naive-bayes", nlohmann::json::object(), accuracy); }},
            {"svm_rbf", [](Folder folder) { return supportVectors(loadRows(folder, "clf_small", kind)); }},
            {"svm_rbf_20k",
             [](Folder folder) { return supportVectors(cut(loadRows(folder, "clf_tall", kind), 20000, all, 20000)); }}};
}

}  // namespace holdout::bench
