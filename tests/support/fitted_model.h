// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "training_data.h"

namespace holdout::testing {

/// A registered model fitted with parameters as a specification writes them.
inline std::shared_ptr<const Model> fitModel(std::string_view id, const TrainingData& data,
                                             const nlohmann::json& params, JobContext context) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require(id);
    const Params checked(info.params, paramsFromJson(info.params, params, id), id);
    return info.make(checked, data.target.task)->fit(data.set(), context);
}

inline std::shared_ptr<const Model> fitModel(std::string_view id, const TrainingData& data,
                                             const nlohmann::json& params = nlohmann::json::object()) {
    SilentProgress silent;
    return fitModel(id, data, params, JobContext{{}, {}, silent, Seed{7}});
}

/// The part of the rows whose class is predicted, or R².
inline double score(const Model& model, const TrainingData& data) {
    const Predictions said = model.predict(data.features);
    if (data.target.task == Task::Regression) {
        const Eigen::VectorXd& truth = data.target.values;
        return 1 - (said.values - truth).squaredNorm() / (truth.array() - truth.mean()).square().sum();
    }
    double right = 0;
    for (std::size_t i = 0; i < said.classes.size(); ++i) right += said.classes[i] == data.target.classes[i];
    return right / static_cast<double>(said.classes.size());
}

}  // namespace holdout::testing
