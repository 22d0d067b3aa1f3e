// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_task.h"

#include "npy.h"

namespace holdout::bench {

namespace {

Target targetOf(const Eigen::VectorXd& values, Task task) {
    Target target;
    target.task = task;
    target.name = "y";
    if (task == Task::Regression) {
        target.values = values;
        return target;
    }
    for (const double value : values) target.classes.push_back(static_cast<int>(value));
    for (int k = 0; k <= static_cast<int>(values.maxCoeff()); ++k) target.labels.push_back(std::to_string(k));
    return target;
}

Features featuresOf(Eigen::MatrixXd values, double divisor) {
    Features features{std::move(values), {}};
    if (divisor != 1) features.values /= divisor;
    for (Eigen::Index j = 0; j < features.values.cols(); ++j) features.names.push_back("x" + std::to_string(j));
    return features;
}

}  // namespace

std::unique_ptr<const Estimator> makeEstimator(const std::string& id, const nlohmann::json& params, Task task) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require(id);
    return info.make(Params(info.params, paramsFromJson(info.params, params, id), id), task);
}

Rows loadRows(const std::filesystem::path& folder, const std::string& name, Task task, double divisor) {
    return {featuresOf(readNpy(folder / (name + ".X.npy")), divisor),
            targetOf(readNpy(folder / (name + ".y.npy")).col(0), task),
            featuresOf(readNpy(folder / (name + ".test.X.npy")), divisor),
            targetOf(readNpy(folder / (name + ".test.y.npy")).col(0), task)};
}

Outcome timeFit(const Rows& rows, const std::string& id, const nlohmann::json& params,
                const std::function<nlohmann::json(const Rows&, const Model&)>& score) {
    const auto estimator = makeEstimator(id, params, rows.target.task);
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    std::shared_ptr<const Model> model;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            model = estimator->fit({rows.features, rows.target, noWeights}, context);
        },
        [&] { model.reset(); });
    outcome.quality = score(rows, *model);
    outcome.settings = id + " " + params.dump();
    return outcome;
}

Outcome timePath(const Rows& rows, const std::string& id, const nlohmann::json& params,
                 const std::vector<double>& lambdas,
                 const std::function<nlohmann::json(const Rows&, const Models&)>& score) {
    const auto estimator = makeEstimator(id, params, rows.target.task);
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    Models models;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            models = estimator->path()->fitPath({rows.features, rows.target, noWeights}, lambdas, context);
        },
        [&] { models.clear(); });
    outcome.quality = score(rows, models);
    outcome.settings =
        id + " " + params.dump() + ", one path of " + std::to_string(lambdas.size()) + " values of lambda";
    return outcome;
}

Line lineOf(const Model& model) {
    const Coefficients coefficients = model.coefficients().value();
    return {coefficients.intercepts[0], coefficients.weights.col(0)};
}

double testR2(const Rows& rows, const Line& line) {
    const Eigen::VectorXd& truth = rows.testTarget.values;
    const Eigen::VectorXd residual = truth.array() - line.intercept - (rows.testFeatures.values * line.weights).array();
    return 1 - residual.squaredNorm() / (truth.array() - truth.mean()).square().sum();
}

double testAccuracy(const Rows& rows, const Model& model) {
    const std::vector<int> classes = model.predict(rows.testFeatures).classes;
    double right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == rows.testTarget.classes[i];
    return right / static_cast<double>(classes.size());
}

}  // namespace holdout::bench
