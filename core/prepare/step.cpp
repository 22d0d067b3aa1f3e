// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/step.h"

#include "base/lookup.h"
#include "data/column_choice.h"

namespace holdout {

TrainingFrame TrainingFrame::gather(std::span<const std::uint32_t> chosen) const {
    TrainingFrame part{table.gather(chosen), target.gather(chosen), {}, {}};
    part.rows.reserve(chosen.size());
    for (const std::uint32_t position : chosen) part.rows.push_back(rows[position]);
    part.added = static_cast<std::size_t>(
        std::ranges::count_if(chosen, [&](std::uint32_t position) { return position >= rows.size() - added; }));
    if (!positions.empty())
        for (const std::uint32_t position : chosen) part.positions.push_back(positions[position]);
    if (weights.size() > 0) {
        part.weights.resize(static_cast<Eigen::Index>(chosen.size()));
        for (std::size_t i = 0; i < chosen.size(); ++i)
            part.weights[static_cast<Eigen::Index>(i)] = weights[static_cast<Eigen::Index>(chosen[i])];
    }
    return part;
}

TrainingFrame FittedStep::applyToTraining(TrainingFrame frame, StepNotes& notes) const {
    frame.table = apply(frame.table, notes);
    return frame;
}

const StepInfo* StepRegistry::find(std::string_view id) const {
    return findById(m_steps, id);
}

const StepInfo& StepRegistry::require(std::string_view id) const {
    return requireById(m_steps, id, "step");
}

std::vector<std::size_t> chosenColumns(const Table& table, std::string_view choice, std::string_view step) {
    return columnsOfChoice(table, choice, step);
}

std::string_view stepGroupName(StepGroup group) {
    switch (group) {
        case StepGroup::Missing:
            return "Missing cells";
        case StepGroup::Rows:
            return "Rows and outliers";
        case StepGroup::Numbers:
            return "Numbers";
        case StepGroup::Categories:
            return "Categories and dates";
        case StepGroup::TextsImages:
            return "Texts and images";
        case StepGroup::Features:
            return "Features together";
        case StepGroup::Augment:
            return "More training rows";
    }
    return {};
}

}  // namespace holdout
