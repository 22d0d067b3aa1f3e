// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "prepare/step.h"

namespace holdout {

/// A way of making training rows of training rows. Immutable; threads may share it.
class Augmenter {
public:
    virtual ~Augmenter() = default;
    /// New rows made of those of `frame`, by `context.seed`: the same bits for the same frame and seed, on any number
    /// of threads. Each has the columns of `frame`, the RowId of the row that it was made of, and in `positions` where
    /// that row stands in `frame`. Throws Error, Cancelled.
    virtual TrainingFrame added(const TrainingFrame& frame, JobContext& context) const = 0;
    /// "SMOTE", "changed copies of pictures": what the rows are, for the ledger.
    virtual std::string what() const = 0;
};

/// The fitted form of every augmenting step: adds rows below those of training, and leaves every other row alone. What
/// is added was made in `fit`; nothing of it is needed to prepare other rows, so the saved state is the sentence alone.
class Augmentation final : public FittedStep {
public:
    /// Makes the rows that are added once. Throws as Augmenter::added does.
    static std::shared_ptr<const Augmentation> fit(std::shared_ptr<const Augmenter> augmenter,
                                                   const TrainingFrame& training, JobContext& context);
    static std::shared_ptr<const FittedStep> load(const nlohmann::json& state);

    Table apply(const Table& table, StepNotes&) const override { return table; }
    TrainingFrame applyToTraining(TrainingFrame frame, StepNotes& notes) const override;
    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return {m_sentence}; }
    nlohmann::json save() const override;
    const Augmentation* augmentation() const override { return this; }

    /// What is added to `frame` in one epoch. Requires a step that was fitted, not loaded.
    TrainingFrame added(const TrainingFrame& frame, std::int64_t epoch, const JobContext& context) const;

    Augmentation(std::shared_ptr<const Augmenter> augmenter, Seed seed, TrainingFrame added, std::string sentence)
        : m_augmenter(std::move(augmenter)), m_seed(seed), m_added(std::move(added)), m_sentence(std::move(sentence)) {}

private:
    std::shared_ptr<const Augmenter> m_augmenter;
    Seed m_seed;
    TrainingFrame m_added;
    std::string m_sentence;
};

/// What all augmenting steps share: each sets its augmenter when it is made.
class AugmentingStep : public Step {
public:
    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&, JobContext& context) const final {
        return Augmentation::fit(m_augmenter, training, context);
    }
    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const final { return Augmentation::load(state); }

protected:
    std::shared_ptr<const Augmenter> m_augmenter;
};

/// The rows of `frame` at `origins` (in any order, with repeats), as Augmenter::added gives them back: to be changed.
TrainingFrame copiesOf(const TrainingFrame& frame, std::vector<std::uint32_t> origins);

/// `frame` with the rows of `added` below its own; `added.positions` say of which rows of `frame` they were made.
TrainingFrame withAdded(TrainingFrame frame, const TrainingFrame& added);

}  // namespace holdout
