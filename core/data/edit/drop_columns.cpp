// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "drop-columns";

const ParamSpec kSpecs[] = {
    columnsParam("The columns that go, by name. To keep a column but not learn from it, ignore it instead.", ""),
};

class DropColumns final : public Edit {
public:
    explicit DropColumns(const Params& params) : m_columns(requiredText(params, "columns", kId)) {}

    Edited apply(const Table& table, JobContext&) const override {
        const std::vector<std::size_t> gone = columnsOfChoice(table, m_columns, kId);
        std::vector<ColumnPtr> columns;
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            if (!std::binary_search(gone.begin(), gone.end(), i)) columns.push_back(table.columnPtr(i));
        if (columns.empty()) throw Error("No column would be left.", {.parameter = "columns"}, "Keep at least one.");
        return {.table = Table(std::move(columns), table.rows())};
    }
    std::string words() const override { return "Drop " + m_columns; }

private:
    std::string m_columns;
};

}  // namespace

EditInfo dropColumnsEdit() {
    return {.id = kId,
            .label = "Drop columns",
            .group = EditGroup::Column,
            .sentence = "Takes columns out of the table.",
            .params = kSpecs,
            .make = makeEdit<DropColumns>};
}

}  // namespace holdout
