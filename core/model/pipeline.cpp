// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/pipeline.h"

#include <nlohmann/json.hpp>

namespace holdout {
namespace {

constexpr int kFormat = 1;

Task taskFromName(const std::string& name) {
    for (const Task task : {Task::Classification, Task::Regression})
        if (taskName(task) == name) return task;
    throw Error("The saved model is for the task " + name + ", which this program does not know.", {},
                "It may come from a newer version: install that one, or train the model again.");
}

}  // namespace

FittedPipeline::FittedPipeline(std::shared_ptr<const FittedRecipe> recipe, const ModelInfo& info,
                               std::shared_ptr<const Model> model, Task task, std::string targetName,
                               std::vector<std::string> labels)
    : m_recipe(std::move(recipe)),
      m_info(info),
      m_id(info.id),
      m_model(std::move(model)),
      m_task(task),
      m_targetName(std::move(targetName)),
      m_labels(std::move(labels)) {
}

Predictions FittedPipeline::predict(const Table& rows, StepNotes& notes) const {
    return m_model->predict(features(rows, notes));
}

Features FittedPipeline::features(const Table& rows, StepNotes& notes) const {
    return m_info.accepted(m_recipe->apply(rows, notes));
}

nlohmann::json FittedPipeline::save() const {
    return {{"format", kFormat},          {"task", taskName(m_task)},
            {"target", m_targetName},     {"labels", m_labels},
            {"recipe", m_recipe->save()}, {"model", {{"id", m_id}, {"state", m_model->save()}}}};
}

std::shared_ptr<const FittedPipeline> FittedPipeline::load(const nlohmann::json& state, const StepRegistry& steps,
                                                           const ModelRegistry& models) {
    try {
        if (state.at("format").get<int>() > kFormat)
            throw Error("The saved model has a newer format than this program reads.", {}, "Install a newer version.");
        const nlohmann::json& model = state.at("model");
        const ModelInfo& info = models.require(model.at("id").get<std::string>());
        return std::make_shared<FittedPipeline>(
            FittedRecipe::load(state.at("recipe"), steps), info, info.load(model.at("state")),
            taskFromName(state.at("task").get<std::string>()), state.at("target").get<std::string>(),
            state.at("labels").get<std::vector<std::string>>());
    } catch (const nlohmann::json::exception& damage) {
        throw Error(std::string("The saved model is damaged: ") + damage.what() + ".", {},
                    "Save it again from the project that it was trained in.");
    }
}

}  // namespace holdout
