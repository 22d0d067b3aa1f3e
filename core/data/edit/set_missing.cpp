// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <unordered_set>

#include "base/parallel.h"
#include "data/column_maker.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"
#include "data/expression/expression.h"
#include "data/number_text.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "set-missing";

const ParamSpec kSpecs[] = {
    columnsParam("The columns whose cells become missing.", "all"),
    textParam("values", "Values", "Cells that hold one of these become missing, one a line: -999."),
    textParam("where", "Where", "The cells of the rows where this holds become missing: age < 0. Together with values, both must hold."),
};

class SetMissing final : public Edit {
public:
    explicit SetMissing(const Params& params)
        : m_columns(requiredText(params, "columns", kId)), m_values(linesOf(params.text("values"))), m_where(params.text("where")) {
        if (m_values.empty() && m_where.empty())
            throw Error("set-missing says neither which values nor which rows.", {.parameter = "values"}, "Give values, where, or both.");
    }

    Edited apply(const Table& table, JobContext& context) const override {
        const std::vector<std::size_t> chosen = editedColumns(
            table, m_columns, kId, {ColumnType::Number, ColumnType::Category, ColumnType::Text, ColumnType::DateTime});
        const std::optional<MissingMask> rows = m_where.empty() ? std::nullopt : std::optional(rowsWhere(table, context));
        std::vector<ColumnPtr> columns = table.columns();
        parallelFor(chosen.size(), [&](std::size_t i) {
            ColumnPtr& column = columns[chosen[i]];
            if (const MissingMask gone = goneIn(*column, rows, context); gone.any()) column = withMissing(*column, gone);
        });
        return {.table = Table(std::move(columns), table.rows())};
    }
    std::string words() const override {
        std::string what;
        for (const std::string& value : m_values) what += (what.empty() ? "" : ", ") + quotedWord(value);
        if (what.empty()) what = "cells";
        return "Set " + what + " of " + m_columns + " to missing" + (m_where.empty() ? "" : " where " + m_where);
    }

private:
    MissingMask rowsWhere(const Table& table, JobContext& context) const {
        const Expression where(m_where, table, "where");
        if (where.kind() != ValueKind::Truth)
            throw Error("The expression gives " + std::string(valueKindName(where.kind())) + ", not true or false.",
                        {.parameter = "where"}, "Compare it with something: age < 0.");
        MissingMask mask(table.rows());
        for (const RowId row : where.rowsWhereTrue(context)) mask.set(row);
        return mask;
    }

    MissingMask goneIn(const Column& column, const std::optional<MissingMask>& rows, JobContext& context) const {
        const auto isAsked = matcher(column);
        return missingWhere(column.rows(), context, [&](std::size_t row, std::size_t) {
            if (column.isMissing(row) || (rows && !(*rows)[row])) return false;
            return m_values.empty() || isAsked(row);
        });
    }

    /// Numbers are compared as numbers: "-999" is "-999.0".
    std::function<bool(std::size_t)> matcher(const Column& column) const {
        if (column.type() == ColumnType::Number) {
            std::vector<double> numbers;
            for (const std::string& text : m_values)
                if (double value = 0; parseNumberText(text, NumberStyle{}, value)) numbers.push_back(value);
            return [&column, numbers](std::size_t row) {
                return std::find(numbers.begin(), numbers.end(), column.numbers()[row]) != numbers.end();
            };
        }
        const std::unordered_set<std::string> words(m_values.begin(), m_values.end());
        if (column.type() != ColumnType::Category)
            return [&column, words](std::size_t row) { return words.contains(column.cellText(row)); };
        std::vector<char> levels;
        for (const std::string& level : column.levels()) levels.push_back(words.contains(level));
        return [&column, levels](std::size_t row) { return levels[column.codes()[row]] != 0; };
    }

    std::string m_columns;
    std::vector<std::string> m_values;
    std::string m_where;
};

}  // namespace

EditInfo setMissingEdit() {
    return {.id = kId,
            .label = "Set cells to missing",
            .group = EditGroup::Cells,
            .sentence = "Says of cells that hold a code such as -999, or that cannot be right, that they are missing.",
            .params = kSpecs,
            .make = makeEdit<SetMissing>};
}

}  // namespace holdout
