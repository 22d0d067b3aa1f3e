// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "model_task.h"

namespace holdout::bench {

namespace {

using Eigen::Index;

/// Mean of squares plus penalty |w|^2 / n, as the peers' scorer counts it, and R² on the test rows.
nlohmann::json leastSquaresScore(const Rows& rows, const Model& model, double penalty) {
    const Line line = lineOf(model);
    const Eigen::VectorXd residual =
        rows.target.values.array() - line.intercept - (rows.features.values * line.weights).array();
    const double objective = residual.squaredNorm() + penalty * line.weights.squaredNorm();
    return {{"objective", objective / static_cast<double>(residual.size())}, {"r2", testR2(rows, line)}};
}

Outcome ols(const std::filesystem::path& folder) {
    return timeFit(loadRows(folder, "reg_tall", Task::Regression), "linear", nlohmann::json::object(),
                   [](const Rows& rows, const Model& model) { return leastSquaresScore(rows, model, 0); });
}

/// alpha = 1 on the sum of squares is lambda = 1 / n on half their mean.
Outcome ridge(const std::filesystem::path& folder) {
    const Rows rows = loadRows(folder, "reg_mid", Task::Regression);
    return timeFit(rows, "ridge", {{"lambda", 1.0 / static_cast<double>(rows.target.size())}},
                   [](const Rows& data, const Model& model) { return leastSquaresScore(data, model, 1); });
}

/// 100 penalties, log-spaced from the smallest that zeroes every coefficient down to `ratio` times it.
std::vector<double> lassoGrid(const Rows& rows, double ratio) {
    constexpr int count = 100;
    const Eigen::VectorXd centred = rows.target.values.array() - rows.target.values.mean();
    const double largest =
        (rows.features.values.transpose() * centred).cwiseAbs().maxCoeff() / static_cast<double>(centred.size());
    std::vector<double> lambdas(count);
    for (int i = 0; i < count; ++i)
        lambdas[static_cast<std::size_t>(i)] = largest * std::pow(ratio, static_cast<double>(i) / (count - 1));
    return lambdas;
}

/// As the peers' scorer: mean objective over the path, its worst duality gap as a part of the null model's objective,
/// best R² on the test rows.
nlohmann::json lassoScore(const Rows& rows, const std::vector<double>& lambdas, const Models& models) {
    const Eigen::MatrixXd x = rows.features.values.rowwise() - rows.features.values.colwise().mean();
    const Eigen::VectorXd y = rows.target.values.array() - rows.target.values.mean();
    const auto n = static_cast<double>(y.size());
    const double null = y.squaredNorm() / (2 * n);
    double sum = 0, worst = 0, best = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < lambdas.size(); ++k) {
        const Line line = lineOf(*models[k]);
        const Eigen::VectorXd residual = y - x * line.weights;
        const double objective = residual.squaredNorm() / (2 * n) + lambdas[k] * line.weights.lpNorm<1>();
        const double scale = std::min(1.0, n * lambdas[k] / (x.transpose() * residual).cwiseAbs().maxCoeff());
        const double dual = null - (y - scale * residual).squaredNorm() / (2 * n);
        sum += objective;
        worst = std::max(worst, (objective - dual) / null);
        best = std::max(best, testR2(rows, line));
    }
    return {{"objective", sum / static_cast<double>(lambdas.size())}, {"gap", worst}, {"r2", best}};
}

Outcome lassoPath(const std::filesystem::path& folder, const std::string& name, double ratio) {
    const Rows rows = loadRows(folder, name, Task::Regression);
    const std::vector<double> lambdas = lassoGrid(rows, ratio);
    return timePath(rows, "lasso", lambdas,
                    [&](const Rows& data, const Models& models) { return lassoScore(data, lambdas, models); });
}

/// Log of the probability that the model gives to each row's own class.
Eigen::VectorXd logProbabilities(const Coefficients& coefficients, const Features& features, const Target& target) {
    Eigen::MatrixXd scores = (features.values * coefficients.weights).rowwise() + coefficients.intercepts.transpose();
    if (scores.cols() == 1) {  // two classes: the first one's score is 0
        scores.conservativeResize(Eigen::NoChange, 2);
        scores.col(1).swap(scores.col(0));
        scores.col(0).setZero();
    }
    const Eigen::VectorXd largest = scores.rowwise().maxCoeff();
    Eigen::VectorXd result = -((scores.colwise() - largest).array().exp().rowwise().sum().log() + largest.array());
    for (Index i = 0; i < result.size(); ++i) result[i] += scores(i, target.classes[static_cast<std::size_t>(i)]);
    return result;
}

/// The peers' objective at C = 1 and, on the test rows, log loss and accuracy.
nlohmann::json logisticScore(const Rows& rows, const Model& model) {
    const Coefficients coefficients = model.coefficients().value();
    const double penalty = coefficients.weights.squaredNorm() / (2 * static_cast<double>(rows.target.size()));
    return {{"objective", penalty - logProbabilities(coefficients, rows.features, rows.target).mean()},
            {"logloss", -logProbabilities(coefficients, rows.testFeatures, rows.testTarget).mean()},
            {"accuracy", testAccuracy(rows, model)}};
}

/// C = 1 on the sum of losses is lambda = 1 / n on their mean.
Outcome logisticRegression(const std::filesystem::path& folder, const std::string& name) {
    const Rows rows = loadRows(folder, name, Task::Classification);
    return timeFit(rows, "logistic", {{"lambda", 1.0 / static_cast<double>(rows.target.size())}}, logisticScore);
}

}  // namespace

std::vector<BenchTask> linearTasks() {
    using Folder = const std::filesystem::path&;
    return {{"ols", ols},
            {"ridge", ridge},
            {"lasso_path_wide", [](Folder folder) { return lassoPath(folder, "reg_wide", 1e-2); }},
            {"lasso_path_tall", [](Folder folder) { return lassoPath(folder, "reg_mid", 1e-3); }},
            {"logistic", [](Folder folder) { return logisticRegression(folder, "clf_tall"); }},
            {"multinomial", [](Folder folder) { return logisticRegression(folder, "clf_mid"); }}};
}

}  // namespace holdout::bench
