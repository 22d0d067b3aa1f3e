// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "prepare/recipe.h"

// What tests of single preparation steps share.
namespace holdout::test {

inline MissingMask missingAt(std::size_t rows, std::initializer_list<std::size_t> places) {
    MissingMask mask(rows);
    for (const std::size_t row : places) mask.set(row);
    return mask;
}

/// Training rows 0 … n - 1 of `table`. Without `target`, a regression target of zeros.
inline TrainingFrame frameOf(Table table, Target target = {}) {
    TrainingFrame frame{std::move(table), std::move(target), {}, {}};
    if (frame.target.size() == 0) {
        frame.target = {.task = Task::Regression, .name = "y"};
        frame.target.values.setZero(static_cast<Eigen::Index>(frame.table.rows()));
    }
    frame.rows.resize(frame.table.rows());
    std::iota(frame.rows.begin(), frame.rows.end(), 0U);
    return frame;
}

inline Target classes(std::vector<int> values, std::vector<std::string> labels) {
    return {.task = Task::Classification,
            .name = "y",
            .values = {},
            .classes = std::move(values),
            .labels = std::move(labels)};
}

inline Target numbers(std::vector<double> values) {
    Target target{.task = Task::Regression, .name = "y"};
    target.values = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    return target;
}

/// A step fitted on a frame; `step` as a specification writes it.
struct FittedCase {
    std::shared_ptr<const FittedStep> fitted;
    StepNotes notes;

    Table apply(const Table& table) { return fitted->apply(table, notes); }
    std::vector<double> column(const Table& table, std::string_view name) {
        const Table prepared = apply(table);
        const auto values = prepared.column(prepared.indexOf(name).value()).numbers();
        return {values.begin(), values.end()};
    }
};

inline FittedCase fitStep(const nlohmann::json& step, const TrainingFrame& frame, Seed seed = Seed{1}) {
    const StepRegistry registry = builtinSteps();
    const StepSpec spec = stepFromJson(step, registry);
    const StepInfo& info = registry.require(spec.id);
    SilentProgress progress;
    JobContext context{{}, {}, progress, seed};
    FittedCase fitted;
    fitted.fitted = info.make(Params(info.params, spec.params, info.id))->fit(frame, fitted.notes, context);
    return fitted;
}

inline FittedCase fitStep(const nlohmann::json& step, const Table& table) {
    return fitStep(step, frameOf(table));
}

/// What `fitted` wrote, read back by the step `id`.
inline std::shared_ptr<const FittedStep> saveAndLoad(std::string_view id, const FittedStep& fitted) {
    const StepRegistry registry = builtinSteps();
    const StepInfo& info = registry.require(id);
    return info.make(Params(info.params, {}, info.id))->load(nlohmann::json::parse(fitted.save().dump()));
}

inline std::vector<std::string> names(const Table& table) {
    std::vector<std::string> all;
    for (const ColumnPtr& column : table.columns()) all.push_back(column->name());
    return all;
}

/// The error that `work` throws; an exception when it throws none.
template <typename Work>
Error errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no error was thrown");
}

}  // namespace holdout::test
