// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/row_filter.h"

#include <nlohmann/json.hpp>

#include "base/format.h"

namespace holdout {

TrainingFrame RowFilter::applyToTraining(TrainingFrame frame, StepNotes&) const {
    return m_kept.size() == frame.table.rows() ? frame : frame.gather(m_kept);
}

nlohmann::json RowFilter::save() const {
    return {{"learnt", m_sentence}};
}

std::shared_ptr<const FittedStep> RowFilter::load(const nlohmann::json& state) {
    return std::make_shared<RowFilter>(std::vector<std::uint32_t>{}, state.at("learnt").get<std::string>());
}

std::string removedSentence(std::size_t before, std::size_t after, std::string_view why) {
    return formatCount(static_cast<std::int64_t>(before - after)) + " of " +
           formatCount(static_cast<std::int64_t>(before)) + " training rows removed: " + std::string(why);
}

}  // namespace holdout
