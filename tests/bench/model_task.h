// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "model/model.h"
#include "task.h"

namespace holdout::bench {

/// A peers' data set: rows to fit and rows to score.
struct Rows {
    Features features;
    Target target;
    Features testFeatures;
    Target testTarget;
};

/// NAME.X.npy and its fellows. Values of features are divided by `divisor`.
Rows loadRows(const std::filesystem::path& folder, const std::string& name, Task task, double divisor = 1);

/// Times `fit` of the model `id` with `params` alone and scores its last answer outside the clock.
Outcome timeFit(const Rows& rows, const std::string& id, const nlohmann::json& params,
                const std::function<nlohmann::json(const Rows&, const Model&)>& score);

/// A registered model with parameters as a specification writes them.
std::unique_ptr<const Estimator> makeEstimator(const std::string& id, const nlohmann::json& params, Task task);

using Models = std::vector<std::shared_ptr<const Model>>;
/// The same of a path: the models of all `lambdas` in one pass.
Outcome timePath(const Rows& rows, const std::string& id, const nlohmann::json& params,
                 const std::vector<double>& lambdas,
                 const std::function<nlohmann::json(const Rows&, const Models&)>& score);

/// Intercept and weights of the model's only output.
struct Line {
    double intercept = 0;
    Eigen::VectorXd weights;
};
Line lineOf(const Model& model);
double testR2(const Rows& rows, const Line& line);
double testAccuracy(const Rows& rows, const Model& model);

}  // namespace holdout::bench
