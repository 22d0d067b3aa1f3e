// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "data/dataset.h"
#include "param/param_set.h"

namespace holdout {

/// Rows to learn from, on their way through a recipe. Row i of all parts is row rows[i] of the table
/// that was read: steps that drop rows drop them from every part.
struct TrainingFrame {
    Table table;
    Target target;
    Eigen::VectorXd weights;  ///< empty when all are 1
    RowIds rows;
    /// How many rows, the last ones, augmenting steps have added. Each has the RowId of the row that it was made of.
    std::size_t added = 0;
    /// Where each row, or the one that it was made of, stood before the first augmenting step; empty until there was one.
    std::vector<std::uint32_t> positions = {};

    /// Requires ascending positions when rows were added.
    TrainingFrame gather(std::span<const std::uint32_t> positions) const;
};

/// What applying a step met that a person should know (unseen categories, values left missing).
struct StepNotes {
    Warnings warnings;
};

class Augmentation;

/// What a step learnt. Immutable; threads may share it.
class FittedStep {
public:
    virtual ~FittedStep() = default;

    /// For rows of any origin. Never removes or reorders rows. Requires the columns that `fit` saw.
    virtual Table apply(const Table& table, StepNotes& notes) const = 0;

    /// For the rows that it was fitted on. Steps that remove or add rows do so here, and only here.
    virtual TrainingFrame applyToTraining(TrainingFrame frame, StepNotes& notes) const;
    /// Itself, when it is a step that adds rows (prepare/augmentation.h); else null.
    virtual const Augmentation* augmentation() const { return nullptr; }

    /// Whether every column that keeps its name keeps its unit, and no column that is made is an amount of a column in
    /// another unit: what was scaled before the step can be told in the units from before. Cells that it fills, clips
    /// or drops do not matter.
    virtual bool keepsUnits() const { return false; }

    /// What was learnt, in a sentence: "age: median 28".
    virtual std::vector<std::string> learnt() const = 0;

    /// State for a saved model; Step::load reads it back.
    virtual nlohmann::json save() const = 0;
};

/// A way of preparing columns, not yet fitted. Immutable.
class Step {
public:
    virtual ~Step() = default;
    /// Learns from training rows only. `notes` takes what the person should know of what was learnt (a constant
    /// column). Throws Error.
    virtual std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                                  JobContext& context) const = 0;
    /// Reads back what FittedStep::save wrote: the same output to the last bit.
    virtual std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const = 0;
};

/// What StepInfo::make is for most steps.
template <typename S>
std::unique_ptr<const Step> makeStep(const Params& params) {
    return std::make_unique<S>(params);
}

/// What a step is for: under which heading menus list it.
enum class StepGroup { Missing, Rows, Numbers, Categories, TextsImages, Features, Augment };
/// "Missing cells", "Rows and outliers", …
std::string_view stepGroupName(StepGroup group);

/// What the registry knows of a step.
struct StepInfo {
    std::string_view id;
    std::string_view label;
    StepGroup group;
    std::string_view sentence;  ///< what it does, for a newcomer
    ParamSpecs params;
    std::unique_ptr<const Step> (*make)(const Params& params);
};

/// The steps that this program knows, in the order of the menu, each group together. Built by `builtinSteps()`.
class StepRegistry {
public:
    explicit StepRegistry(std::vector<StepInfo> steps) : m_steps(std::move(steps)) {}
    const std::vector<StepInfo>& all() const { return m_steps; }
    const StepInfo* find(std::string_view id) const;
    /// Throws Error that proposes the nearest id.
    const StepInfo& require(std::string_view id) const;

private:
    std::vector<StepInfo> m_steps;
};

StepRegistry builtinSteps();

/// The columns that a ColumnChoice text names, as ascending indices into `table`. Throws Error when a name is unknown.
std::vector<std::size_t> chosenColumns(const Table& table, std::string_view choice, std::string_view step);

}  // namespace holdout
