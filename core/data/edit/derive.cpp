// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"
#include "data/expression/expression.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "derive";

const ParamSpec kSpecs[] = {
    textParam("name", "Name", "What the new column is called. A column that has this name is replaced."),
    textParam("formula", "Formula",
              "Computed row by row from the other columns: fare / (siblings + 1), if(is_missing(cabin), 'no', 'yes'). "
              "Names that are no plain word stand in `back quotes`, text in 'quotes'."),
};

class Derive final : public Edit {
public:
    explicit Derive(const Params& params) : m_name(requiredText(params, "name", kId)), m_formula(requiredText(params, "formula", kId)) {}

    Edited apply(const Table& table, JobContext& context) const override {
        Edited edited;
        ColumnPtr column = Expression(m_formula, table, "formula").column(m_name, context, edited.warnings);
        if (const auto index = table.indexOf(m_name)) {
            edited.table = table.withColumn(*index, std::move(column));
            return edited;
        }
        std::vector<ColumnPtr> columns = table.columns();
        columns.push_back(std::move(column));
        edited.table = Table(std::move(columns), table.rows());
        return edited;
    }
    std::string words() const override { return "Make " + quotedWord(m_name) + " = " + m_formula; }

private:
    std::string m_name, m_formula;
};

}  // namespace

EditInfo deriveEdit() {
    return {.id = kId,
            .label = "Derive a column",
            .group = EditGroup::Column,
            .sentence = "Makes a column by a formula from the other cells of its row.",
            .params = kSpecs,
            .make = makeEdit<Derive>};
}

}  // namespace holdout
