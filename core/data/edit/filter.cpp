// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"
#include "data/expression/expression.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "filter";

const ParamSpec kSpecs[] = {
    textParam("where", "Where",
              "Which rows: age < 18 and sex = 'female'. Where a cell that it needs is missing, it does not hold. Names that "
              "are no plain word stand in `back quotes`, text in 'quotes'."),
    {.id = "do",
     .label = "Do",
     .help = "Whether the rows where it holds are the ones that stay or the ones that go.",
     .fallback = std::string("keep"),
     .rule = OneOf{{{"keep", "keep these rows"}, {"drop", "drop these rows"}}}},
};

class Filter final : public Edit {
public:
    explicit Filter(const Params& params) : m_where(requiredText(params, "where", kId)), m_keeps(params.text("do") == "keep") {}

    Edited apply(const Table& table, JobContext& context) const override {
        const Expression where(m_where, table, "where");
        if (where.kind() != ValueKind::Truth)
            throw Error("The expression gives " + std::string(valueKindName(where.kind())) + ", not true or false.",
                        {.parameter = "where"}, "Compare it with something: age < 18.");
        RowIds rows = where.rowsWhereTrue(context);
        if (!m_keeps) rows = complement(rows, table.rows());
        if (rows.size() == table.rows()) return {.table = table};
        if (rows.empty()) throw Error("No row would be left.", {.parameter = "where"}, "Widen the condition.");
        return keepRows(table, std::move(rows));
    }
    std::string words() const override { return (m_keeps ? "Keep rows where " : "Drop rows where ") + m_where; }

private:
    static RowIds complement(const RowIds& rows, std::size_t count) {
        RowIds others;
        others.reserve(count - rows.size());
        std::size_t next = 0;
        for (std::size_t row = 0; row < count; ++row) {
            if (next < rows.size() && rows[next] == row) ++next;
            else others.push_back(static_cast<RowId>(row));
        }
        return others;
    }

    std::string m_where;
    bool m_keeps;
};

}  // namespace

EditInfo filterEdit() {
    return {.id = kId,
            .label = "Filter rows",
            .group = EditGroup::Rows,
            .sentence = "Keeps or drops the rows where a condition holds.",
            .params = kSpecs,
            .make = makeEdit<Filter>};
}

}  // namespace holdout
