// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "base/format.h"

namespace holdout {
namespace {

void checkRoles(const Table& table, const Roles& roles) {
    if (roles.target.empty())
        throw Error("No target is chosen.", {.parameter = "target"}, "Choose the column that is to be predicted.");
    requireColumn(table, roles.target, "target");
    for (const std::string& name : roles.ignored) requireColumn(table, name, "ignore");
    const std::pair<const std::string&, const char*> others[] = {
        {roles.group, "group"}, {roles.weight, "weight"}, {roles.fold, "fold"}};
    for (const auto& [name, parameter] : others) {
        if (name.empty()) continue;
        requireColumn(table, name, parameter);
        if (name == roles.target)
            throw Error("The target column cannot be the " + std::string(parameter) + " column too.",
                        {.column = name, .parameter = parameter}, "Choose another column for one of the two.");
    }
}

/// Rows whose target is known; the others are counted in a warning.
RowIds knownRows(const Column& target, Warnings& warnings) {
    RowIds rows;
    rows.reserve(target.rows() - target.missing().count());
    for (std::size_t row = 0; row < target.rows(); ++row)
        if (!target.isMissing(row)) rows.push_back(static_cast<RowId>(row));
    if (rows.empty())
        throw Error(target.rows() == 0 ? "The table has no rows." : "Every value of the target is missing.",
                    {.column = target.name()}, "Choose another target.");
    if (const std::size_t left = target.missing().count(); left > 0)
        warnings.push_back({formatCount(left, "row is", "rows are") + " left out because the target is missing there.",
                            {.column = target.name()}});
    return rows;
}

void checkFinite(const Column& column) {
    if (column.type() != ColumnType::Number) return;
    const std::span<const double> values = column.numbers();
    for (std::size_t row = 0; row < values.size(); ++row)
        if (!std::isfinite(values[row]) && !column.isMissing(row))
            throw Error("The value is infinite.", {.row = static_cast<std::int64_t>(row) + 1, .column = column.name()},
                        "Correct the cell, or mark its text as missing.");
}

Target regressionTarget(const Column& column, const RowIds& rows) {
    if (column.type() != ColumnType::Number)
        throw Error("The target of a regression must be numeric; this column holds " +
                        std::string(column.type() == ColumnType::Category   ? "categories"
                                    : column.type() == ColumnType::DateTime ? "dates"
                                                                            : "text") +
                        ".",
                    {.column = column.name()}, "Choose classification, another target, or change the column's type.");
    checkFinite(column);
    Target target;
    target.task = Task::Regression;
    target.name = column.name();
    target.values.resize(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        target.values[static_cast<Eigen::Index>(i)] = column.numbers()[rows[i]];
    return target;
}

/// Levels that occur, in natural order, whatever order the column's own levels have.
Target classificationTarget(const ColumnPtr& column, const RowIds& rows) {
    std::size_t lost = 0;
    const ColumnPtr categories = retyped(column, ColumnType::Category, lost);
    const std::vector<std::string>& levels = categories->levels();
    std::vector<bool> seen(levels.size());
    for (const RowId row : rows) seen[categories->codes()[row]] = true;
    std::vector<std::size_t> present;
    for (std::size_t i = 0; i < levels.size(); ++i)
        if (seen[i]) present.push_back(i);
    std::sort(present.begin(), present.end(),
              [&](std::size_t a, std::size_t b) { return naturalLess(levels[a], levels[b]); });
    Target target;
    target.task = Task::Classification;
    target.name = column->name();
    std::vector<int> classOf(levels.size(), -1);
    for (const std::size_t level : present) {
        classOf[level] = static_cast<int>(target.labels.size());
        target.labels.push_back(levels[level]);
    }
    if (target.labels.size() == 1)
        throw Error("Every row has the same class, \"" + target.labels.front() + "\".", {.column = column->name()},
                    "Choose a target with two classes or more.");
    target.classes.reserve(rows.size());
    for (const RowId row : rows) target.classes.push_back(classOf[categories->codes()[row]]);
    return target;
}

Eigen::VectorXd readWeights(const Column& column, const RowIds& rows) {
    if (column.type() != ColumnType::Number)
        throw Error("Weights must be numbers.", {.column = column.name(), .parameter = "weight"},
                    "Choose a numeric column.");
    Eigen::VectorXd weights(static_cast<Eigen::Index>(rows.size()));
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double weight = column.numbers()[rows[i]];
        const bool missing = column.isMissing(rows[i]);
        if (missing || !(weight >= 0) || std::isinf(weight))
            throw Error(missing ? "The weight is missing."
                                : "The weight is " + formatNumber(weight) + "; weights are 0 or more, and finite.",
                        {.row = static_cast<std::int64_t>(rows[i]) + 1, .column = column.name()},
                        "Correct the cell, or remove the row.");
        weights[static_cast<Eigen::Index>(i)] = weight;
        sum += weight;
    }
    if (sum <= 0)
        throw Error("All weights are 0.", {.column = column.name(), .parameter = "weight"}, "Choose another column.");
    return weights;
}

ColumnPtr roleColumn(const Table& table, const std::string& name, const RowIds& rows) {
    return name.empty() ? nullptr : table.column(*table.indexOf(name)).gather(rows);
}

}  // namespace

std::string_view taskName(Task task) {
    return task == Task::Classification ? "classification" : "regression";
}

std::string_view roleName(Role role) {
    constexpr std::string_view names[] = {"feature", "target", "ignored", "group", "weight", "fold"};
    return names[static_cast<std::size_t>(role)];
}

Role Roles::of(std::string_view column) const {
    if (column == target) return Role::Target;
    if (!weight.empty() && column == weight) return Role::Weight;
    if (!fold.empty() && column == fold) return Role::Fold;
    if (!group.empty() && column == group) return Role::Group;
    return std::find(ignored.begin(), ignored.end(), column) != ignored.end() ? Role::Ignored : Role::Feature;
}

Target Target::gather(std::span<const std::uint32_t> positions) const {
    Target result;
    result.task = task;
    result.name = name;
    result.labels = labels;
    if (task == Task::Regression) {
        result.values.resize(static_cast<Eigen::Index>(positions.size()));
        for (std::size_t i = 0; i < positions.size(); ++i)
            result.values[static_cast<Eigen::Index>(i)] = values[static_cast<Eigen::Index>(positions[i])];
    } else {
        result.classes.reserve(positions.size());
        for (const std::uint32_t position : positions) result.classes.push_back(classes[position]);
    }
    return result;
}

Task guessTask(const Column& target) {
    if (target.type() == ColumnType::DateTime) return Task::Regression;
    if (target.type() != ColumnType::Number) return Task::Classification;
    constexpr std::size_t MostClasses = 20;
    constexpr std::size_t RowsPerClass = 30;
    std::vector<double> distinct;
    const auto values = target.numbers();
    // The last two that were looked up: pages ask this of millions of rows, most often of zeros and ones.
    double latest = std::numeric_limits<double>::quiet_NaN(), before = latest;
    for (std::size_t row = 0; row < values.size(); ++row) {
        const double value = values[row];
        if (value == latest || value == before || target.isMissing(row)) continue;
        before = std::exchange(latest, value);
        if (value != std::floor(value) || std::isinf(value)) return Task::Regression;
        const auto place = std::lower_bound(distinct.begin(), distinct.end(), value);
        if (place != distinct.end() && *place == value) continue;
        if (distinct.size() == MostClasses) return Task::Regression;
        distinct.insert(place, value);
    }
    const std::size_t known = target.rows() - target.missing().count();
    // Two values are a yes and a no in any table, however short.
    return distinct.size() <= 2 || known >= RowsPerClass * distinct.size() ? Task::Classification : Task::Regression;
}

Dataset makeDataset(const Table& table, const Roles& roles, std::optional<Task> task) {
    checkRoles(table, roles);
    const ColumnPtr& target = table.columnPtr(*table.indexOf(roles.target));
    Dataset dataset;
    dataset.rows = knownRows(*target, dataset.warnings);
    const Task chosen = task.value_or(guessTask(*target));
    dataset.target = chosen == Task::Regression ? regressionTarget(*target, dataset.rows)
                                                : classificationTarget(target, dataset.rows);
    const bool all = dataset.rows.size() == table.rows();
    std::vector<ColumnPtr> features;
    for (const ColumnPtr& column : table.columns()) {
        if (roles.of(column->name()) != Role::Feature) continue;
        checkFinite(*column);
        features.push_back(all ? column : column->gather(dataset.rows));
    }
    dataset.features = Table(std::move(features), dataset.rows.size());
    if (!roles.weight.empty()) dataset.weights = readWeights(table.column(*table.indexOf(roles.weight)), dataset.rows);
    dataset.groups = roleColumn(table, roles.group, dataset.rows);
    dataset.folds = roleColumn(table, roles.fold, dataset.rows);
    return dataset;
}

}  // namespace holdout
