// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "data/clean_text.h"
#include "data/column_maker.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "split";

const ParamSpec kSpecs[] = {
    columnParam("The column of text or categories whose cells are cut."),
    {.id = "separator", .label = "Separator", .help = "What the cells are cut at.", .fallback = std::string(","), .rule = AnyText{}},
    {.id = "parts",
     .label = "Parts",
     .help = "How many columns come of it. The last takes all that is left; parts that a cell does not have are missing.",
     .fallback = std::int64_t{2},
     .rule = IntegerRange{2, 100},
     .usual = {{2, 10}}},
    textParam("names", "Names", "What the parts are called, with commas between. Left empty: the column's name and a number."),
    {.id = "keep", .label = "Keep the column", .help = "Whether the column that was cut stays too.", .fallback = false, .rule = AnyBool{}},
};

class Split final : public Edit {
public:
    explicit Split(const Params& params)
        : m_column(requiredText(params, "column", kId)), m_separator(requiredText(params, "separator", kId)),
          m_parts(static_cast<std::size_t>(params.integer("parts"))), m_names(namesIn(params.text("names"))), m_keeps(params.flag("keep")) {
        if (!m_names.empty() && m_names.size() != m_parts)
            throw Error(std::to_string(m_names.size()) + " names are given for " + std::to_string(m_parts) + " parts.",
                        {.parameter = "names"}, "Give one name for each part, or none.");
    }

    Edited apply(const Table& table, JobContext& context) const override {
        const std::size_t index = editedColumn(table, m_column, kId, {ColumnType::Category, ColumnType::Text});
        std::vector<ColumnPtr> columns(table.columns().begin(), table.columns().begin() + static_cast<std::ptrdiff_t>(index + m_keeps));
        for (std::size_t part = 0; part < m_parts; ++part) {
            const std::string name = m_names.empty() ? m_column + "_" + std::to_string(part + 1) : m_names[part];
            columns.push_back(partColumn(table.column(index), name, part, context));
        }
        columns.insert(columns.end(), table.columns().begin() + static_cast<std::ptrdiff_t>(index + 1), table.columns().end());
        return {.table = Table(std::move(columns), table.rows())};  // which refuses a name that stands twice
    }
    std::string words() const override {
        return "Split " + quotedWord(m_column) + " at " + quotedWord(m_separator) + " into " + std::to_string(m_parts) + " columns";
    }

private:
    /// Part number `part` of a cell, without blanks around it; none where the cell has fewer.
    bool cut(std::string_view cell, std::size_t part, std::string& result) const {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < part; ++i) {
            const std::size_t found = cell.find(m_separator, begin);
            if (found == std::string_view::npos) return false;
            begin = found + m_separator.size();
        }
        const std::size_t end = part + 1 == m_parts ? cell.size() : std::min(cell.find(m_separator, begin), cell.size());
        result = trimmed(cell.substr(begin, end - begin));
        return !result.empty();
    }

    ColumnPtr partColumn(const Column& column, const std::string& name, std::size_t part, JobContext& context) const {
        if (column.type() == ColumnType::Category)
            return mappedLevels(column, [&](const std::string& level) {
                       std::string result;
                       return cut(level, part, result) ? std::optional(result) : std::nullopt;
                   })->renamed(name);
        return textColumn(name, column.rows(), context, [&](std::size_t row, std::string& cell) {
            return !column.isMissing(row) && cut(column.texts().at(row), part, cell);
        });
    }

    std::string m_column, m_separator;
    std::size_t m_parts;
    std::vector<std::string> m_names;
    bool m_keeps;
};

}  // namespace

EditInfo splitEdit() {
    return {.id = kId,
            .label = "Split a column",
            .group = EditGroup::Column,
            .sentence = "Cuts the cells of a column at a separator, into a column for each part.",
            .params = kSpecs,
            .make = makeEdit<Split>};
}

}  // namespace holdout
