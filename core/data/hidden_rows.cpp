// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hidden_rows.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "base/format.h"
#include "data/hidden_parts.h"
#include "data/number_text.h"

namespace holdout {

using namespace hidden;

namespace {

bool isOfWords(const Column& column) {
    return column.type() == ColumnType::Text || column.type() == ColumnType::Category;
}

std::string_view cellOf(const Column& column, std::size_t row) {
    return column.type() == ColumnType::Text ? column.texts().at(row) : std::string_view(column.levels()[column.codes()[row]]);
}

EditSpec dropped(const std::string& where) {
    EditSpec edit{"filter", {}, true};
    edit.params.set("where", where);
    edit.params.set("do", std::string("drop"));
    return edit;
}

/// As sums are called: those of a part by their first word, all others by the whole cell ("Total Recall" is a film).
constexpr const char* SumWords = "^(?i:(sub-?total|zwischensumme|sous-total).*|grand total|total|totals|sum|summe|gesamt|somme|totale|suma):?$";

}  // namespace

std::optional<Finding> repeatedHeader(const Table& table) {
    if (table.columnCount() < 2) return std::nullopt;
    // All cells of such a row are words, so every column is one of words.
    for (const ColumnPtr& column : table.columns())
        if (!isOfWords(*column) && column->missing().count() < column->rows()) return std::nullopt;
    const auto first = std::find_if(table.columns().begin(), table.columns().end(), [](const ColumnPtr& column) { return isOfWords(*column); });
    if (first == table.columns().end()) return std::nullopt;
    const Column& column = **first;
    if (column.name().find_first_of("`'\n") != std::string::npos) return std::nullopt;
    std::size_t rows = 0, alone = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (column.isMissing(row) || cellOf(column, row) != column.name()) continue;
        const bool areAll = std::all_of(table.columns().begin(), table.columns().end(), [=](const ColumnPtr& each) {
            return each->isMissing(row) ? each->missing().count() == each->rows() : cellOf(*each, row) == each->name();
        });
        ++(areAll ? rows : alone);
    }
    if (rows == 0 || alone > 0) return std::nullopt;
    return Finding{"", formatCount(rows, "row holds the names of the columns once more, and keeps them from being read as what they are.",
                               "rows hold the names of the columns once more, and keep them from being read as what they are."),
                   "", dropped(backQuoted(column.name()) + " = '" + column.name() + "'")};
}

std::optional<Finding> subtotals(const Table& table) {
    constexpr std::size_t Fewest = 2, MostRows = 100'000;  // reports are short
    static const re2::RE2 form(SumWords);
    if (table.rows() > MostRows) return std::nullopt;
    const bool hasNumbers = std::any_of(table.columns().begin(), table.columns().end(), [](const ColumnPtr& column) { return column->type() == ColumnType::Number; });
    if (!hasNumbers) return std::nullopt;
    for (const ColumnPtr& column : table.columns()) {
        if (!isOfWords(*column) || column->name().find('`') != std::string::npos) continue;
        std::size_t sums = 0;
        std::string example;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (column->isMissing(row)) continue;
            const std::string_view cell = cellOf(*column, row);
            constexpr std::string_view FirstLetters = "stzgSTZG";
            constexpr std::size_t Longest = 40;
            if (cell.empty() || cell.size() > Longest || FirstLetters.find(cell.front()) == std::string_view::npos || !re2::RE2::PartialMatch(cell, form)) continue;
            if (++sums == 1) example = cell;
        }
        // Where half of the names are sums, that is what they are named after.
        if (sums < Fewest || 4 * sums > table.rows()) continue;
        return Finding{"", formatCount(sums, "row looks", "rows look") + " like sums of others: their " + column->name() + " is " + hidden::quoted(example) + " and the like.", "",
                       dropped("matches(`" + column->name() + "`, '" + SumWords + "')")};
    }
    return std::nullopt;
}

std::optional<Finding> saidOnce(const Table& table) {
    constexpr std::size_t Fewest = 3;
    if (table.columnCount() < 2) return std::nullopt;
    const Column& column = table.column(0);
    static const re2::RE2 sums(SumWords);
    const std::size_t known = column.rows() - column.missing().count();
    if (!isOfWords(column) || column.rows() < 2 * Fewest || column.isMissing(0) || 2 * known > column.rows()) return std::nullopt;
    std::set<std::string_view> words;
    std::size_t alone = 0, groups = 0;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        const std::string_view word = cellOf(column, row);
        if (re2::RE2::PartialMatch(word, sums)) continue;
        if (!words.insert(word).second) return std::nullopt;  // the same again: cells that are missing by chance
        ++groups;
        alone += row + 1 < column.rows() && !column.isMissing(row + 1);
    }
    if (groups < Fewest || alone > 0) return std::nullopt;
    return Finding{column.name(), "Each word stands once, with empty cells below: it may hold for these too, as in a report that says it only where it changes. "
                                  "Filled in by other values they would be wrong; fill them down before reading the file.", ""};
}

std::optional<Finding> onItsSide(const Table& table) {
    constexpr std::size_t FewestColumns = 5, MostRows = 50;
    if (table.columnCount() < FewestColumns || table.columnCount() < table.rows() || table.rows() < 2 || table.rows() > MostRows || !isOfWords(table.column(0))) return std::nullopt;
    std::size_t mixed = 0;
    for (std::size_t c = 1; c < table.columnCount(); ++c) {
        const Column& column = table.column(c);
        if (!isOfWords(column)) continue;
        std::size_t numbers = 0, others = 0;
        for (std::size_t row = 0; row < column.rows(); ++row) {
            if (column.isMissing(row)) continue;
            double value = 0;
            ++(parseNumberText(cellOf(column, row), {}, value) ? numbers : others);
        }
        mixed += numbers > 0 && others > 0;
    }
    if (10 * mixed < 9 * (table.columnCount() - 1)) return std::nullopt;
    return Finding{"", "The table seems to lie on its side: nearly every column mixes numbers with words, and " + table.column(0).name() +
                           " names what each row holds. Turn rows into columns (transpose) before reading the file.", ""};
}

}  // namespace holdout
