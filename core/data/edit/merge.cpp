// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <unordered_set>

#include "data/column_maker.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "merge";

const ParamSpec kSpecs[] = {
    columnParam("The column of categories or text."),
    textParam("spellings", "Spellings", "The spellings that mean the same, one a line."),
    textParam("into", "Becomes", "The spelling that takes the place of them all."),
};

class Merge final : public Edit {
public:
    explicit Merge(const Params& params) : m_column(requiredText(params, "column", kId)), m_into(requiredText(params, "into", kId)) {
        for (std::string& line : linesOf(requiredText(params, "spellings", kId))) m_spellings.insert(std::move(line));
    }

    Edited apply(const Table& table, JobContext& context) const override {
        const std::size_t index = editedColumn(table, m_column, kId, {ColumnType::Category, ColumnType::Text});
        const Column& column = table.column(index);
        if (column.type() == ColumnType::Category)
            return {.table = table.withColumn(index, mappedLevels(column, [&](const std::string& level) {
                return std::optional(m_spellings.contains(level) ? m_into : level);
            }))};
        return {.table = table.withColumn(index, textColumn(m_column, column.rows(), context, [&](std::size_t row, std::string& cell) {
            if (column.isMissing(row)) return false;
            cell = column.texts().at(row);
            if (m_spellings.contains(cell)) cell = m_into;
            return true;
        }))};
    }
    std::string words() const override {
        std::vector<std::string> sorted(m_spellings.begin(), m_spellings.end());
        std::sort(sorted.begin(), sorted.end());
        std::erase(sorted, m_into);
        constexpr std::size_t Shown = 3;
        std::string list;
        for (std::size_t i = 0; i < std::min(Shown, sorted.size()); ++i) list += (i > 0 ? ", " : "") + quotedWord(sorted[i]);
        if (sorted.size() > Shown) list += " and " + std::to_string(sorted.size() - Shown) + " more";
        return "Merge " + list + " into " + quotedWord(m_into) + " in " + quotedWord(m_column);
    }

private:
    std::string m_column, m_into;
    std::unordered_set<std::string> m_spellings;
};

}  // namespace

EditInfo mergeEdit() {
    return {.id = kId,
            .label = "Merge spellings",
            .group = EditGroup::Cells,
            .sentence = "Makes one category of several spellings of the same thing.",
            .params = kSpecs,
            .make = makeEdit<Merge>};
}

}  // namespace holdout
