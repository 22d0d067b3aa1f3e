// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "rename";

const ParamSpec kSpecs[] = {
    columnParam("The column that gets another name."),
    textParam("to", "New name", "What it is called from here on. No other column may have that name."),
};

class Rename final : public Edit {
public:
    explicit Rename(const Params& params) : m_column(requiredText(params, "column", kId)), m_to(requiredText(params, "to", kId)) {}

    Edited apply(const Table& table, JobContext&) const override {
        const std::size_t index = requireColumn(table, m_column, "column");
        requireFreeName(table, m_to, kId, index);
        return {.table = table.withColumn(index, table.column(index).renamed(m_to))};
    }
    std::string words() const override { return "Rename " + quotedWord(m_column) + " to " + quotedWord(m_to); }

private:
    std::string m_column, m_to;
};

}  // namespace

EditInfo renameEdit() {
    return {.id = kId,
            .label = "Rename a column",
            .group = EditGroup::Column,
            .sentence = "Gives a column another name. Its cells stay as they are.",
            .params = kSpecs,
            .make = makeEdit<Rename>};
}

}  // namespace holdout
