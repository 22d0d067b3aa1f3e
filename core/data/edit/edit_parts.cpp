// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/edit_parts.h"

#include <algorithm>

#include "base/parallel.h"
#include "data/clean_text.h"

namespace holdout {
namespace {

bool holds(std::initializer_list<ColumnType> types, ColumnType type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

[[noreturn]] void failType(const Column& column, std::string_view edit, std::string_view parameter) {
    throw Error(std::string(edit) + " cannot act on a column of type " + std::string(columnTypeName(column.type())) + ".",
                {.column = column.name(), .parameter = std::string(parameter)}, "Choose another column, or change its type first.");
}

}  // namespace

const std::string& requiredText(const Params& params, std::string_view id, std::string_view edit) {
    const std::string& text = params.text(id);
    if (text.empty())
        throw Error(std::string(edit) + " needs " + std::string(id) + ", which is empty.", {.parameter = std::string(id)}, "Fill it in.");
    return text;
}

std::size_t editedColumn(const Table& table, const std::string& name, std::string_view edit,
                         std::initializer_list<ColumnType> types) {
    const std::size_t index = requireColumn(table, name, "column");
    if (!holds(types, table.column(index).type())) failType(table.column(index), edit, "column");
    return index;
}

std::vector<std::size_t> editedColumns(const Table& table, const std::string& choice, std::string_view edit,
                                       std::initializer_list<ColumnType> types) {
    std::vector<std::size_t> columns = columnsOfChoice(table, choice, edit);
    if (isColumnGroup(choice)) {
        std::erase_if(columns, [&](std::size_t i) { return !holds(types, table.column(i).type()); });
        return columns;
    }
    for (const std::size_t i : columns)
        if (!holds(types, table.column(i).type())) failType(table.column(i), edit, "columns");
    return columns;
}

void requireFreeName(const Table& table, const std::string& name, std::string_view edit, std::optional<std::size_t> except) {
    const auto index = table.indexOf(name);
    if (index && index != except)
        throw Error(std::string(edit) + ": there is a column \"" + name + "\" already.", {.column = name}, "Choose another name.");
}

Edited keepRows(const Table& table, RowIds kept) {
    std::vector<ColumnPtr> columns(table.columnCount());
    parallelFor(columns.size(), [&](std::size_t i) { columns[i] = table.column(i).gather(kept); });
    const std::size_t rows = kept.size();
    return {.table = Table(std::move(columns), rows), .kept = std::move(kept)};
}

std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) lines.emplace_back(line);
        begin = end + 1;
    }
    return lines;
}

std::string quotedWord(std::string_view text) {
    constexpr std::size_t Longest = 40;
    const bool isLong = characterCount(text) > Longest;
    return "“" + std::string(isLong ? substringOf(text, 1, Longest) : text) + (isLong ? "…" : "") + "”";
}

}  // namespace holdout
