// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/step.h"

namespace holdout {

/// A fitted step that removes rows from training and leaves every other row alone. Which rows stay was decided in
/// `fit`; nothing of it is needed to prepare other rows, so the saved state is the sentence alone.
class RowFilter final : public FittedStep {
public:
    /// `kept`: ascending positions in the frame that the step was fitted on.
    RowFilter(std::vector<std::uint32_t> kept, std::string sentence)
        : m_kept(std::move(kept)), m_sentence(std::move(sentence)) {}

    Table apply(const Table& table, StepNotes&) const override { return table; }
    TrainingFrame applyToTraining(TrainingFrame frame, StepNotes& notes) const override;
    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return {m_sentence}; }
    nlohmann::json save() const override;
    static std::shared_ptr<const FittedStep> load(const nlohmann::json& state);

private:
    std::vector<std::uint32_t> m_kept;
    std::string m_sentence;
};

/// "12 of 1,309 training rows removed: …"
std::string removedSentence(std::size_t before, std::size_t after, std::string_view why);

}  // namespace holdout
