// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/step_columns.h"

#include <algorithm>

#include "base/format.h"
#include "base/parallel.h"

namespace holdout {
namespace {

bool holds(const std::vector<ColumnType>& types, ColumnType type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

std::string listedTypes(const std::vector<ColumnType>& types) {
    std::string text;
    for (const ColumnType type : types) text += (text.empty() ? "" : " and ") + std::string(columnGroupWord(type));
    return text;
}

}  // namespace

std::vector<std::size_t> chosenColumnsOf(const Table& table, std::string_view choice, std::string_view step,
                                         const std::vector<ColumnType>& types) {
    std::vector<std::size_t> chosen = chosenColumns(table, choice, step);
    if (isColumnGroup(choice)) {
        if (std::none_of(types.begin(), types.end(), [&](ColumnType type) { return groupHolds(choice, type); }))
            throw Error(std::string(step) + " acts on " + listedTypes(types) + ", not on " + std::string(choice) + ".",
                        {.parameter = "columns"}, "Choose " + std::string(columnGroupWord(types.front())) + ".");
        std::erase_if(chosen, [&](std::size_t i) { return !holds(types, table.column(i).type()); });
        return chosen;
    }
    for (const std::size_t i : chosen)
        if (!holds(types, table.column(i).type()))
            throw Error(std::string(step) + " acts on " + listedTypes(types) + ", but this column is of type " +
                            std::string(columnTypeName(table.column(i).type())) + ".",
                        {.column = table.column(i).name(), .parameter = "columns"},
                        "Take it out of the step's columns, or change its type on the Data page.");
    return chosen;
}

std::size_t requireFitted(const Table& table, std::string_view name, ColumnType type, std::string_view step) {
    const std::size_t index = requireColumn(table, name, "columns");
    if (table.column(index).type() != type)
        throw Error(std::string(step) + " was fitted on a column of type " + std::string(columnTypeName(type)) +
                        ", but here it is of type " + std::string(columnTypeName(table.column(index).type())) + ".",
                    {.column = std::string(name)}, "Read the column as the type that it had in training.");
    return index;
}

void forEachColumn(std::size_t count, std::size_t rows, const std::function<void(std::size_t)>& body) {
    constexpr std::size_t worthwhile = 100'000;  // cells; below, starting threads costs more than it saves
    if (count > 1 && count * rows >= worthwhile) {
        parallelFor(count, body);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) body(i);
}

Table withOutputs(const Table& table, const std::vector<std::size_t>& places,
                  const std::function<ColumnOutput(std::size_t, const ColumnPtr&)>& make, StepNotes& notes) {
    std::vector<ColumnOutput> outputs(places.size());
    forEachColumn(places.size(), table.rows(),
                  [&](std::size_t i) { outputs[i] = make(i, table.columnPtr(places[i])); });
    std::vector<const ColumnOutput*> at(table.columnCount(), nullptr);
    for (std::size_t i = 0; i < places.size(); ++i) at[places[i]] = &outputs[i];
    std::vector<ColumnPtr> columns;
    for (std::size_t i = 0; i < table.columnCount(); ++i) {
        if (!at[i]) {
            columns.push_back(table.columnPtr(i));
            continue;
        }
        columns.insert(columns.end(), at[i]->columns.begin(), at[i]->columns.end());
        for (const Warning& warning : at[i]->warnings) addOnce(notes.warnings, warning);
    }
    return {std::move(columns), table.rows()};
}

void warnOfConstant(std::string_view column, std::string_view what, StepNotes& notes) {
    addOnce(notes.warnings, {"Every training row has the same value here: " + std::string(what) +
                                 ", and the column tells a model nothing.",
                             {.column = std::string(column)}});
}

void warnOfUnseen(const Column& column, const std::vector<std::size_t>& counts, std::string_view what,
                  Warnings& warnings) {
    std::size_t rows = 0;
    std::vector<std::string> levels;
    for (std::size_t code = 0; code < counts.size(); ++code) {
        rows += counts[code];
        if (counts[code] > 0) levels.push_back(column.levels()[code]);
    }
    if (rows == 0) return;
    addOnce(warnings,
            {formatCount(static_cast<std::int64_t>(rows)) + (rows == 1 ? " row has" : " rows have") +
                 " a category that no training row has (" + listedNames(levels, 3) + "): " + std::string(what) + ".",
             {.column = column.name()}});
}

std::string listedNames(const std::vector<std::string>& names, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i > 0 ? ", " : "") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
}

}  // namespace holdout
