// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <initializer_list>

#include "data/column_choice.h"
#include "data/edit/edit.h"

namespace holdout {

// What edits share.

inline ParamSpec columnParam(std::string_view help) {
    return {.id = "column", .label = "Column", .help = help, .fallback = std::string(), .rule = AnyText{}};
}
inline ParamSpec columnsParam(std::string_view help, std::string_view group) {
    return {.id = "columns", .label = "Columns", .help = help, .fallback = std::string(group), .rule = ColumnChoice{}};
}
inline ParamSpec textParam(std::string_view id, std::string_view label, std::string_view help) {
    return {.id = id, .label = label, .help = help, .fallback = std::string(), .rule = AnyText{}};
}

/// The text of a parameter that must be said. Throws Error when it is empty.
const std::string& requiredText(const Params& params, std::string_view id, std::string_view edit);

/// The column `name`, of one of `types`. Throws Error.
std::size_t editedColumn(const Table& table, const std::string& name, std::string_view edit,
                         std::initializer_list<ColumnType> types);
/// As columnsOfChoice. A group takes the columns of `types` alone; one of another type that is named outright is an Error.
std::vector<std::size_t> editedColumns(const Table& table, const std::string& choice, std::string_view edit,
                                       std::initializer_list<ColumnType> types);

/// Throws Error when a column other than number `except` has that name.
void requireFreeName(const Table& table, const std::string& name, std::string_view edit,
                     std::optional<std::size_t> except = std::nullopt);

/// The table without some rows. `kept` is ascending.
Edited keepRows(const Table& table, RowIds kept);

/// The lines of a text, without those that are empty.
std::vector<std::string> linesOf(std::string_view text);
/// “sex”; long ones are cut.
std::string quotedWord(std::string_view text);

}  // namespace holdout
