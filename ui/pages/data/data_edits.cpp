// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/data_edits.h"

#include <algorithm>

#include "prepare/step_columns.h"

namespace holdout {

namespace {

void forget(Roles& roles, const std::string& column) {
    for (std::string* single : {&roles.target, &roles.group, &roles.weight, &roles.fold})
        if (*single == column) single->clear();
    std::erase(roles.ignored, column);
}

bool serves(const ModelInfo& model, Task task) {
    return task == Task::Classification ? model.can.classification : model.can.regression;
}

bool actsOn(const StepSpec& step, const StepInfo& info, const Finding& finding, ColumnType type) {
    if (finding.column.empty()) return true;
    const bool choosesColumns =
        std::any_of(info.params.begin(), info.params.end(), [](const ParamSpec& param) { return param.id == "columns"; });
    if (!choosesColumns) return true;
    const ParamValue value = valueOrFallback(info.params, step.params, "columns");
    const auto* choice = std::get_if<std::string>(&value);
    if (!choice) return false;
    if (isColumnGroup(*choice)) return groupHolds(*choice, type);
    const std::vector<std::string> names = namesIn(*choice);
    return std::find(names.begin(), names.end(), finding.column) != names.end();
}

}  // namespace

void giveRole(ExperimentSpec& spec, const Table& table, const std::string& column, Role role, const Catalog& catalog) {
    Roles& roles = spec.data.roles;
    if (roles.of(column) == role) return;
    forget(roles, column);
    switch (role) {
        case Role::Feature: break;
        case Role::Ignored: roles.ignored.push_back(column); break;
        case Role::Group: roles.group = column; break;
        case Role::Weight: roles.weight = column; break;
        case Role::Fold: roles.fold = column; break;
        case Role::Target: {
            roles.target = column;
            spec.data.task.reset();  // it was said of another column
            if (const auto index = table.indexOf(column)) fitToTask(spec, guessTask(table.column(*index)), catalog);
            break;
        }
    }
}

void fitToTask(ExperimentSpec& spec, Task task, const Catalog& catalog) {
    const ModelInfo* model = catalog.models.find(spec.pipeline.model.id);
    if (!model || !serves(*model, task)) {
        spec.pipeline.model = {task == Task::Classification ? "logistic" : "ridge", {}};
        spec.tune.reset();
    }
    const auto isForeign = [&](const std::string& id) {
        const MetricInfo* metric = catalog.metrics.find(id);
        return !metric || metric->task != task;
    };
    if (std::any_of(spec.metrics.begin(), spec.metrics.end(), isForeign)) spec.metrics.clear();
    if (spec.tune && !spec.tune->metric.empty() && isForeign(spec.tune->metric)) spec.tune->metric.clear();
}

bool isMended(const ExperimentSpec& spec, const Finding& finding, ColumnType type, const Catalog& catalog) {
    const StepInfo* info = catalog.steps.find(finding.remedyStep);
    if (!info) return false;
    const auto& steps = spec.pipeline.prepare;
    return std::any_of(steps.begin(), steps.end(), [&](const StepSpec& step) {
        return step.enabled && step.id == finding.remedyStep && actsOn(step, *info, finding, type);
    });
}

bool isMendable(const ExperimentSpec& spec, const Finding& finding, ColumnType type, const Catalog& catalog) {
    if (finding.remedyStep.empty() || !catalog.steps.find(finding.remedyStep)) return false;
    if (finding.column.empty()) return true;
    return spec.data.roles.of(finding.column) == Role::Feature && (type == ColumnType::Number || type == ColumnType::Category);
}

void addEdit(ExperimentSpec& spec, const EditSpec& edit) {
    spec.data.edits.push_back(edit);
    const ParamValue *from = edit.params.find("column"), *to = edit.params.find("to");
    if (edit.id != "rename" || !from || !to) return;
    const std::string &before = std::get<std::string>(*from), &after = std::get<std::string>(*to);
    Roles& roles = spec.data.roles;
    for (std::string* role : {&roles.target, &roles.group, &roles.weight, &roles.fold})
        if (*role == before) *role = after;
    std::replace(roles.ignored.begin(), roles.ignored.end(), before, after);
}

bool isRemedyTaken(const ExperimentSpec& spec, const Finding& finding) {
    if (finding.remedyRole) return spec.data.roles.of(finding.column) == *finding.remedyRole;
    const auto& edits = spec.data.edits;
    return finding.remedyEdit && std::find(edits.begin(), edits.end(), *finding.remedyEdit) != edits.end();
}

void takeRemedy(ExperimentSpec& spec, const Table& table, const Finding& finding, const Catalog& catalog) {
    if (finding.remedyRole) giveRole(spec, table, finding.column, *finding.remedyRole, catalog);
    if (!finding.remedyEdit) return;
    addEdit(spec, *finding.remedyEdit);
    // Texts are ignored until a person says otherwise; who reads them as numbers wants to learn from them.
    const ParamValue* type = finding.remedyEdit->params.find("type");
    const bool makesNumbers = finding.remedyEdit->id == "derive" || (type && *type == ParamValue(std::string("number")));
    if (!makesNumbers) return;
    const Role role = spec.data.roles.of(finding.column);
    if (role == Role::Ignored) giveRole(spec, table, finding.column, Role::Feature, catalog);
    if (role != Role::Target) return;
    spec.data.task = Task::Regression;  // of classes that were amounts
    fitToTask(spec, Task::Regression, catalog);
}

void addRemedy(ExperimentSpec& spec, const Finding& finding, ColumnType type) {
    StepSpec step{finding.remedyStep, {}, true};
    if (!finding.column.empty()) step.params.set("columns", finding.column);
    if (finding.remedyStep == "impute")
        step.params.set("with", std::string(type == ColumnType::Number ? "median" : "most-frequent"));
    spec.pipeline.prepare.insert(spec.pipeline.prepare.begin(), std::move(step));
}

}  // namespace holdout
