// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "data/column_maker.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "join";

const ParamSpec kSpecs[] = {
    columnsParam("The columns whose cells are joined, by name, in the order of this list.", ""),
    textParam("name", "Name", "What the joined column is called."),
    {.id = "separator", .label = "Separator", .help = "What stands between the parts.", .fallback = std::string(" "), .rule = AnyText{}},
    {.id = "keep", .label = "Keep the parts", .help = "Whether the columns that were joined stay too.", .fallback = false, .rule = AnyBool{}},
};

class Join final : public Edit {
public:
    explicit Join(const Params& params)
        : m_columns(requiredText(params, "columns", kId)), m_name(requiredText(params, "name", kId)),
          m_separator(params.text("separator")), m_keeps(params.flag("keep")) {}

    Edited apply(const Table& table, JobContext& context) const override {
        const std::vector<std::size_t> parts = orderedColumns(table);
        if (parts.size() < 2)
            throw Error("Two columns or more are needed to join.", {.parameter = "columns"}, "Name them with commas between.");
        ColumnPtr joined = joinedColumn(table, parts, context);
        std::vector<ColumnPtr> columns;
        for (std::size_t i = 0; i < table.columnCount(); ++i) {
            const bool isPart = std::find(parts.begin(), parts.end(), i) != parts.end();
            if (!isPart || m_keeps) columns.push_back(table.columnPtr(i));
            if (i == parts.front()) columns.push_back(joined);
        }
        requireUnused(columns, joined);
        return {.table = Table(std::move(columns), table.rows())};
    }
    std::string words() const override { return "Join " + m_columns + " to " + quotedWord(m_name); }

private:
    /// As they are named; a group in the table's order.
    std::vector<std::size_t> orderedColumns(const Table& table) const {
        if (isColumnGroup(m_columns)) return editedColumns(table, m_columns, kId, types);
        std::vector<std::size_t> ordered;
        for (const std::string& name : namesIn(m_columns)) ordered.push_back(editedColumn(table, name, kId, types));
        return ordered;
    }

    /// Missing where all parts are; else what is there.
    ColumnPtr joinedColumn(const Table& table, const std::vector<std::size_t>& parts, JobContext& context) const {
        return textColumn(m_name, table.rows(), context, [&](std::size_t row, std::string& cell) {
            bool isThere = false;
            for (const std::size_t part : parts) {
                const Column& column = table.column(part);
                if (column.isMissing(row)) continue;
                if (std::exchange(isThere, true)) cell += m_separator;
                cell += column.cellText(row);
            }
            return isThere;
        });
    }

    void requireUnused(const std::vector<ColumnPtr>& columns, const ColumnPtr& joined) const {
        for (const ColumnPtr& column : columns)
            if (column != joined && column->name() == m_name)
                throw Error("There is a column \"" + m_name + "\" already.", {.column = m_name, .parameter = "name"}, "Choose another name.");
    }

    static constexpr std::initializer_list<ColumnType> types = {ColumnType::Number, ColumnType::Category, ColumnType::Text,
                                                                ColumnType::DateTime};
    std::string m_columns, m_name, m_separator;
    bool m_keeps;
};

}  // namespace

EditInfo joinEdit() {
    return {.id = kId,
            .label = "Join columns",
            .group = EditGroup::Column,
            .sentence = "Writes the cells of several columns one after another into one text.",
            .params = kSpecs,
            .make = makeEdit<Join>};
}

}  // namespace holdout
