// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/column_choice.h"
#include "data/table.h"
#include "prepare/step.h"

namespace holdout {

/// As chosenColumns, for a step that can act on some types only: a group word takes the columns of these types,
/// and a column of another type that is named outright is an Error, as is a group that holds none of these types.
std::vector<std::size_t> chosenColumnsOf(const Table& table, std::string_view choice, std::string_view step,
                                         const std::vector<ColumnType>& types);

/// The column `name` of `type` as a fitted step needs it. Throws Error when it is absent or of another type.
std::size_t requireFitted(const Table& table, std::string_view name, ColumnType type, std::string_view step);

/// Calls body(i) for each of `count` columns of `rows` rows: in parallel when there is enough to do. `body` writes only
/// what belongs to i.
void forEachColumn(std::size_t count, std::size_t rows, const std::function<void(std::size_t)>& body);

/// What a step makes of one column: the columns that take its place, and what the person should know.
struct ColumnOutput {
    std::vector<ColumnPtr> columns;
    Warnings warnings;
};

/// The table with make(i, column) in place of columns `places[i]`; the others stay. Columns are made in parallel when
/// there is enough to do, so `make` changes nothing that it shares.
Table withOutputs(const Table& table, const std::vector<std::size_t>& places,
                  const std::function<ColumnOutput(std::size_t, const ColumnPtr&)>& make, StepNotes& notes);

/// A number column of map(x) for each cell that is there; missing cells stay missing.
template <typename Map>
ColumnPtr mappedNumbers(const Column& column, const Map& map) {
    const std::span<const double> from = column.numbers();
    const bool anyMissing = column.missing().any();
    std::vector<double> values(from.size());  // a column holds 0 where it is missing
    for (std::size_t row = 0; row < values.size(); ++row)
        if (!anyMissing || !column.isMissing(row)) values[row] = map(from[row]);
    return Column::numbers(column.name(), std::move(values), column.missing());
}

/// The description of the parameter `columns`. `help` lives as long as the program.
inline ParamSpec columnsSpec(std::string_view help, std::string_view group) {
    return {.id = "columns", .label = "Columns", .help = help, .fallback = std::string(group), .rule = ColumnChoice{}};
}

/// Warns that every training row has the same value in `column`. `what`: what becomes of it, as in "it becomes 0".
void warnOfConstant(std::string_view column, std::string_view what, StepNotes& notes);

/// Warns when cells have a category that no training row has: `counts`, by code of `column`. `what`: what becomes of
/// them, as in "the cell becomes missing".
void warnOfUnseen(const Column& column, const std::vector<std::size_t>& counts, std::string_view what,
                  Warnings& warnings);

/// "the column age" → "age, sex, class and 3 more"
std::string listedNames(const std::vector<std::string>& names, std::size_t most = 5);

}  // namespace holdout
