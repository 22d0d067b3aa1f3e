// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "prepare/recipe.h"

namespace holdout {

/// A fitted recipe and the model trained on what it makes: the unit that predicts from raw rows, is saved,
/// and is deployed. Immutable; threads may share it.
class FittedPipeline {
public:
    FittedPipeline(std::shared_ptr<const FittedRecipe> recipe, const ModelInfo& info, std::shared_ptr<const Model> model,
                   Task task, std::string targetName, std::vector<std::string> labels);

    Predictions predict(const Table& rows, StepNotes& notes) const;
    /// What the model is given for these rows.
    Features features(const Table& rows, StepNotes& notes) const;

    const FittedRecipe& recipe() const { return *m_recipe; }
    const Model& model() const { return *m_model; }
    const std::string& modelId() const { return m_id; }
    Task task() const { return m_task; }
    const std::string& targetName() const { return m_targetName; }
    const std::vector<std::string>& labels() const { return m_labels; }

    nlohmann::json save() const;
    static std::shared_ptr<const FittedPipeline> load(const nlohmann::json& state, const StepRegistry& steps,
                                                      const ModelRegistry& models);

private:
    std::shared_ptr<const FittedRecipe> m_recipe;
    ModelInfo m_info;
    std::string m_id;
    std::shared_ptr<const Model> m_model;
    Task m_task;
    std::string m_targetName;
    std::vector<std::string> m_labels;
};

}  // namespace holdout
