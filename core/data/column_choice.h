// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/table.h"

namespace holdout {

// What the text of a ColumnChoice parameter means.

/// Whether `choice` is one of the words "all", "numbers", "categories", "texts", "dates", "images".
bool isColumnGroup(std::string_view choice);
/// Whether the group `choice` takes in columns of `type`.
bool groupHolds(std::string_view choice, ColumnType type);
/// The word for all columns of `type`: "numbers", "categories", …
std::string_view columnGroupWord(ColumnType type);
/// The names of a comma-separated list, without blanks around them and without empty ones.
std::vector<std::string> namesIn(std::string_view choice);
/// The columns that `choice` names, as ascending indices into `table`. Throws Error when a name is unknown; `owner`, the
/// id of the step or edit, begins it.
std::vector<std::size_t> columnsOfChoice(const Table& table, std::string_view choice, std::string_view owner);

}  // namespace holdout
