// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model.h"

#include <algorithm>

#include "base/format.h"

namespace holdout {

std::string ModelInfo::refusal(Task task, bool weighted) const {
    const std::string name(label);
    if (task == Task::Classification && !can.classification)
        return name + " predicts numbers, not classes: choose a number as the target, or another model.";
    if (task == Task::Regression && !can.regression)
        return name + " predicts classes, not numbers: choose a category as the target, or another model.";
    if (weighted && !can.weights)
        return name + " cannot take row weights: take the weight role off its column, or choose another model.";
    return {};
}

Features ModelInfo::accepted(Features features) const {
    return can.sparse ? std::move(features) : dense(std::move(features));
}

const ModelInfo* ModelRegistry::find(std::string_view id) const {
    const auto found =
        std::find_if(m_models.begin(), m_models.end(), [&](const ModelInfo& info) { return info.id == id; });
    return found == m_models.end() ? nullptr : &*found;
}

const ModelInfo& ModelRegistry::require(std::string_view id) const {
    if (const ModelInfo* info = find(id)) return *info;
    std::vector<std::string_view> known;
    std::string all;
    for (const ModelInfo& info : m_models) {
        known.push_back(info.id);
        all += (all.empty() ? "" : ", ") + std::string(info.id);
    }
    const std::string near = nearest(id, known);
    throw Error("There is no model named " + std::string(id) + ".", {.parameter = "model"},
                (near.empty() ? "" : "Did you mean " + near + "? ") + "There are: " + all + ".");
}

}  // namespace holdout
