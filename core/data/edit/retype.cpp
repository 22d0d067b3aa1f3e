// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "retype";

const ParamSpec kSpecs[] = {
    columnParam("The column whose cells are read as another type."),
    {.id = "type",
     .label = "Type",
     .help = "Cells that cannot be read so become missing, and are counted.",
     .fallback = std::string("category"),
     .rule = OneOf{{{"number", "number"}, {"category", "category"}, {"text", "text"}, {"date-time", "date or time"}}}},
};

class Retype final : public Edit {
public:
    explicit Retype(const Params& params)
        : m_column(requiredText(params, "column", kId)), m_type(columnTypeFromName(params.text("type"))) {}

    Edited apply(const Table& table, JobContext&) const override {
        const std::size_t index = requireColumn(table, m_column, "column");
        const Column& before = table.column(index);
        std::size_t lost = 0;
        const ColumnPtr column = retyped(table.columnPtr(index), m_type, lost);
        Edited edited{.table = table.withColumn(index, column)};
        if (lost > 0) edited.warnings.push_back(lossWarning(before, *column, lost));
        return edited;
    }
    std::string words() const override { return "Read " + quotedWord(m_column) + " as " + std::string(columnTypeName(m_type)); }

private:
    static Warning lossWarning(const Column& before, const Column& after, std::size_t lost) {
        std::size_t row = 0;
        while (before.isMissing(row) || !after.isMissing(row)) ++row;
        return {formatCount(static_cast<std::int64_t>(lost)) + (lost == 1 ? " cell is" : " cells are") + " no " +
                    std::string(columnTypeName(after.type())) + " and became missing; the first is " + quotedWord(before.cellText(row)) + ".",
                {.row = static_cast<std::int64_t>(row) + 1, .column = before.name()}};
    }

    std::string m_column;
    ColumnType m_type;
};

}  // namespace

EditInfo retypeEdit() {
    return {.id = kId,
            .label = "Change a column's type",
            .group = EditGroup::Column,
            .sentence = "Reads the cells of a column as numbers, categories, text or dates.",
            .params = kSpecs,
            .make = makeEdit<Retype>};
}

}  // namespace holdout
