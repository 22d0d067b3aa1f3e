// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"
#include "data/repeated_rows.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "drop-duplicates";

const ParamSpec kSpecs[] = {
    columnsParam("Rows that are equal in all of these count as the same; the first of them stays.", "all"),
};

class DropRepeated final : public Edit {
public:
    explicit DropRepeated(const Params& params) : m_columns(requiredText(params, "columns", kId)) {}

    Edited apply(const Table& table, JobContext& context) const override {
        const RowIds repeated = repeatedRows(table, columnsOfChoice(table, m_columns, kId), context);
        if (repeated.empty()) return {.table = table};
        RowIds kept;
        kept.reserve(table.rows() - repeated.size());
        std::size_t next = 0;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (next < repeated.size() && repeated[next] == row) ++next;
            else kept.push_back(static_cast<RowId>(row));
        }
        return keepRows(table, std::move(kept));
    }
    std::string words() const override {
        return m_columns == "all" ? "Drop rows that repeat an earlier one" : "Drop rows that repeat an earlier one in " + m_columns;
    }

private:
    std::string m_columns;
};

}  // namespace

EditInfo dropRepeatedEdit() {
    return {.id = kId,
            .label = "Drop duplicate rows",
            .group = EditGroup::Rows,
            .sentence = "Keeps the first of several equal rows. Unlike the step of that name it holds for all rows, those held out too.",
            .params = kSpecs,
            .make = makeEdit<DropRepeated>};
}

}  // namespace holdout
