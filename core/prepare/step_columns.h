// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/table.h"
#include "prepare/step.h"

namespace holdout {

/// Whether `choice` is one of the words "all", "numbers", "categories", "texts", "dates".
bool isColumnGroup(std::string_view choice);
/// Whether the group `choice` takes in columns of `type`.
bool groupHolds(std::string_view choice, ColumnType type);
/// The names of a comma-separated list, without blanks around them and without empty ones.
std::vector<std::string> namesIn(std::string_view choice);

/// As chosenColumns, for a step that can act on some types only: a group word takes the columns of these types,
/// and a column of another type that is named outright is an Error, as is a group that holds none of these types.
std::vector<std::size_t> chosenColumnsOf(const Table& table, std::string_view choice, std::string_view step,
                                         const std::vector<ColumnType>& types);

/// The column `name` of `type` as a fitted step needs it. Throws Error when it is absent or of another type.
std::size_t requireFitted(const Table& table, std::string_view name, ColumnType type, std::string_view step);

/// Calls body(i) for each of `count` columns of `rows` rows: in parallel when there is enough to do. `body` writes only
/// what belongs to i.
void forEachColumn(std::size_t count, std::size_t rows, const std::function<void(std::size_t)>& body);

/// "the column age" → "age, sex, class and 3 more"
std::string listedNames(const std::vector<std::string>& names, std::size_t most = 5);

}  // namespace holdout
