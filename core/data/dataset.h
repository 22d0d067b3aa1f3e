// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "data/table.h"

namespace holdout {

enum class Task { Classification, Regression };
std::string_view taskName(Task task);  ///< "classification", "regression"

/// What a column is for.
enum class Role { Feature, Target, Ignored, Group, Weight, Fold };
std::string_view roleName(Role role);  ///< "feature", "target", …

/// Column names by role; every column named nowhere is a feature.
struct Roles {
    std::string target;
    std::vector<std::string> ignored;
    std::string group;
    std::string weight;
    std::string fold;

    Role of(std::string_view column) const;
    bool operator==(const Roles&) const = default;
};

/// The known answers. Regression: `values`. Classification: `classes` index `labels`, which are in natural
/// sort order; with two labels the second is the positive one.
struct Target {
    Task task = Task::Classification;
    std::string name;
    Eigen::VectorXd values;
    std::vector<int> classes;
    std::vector<std::string> labels;

    std::size_t size() const {
        return task == Task::Regression ? static_cast<std::size_t>(values.size()) : classes.size();
    }
    int classCount() const { return static_cast<int>(labels.size()); }
    Target gather(std::span<const std::uint32_t> positions) const;
};

/// A table with roles, whose target is known in every row. Rows with a missing target are left out, and
/// counted in `warnings`. Row i of everything here is row `rows[i]` of the table that was read.
struct Dataset {
    Table features;  ///< feature columns only
    Target target;
    Eigen::VectorXd weights;  ///< empty when all are 1
    ColumnPtr groups;         ///< null unless a column has that role
    ColumnPtr folds;          ///< null unless a column has that role
    RowIds rows;
    Warnings warnings;

    std::size_t size() const { return rows.size(); }
};

/// Classification when the target is a category, text or has at most 20 distinct whole numbers in 30 rows or more
/// per value; regression otherwise.
Task guessTask(const Column& target);

/// Throws Error when the target is missing, all missing, has one class only, is not numeric for regression,
/// or a weight is negative or missing; infinite cells are named with row and column.
Dataset makeDataset(const Table& table, const Roles& roles, std::optional<Task> task);

}  // namespace holdout
