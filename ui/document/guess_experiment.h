// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/profile.h"
#include "experiment/experiment_spec.h"

namespace holdout {

/// What is known of a file before it is read (a sample's description).
struct DataHint {
    std::string target;
    std::optional<Task> task;
    std::vector<std::string> ignored;
    bool guessRest = false;            ///< the target is the person's choice, and the rest is guessed as without a hint
    std::optional<SealedSpec> sealed;  ///< rows set aside before anything is shown or summarised
};

/// A first experiment for a table that nobody has said anything about, and in words what was decided.
struct Guess {
    ExperimentSpec spec;
    std::vector<std::string> notes;
};

/// The column that is probably meant to be predicted: one with a usual name ("target", "survived") or one that ends like
/// it ("sale_price"), else the last unless it is text, a date, an identifier or a coordinate; then the last category with
/// few levels, else the last number.
/// Empty when no column will do.
std::string guessTarget(const Table& table, const TableProfile& profile);

/// Columns that tell rows apart rather than say something of them: texts, dates, and categories or whole numbers that
/// are different in (nearly) every row and are named or placed like an identifier.
std::vector<std::string> guessIgnored(const Table& table, const TableProfile& profile, const std::string& target);

/// The steps that the feature columns of `data` need.
std::vector<StepSpec> recipeFor(const Table& table, const Roles& roles);

Guess guessExperiment(const ReadResult& data, const TableProfile& profile, const std::string& source, const DataHint& hint);

}  // namespace holdout
