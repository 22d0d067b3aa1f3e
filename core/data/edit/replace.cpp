// SPDX-License-Identifier: GPL-3.0-or-later
#include <re2/re2.h>

#include "base/parallel.h"
#include "data/clean_text.h"
#include "data/column_maker.h"
#include "data/edit/builtin_edits.h"
#include "data/edit/edit_parts.h"
#include "data/number_text.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "replace";

const ParamSpec kSpecs[] = {
    columnsParam("The columns to search.", "all"),
    textParam("find", "Find", "What is looked for."),
    textParam("with", "Replace with", "What takes its place. A cell that becomes empty becomes missing. In patterns, \\1 is the first group."),
    {.id = "match",
     .label = "Match",
     .help = "Anywhere in the cell, the whole cell, or a regular expression in RE2's syntax, whose time grows with the text alone.",
     .fallback = std::string("anywhere"),
     .rule = OneOf{{{"anywhere", "anywhere in the cell"}, {"cell", "the whole cell"}, {"pattern", "a regular expression"}}}},
    {.id = "case",
     .label = "Match case",
     .help = "Whether capitals and small letters differ.",
     .fallback = true,
     .rule = AnyBool{}},
};

class Replace final : public Edit {
public:
    explicit Replace(const Params& params)
        : m_columns(requiredText(params, "columns", kId)), m_find(requiredText(params, "find", kId)), m_with(params.text("with")),
          m_match(params.text("match")) {
        const bool isPlain = m_match != "pattern";
        // Without regard to case, plain text is looked for as a pattern too: that knows the cases of all letters.
        if (isPlain && params.flag("case")) return;
        re2::RE2::Options options(re2::RE2::Quiet);
        options.set_case_sensitive(params.flag("case"));
        m_pattern = std::make_shared<const re2::RE2>(isPlain ? re2::RE2::QuoteMeta(m_find) : m_find, options);
        if (!m_pattern->ok())
            throw Error("The pattern is no regular expression: " + m_pattern->error() + ".", {.parameter = "find"}, "Mend it.");
        m_rewrite = isPlain ? escaped(m_with) : m_with;
        if (std::string problem; !m_pattern->CheckRewriteString(m_rewrite, &problem))
            throw Error("The replacement does not fit the pattern: " + problem + ".", {.parameter = "with"},
                        "Write \\1 for the first group of the pattern, \\\\ for a backslash.");
    }

    Edited apply(const Table& table, JobContext& context) const override {
        const std::vector<std::size_t> chosen = editedColumns(
            table, m_columns, kId, {ColumnType::Number, ColumnType::Category, ColumnType::Text, ColumnType::DateTime});
        std::vector<ColumnPtr> columns = table.columns();
        for (const std::size_t i : chosen) columns[i] = replacedIn(columns[i], context);
        return {.table = Table(std::move(columns), table.rows())};
    }
    std::string words() const override {
        return "Replace " + quotedWord(m_find) + " with " + (m_with.empty() ? "nothing" : quotedWord(m_with)) + " in " + m_columns;
    }

private:
    static std::string escaped(std::string_view text) { return replacedAll(text, "\\", "\\\\"); }

    std::string replaced(std::string_view cell) const {
        if (!m_pattern) {
            if (m_match == "cell") return std::string(cell == m_find ? std::string_view(m_with) : cell);
            return replacedAll(cell, m_find, m_with);
        }
        std::string text(cell);
        if (m_match != "cell") {
            re2::RE2::GlobalReplace(&text, *m_pattern, m_rewrite);
        } else if (re2::RE2::FullMatch(text, *m_pattern)) {
            text = m_with;
        }
        return text;
    }

    ColumnPtr replacedIn(const ColumnPtr& column, JobContext& context) const {
        switch (column->type()) {
            case ColumnType::Category:
                return mappedLevels(*column, [&](const std::string& level) {
                    std::string now = replaced(level);
                    return now.empty() && now != level ? std::nullopt : std::optional(std::move(now));
                });
            case ColumnType::Text:
                return textColumn(column->name(), column->rows(), context, [&](std::size_t row, std::string& cell) {
                    if (column->isMissing(row)) return false;
                    const std::string_view before = column->texts().at(row);
                    cell = replaced(before);
                    return !cell.empty() || before.empty();
                });
            default:
                return replacedAsText(column, context);
        }
    }

    /// Numbers and dates: changed as they are written, and read back. One that cannot be is an Error that names its row.
    ColumnPtr replacedAsText(const ColumnPtr& column, JobContext& context) const {
        std::vector<std::pair<std::size_t, std::string>> changed = changedCells(*column, context);
        if (changed.empty()) return column;
        MissingMask missing = column->missing().any() ? column->missing() : MissingMask(column->rows());
        Column::Values values = column->values();
        for (const auto& [row, text] : changed) {
            if (text.empty()) {
                missing.set(row);
                write(values, row, 0, 0);
                continue;
            }
            double number = 0;
            std::int64_t micros = 0;
            bool hasTime = false;
            const bool isRead = column->type() == ColumnType::Number ? parseNumberText(text, NumberStyle{}, number)
                                                                     : parseDateTime(text, micros, hasTime);
            if (!isRead)
                throw Error(quotedWord(column->cellText(row)) + " would become " + quotedWord(text) + ", which is no " +
                                std::string(columnTypeName(column->type())) + ".",
                            {.row = static_cast<std::int64_t>(row) + 1, .column = column->name(), .parameter = "with"},
                            "Read the column as text first, or leave it out of the columns.");
            if (auto* moments = std::get_if<DateTimeValues>(&values)) moments->dateOnly = moments->dateOnly && !hasTime;
            write(values, row, number, micros);
        }
        return std::make_shared<const Column>(column->name(), std::move(values), std::move(missing));
    }

    static void write(Column::Values& values, std::size_t row, double number, std::int64_t micros) {
        if (auto* numbers = std::get_if<NumberValues>(&values)) numbers->values[row] = number;
        else std::get<DateTimeValues>(values).micros[row] = micros;
    }

    std::vector<std::pair<std::size_t, std::string>> changedCells(const Column& column, JobContext& context) const {
        constexpr std::size_t Grain = 1 << 14;
        const std::vector<Range> ranges = chunks(column.rows(), Grain);
        std::vector<std::vector<std::pair<std::size_t, std::string>>> parts(ranges.size());
        parallelFor(ranges.size(), [&](std::size_t i) {
            context.throwIfStopped();
            for (std::size_t row = ranges[i].begin; row < ranges[i].end; ++row) {
                if (column.isMissing(row)) continue;
                const std::string before = column.cellText(row);
                if (std::string now = replaced(before); now != before) parts[i].emplace_back(row, std::move(now));
            }
        });
        std::vector<std::pair<std::size_t, std::string>> all;
        for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(all));
        return all;
    }

    std::string m_columns, m_find, m_with, m_match, m_rewrite;
    std::shared_ptr<const re2::RE2> m_pattern;  ///< none: plain text
};

}  // namespace

EditInfo replaceEdit() {
    return {.id = kId,
            .label = "Find and replace",
            .group = EditGroup::Cells,
            .sentence = "Replaces text in cells: part of them, whole cells, or what a pattern finds.",
            .params = kSpecs,
            .make = makeEdit<Replace>};
}

}  // namespace holdout
