// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/cell_column.h"

#include <algorithm>
#include <unordered_set>

#include "base/format.h"
#include "base/parallel.h"
#include "data/clean_text.h"
#include "data/csv_parse.h"

namespace holdout {
namespace {

constexpr std::size_t PieceSize = 1 << 20;
/// As for CSV: more distinct texts than this, and more than half of the cells, are names or sentences.
constexpr std::size_t FewLevels = 20;
constexpr std::size_t LongLevel = 100;

constexpr std::uint64_t BytesOfCell = sizeof(double) + 1;

const csv::Dialect Plain;

bool isText(const Column& column) {
    std::unordered_set<std::string_view> levels;
    std::size_t bytes = 0;
    const std::size_t cells = column.rows() - column.missing().count();
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        const std::string_view cell = column.texts().at(row);
        if (levels.insert(cell).second) bytes += cell.size();
        if (levels.size() > csv::LevelTable::Limit) return true;
    }
    return levels.size() > FewLevels && (2 * levels.size() > cells || bytes > LongLevel * levels.size());
}

}  // namespace

void CellColumn::addText(std::string_view text) {
    m_kinds.push_back(Kind::Text);
    m_numbers.push_back(0);
    m_bytes += text;
    m_ends.push_back(m_bytes.size());
}

void CellColumn::fill(std::size_t rows) {
    if (rows <= m_kinds.size()) return;
    m_kinds.resize(rows, Kind::Missing);
    m_numbers.resize(rows);
}

void CellColumn::append(const CellColumn& behind) {
    m_kinds.insert(m_kinds.end(), behind.m_kinds.begin(), behind.m_kinds.end());
    m_numbers.insert(m_numbers.end(), behind.m_numbers.begin(), behind.m_numbers.end());
    const std::uint64_t offset = m_bytes.size();
    for (const std::uint64_t end : behind.m_ends) m_ends.push_back(offset + end);
    m_bytes += behind.m_bytes;
}

/// Calls visit(row, kind, text) for each cell.
template <typename Visit>
void CellColumn::each(const Visit& visit) const {
    std::size_t texts = 0;
    std::uint64_t begin = 0;
    for (std::size_t row = 0; row < m_kinds.size(); ++row) {
        std::string_view text;
        if (m_kinds[row] == Kind::Text) {
            const std::uint64_t end = m_ends[texts++];
            text = std::string_view(m_bytes).substr(begin, end - begin);
            begin = end;
        }
        visit(row, m_kinds[row], text);
    }
}

bool CellColumn::textsAre(const CellRules& rules, ColumnType type) const {
    bool all = true;
    std::size_t found = 0;
    each([&](std::size_t, Kind kind, std::string_view text) {
        if (!all) return;
        if (kind == Kind::Number) all = type == ColumnType::Number;
        if (kind != Kind::Text || rules.codes.amongNumbers(text)) return;
        double value = 0;
        std::int64_t micros = 0;
        bool hasTime = false;
        all = type == ColumnType::Number ? csv::readNumberCell(text, Plain, false, value)
                                         : parseDateTime(text, micros, hasTime);
        ++found;
    });
    return all && (found > 0 || type == ColumnType::Number);
}

ColumnPtr CellColumn::asNumbers(const std::string& name, const CellRules& rules, std::size_t& lost) const {
    std::vector<double> values = m_numbers;
    MissingMask missing(values.size());
    each([&](std::size_t row, Kind kind, std::string_view text) {
        const bool isNumber =
            kind == Kind::Number || (kind == Kind::Text && csv::readNumberCell(text, Plain, true, values[row]));
        if (isNumber && !rules.codes.isCode(values[row])) return;
        lost += kind == Kind::Text && !isNumber && !rules.codes.amongNumbers(text);
        values[row] = 0;
        missing.set(row);
    });
    return Column::numbers(name, std::move(values), std::move(missing));
}

ColumnPtr CellColumn::asTexts(const std::string& name, const CellRules* rules) const {
    TextValues values;
    values.offsets.reserve(m_kinds.size() + 1);
    values.offsets.push_back(0);
    values.bytes.reserve(m_bytes.size());
    MissingMask missing(m_kinds.size());
    each([&](std::size_t row, Kind kind, std::string_view text) {
        if (kind == Kind::Missing || (kind == Kind::Text && rules && rules->codes.amongTexts(text)))
            missing.set(row);
        else if (kind == Kind::Number)
            values.bytes += formatExact(m_numbers[row]);
        else
            values.bytes += text;
        values.offsets.push_back(values.bytes.size());
    });
    return std::make_shared<const Column>(name, std::move(values), std::move(missing));
}

/// Numbers among texts are texts without a word otherwise: the file knew them apart.
void CellColumn::tellOfMixture(const std::string& name, const CellRules& rules, Warnings& warnings) const {
    constexpr double LongestExample = 30;
    std::size_t numbers = 0, texts = 0;
    std::string example;
    each([&](std::size_t, Kind kind, std::string_view text) {
        double value = 0;
        numbers += kind == Kind::Number;
        if (kind != Kind::Text || rules.codes.amongNumbers(text) || csv::readNumberCell(text, Plain, false, value)) return;
        if (++texts == 1) example = substringOf(text, 1, LongestExample);
    });
    if (numbers == 0 || texts == 0) return;
    warnings.push_back({"The column mixes " + formatCount(numbers, "number", "numbers") + " with " +
                            formatCount(texts, "text", "texts") + ", such as \"" + example + "\": all were read as texts.",
                        {.file = rules.file, .column = name}});
}

ColumnPtr CellColumn::finish(const std::string& name, const CellRules& rules, Warnings& warnings) const {
    const auto decided = rules.types.find(name);
    if (decided != rules.types.end()) {
        std::size_t lost = 0;
        const ColumnPtr column = decided->second == ColumnType::Number
                                     ? asNumbers(name, rules, lost)
                                     : retyped(asTexts(name, &rules), decided->second, lost);
        if (lost > 0)
            warnings.push_back({formatCount(lost, "cell is", "cells are") +
                                    " not of the type chosen and missing now.",
                                {.file = rules.file, .column = name}});
        return column;
    }
    std::size_t lost = 0;
    if (textsAre(rules, ColumnType::Number)) return asNumbers(name, rules, lost);
    const ColumnPtr texts = asTexts(name, &rules);
    // Codes that are none among texts are among dates.
    if (textsAre(rules, ColumnType::DateTime)) return retyped(texts, ColumnType::DateTime, lost);
    tellOfMixture(name, rules, warnings);
    return isText(*texts) ? texts : retyped(texts, ColumnType::Category, lost);
}

void CellTable::fill(CellColumn& column) {
    if (column.rows() >= m_rows) return;
    m_budget->charge((m_rows - column.rows()) * BytesOfCell);
    column.fill(m_rows);
}

CellColumn* CellTable::cell(const std::string& name) {
    const auto [at, isNew] = m_index.try_emplace(name, m_columns.size());
    if (isNew) {
        m_names.push_back(name);
        m_columns.emplace_back();
    }
    CellColumn& column = m_columns[at->second];
    if (column.rows() > m_rows) return nullptr;
    fill(column);
    return &column;
}

void CellTable::append(CellTable&& behind) {
    if (m_rows == 0 && m_columns.empty()) {
        *this = std::move(behind);
        return;
    }
    for (std::size_t c = 0; c < behind.m_columns.size(); ++c) {
        CellColumn* const column = cell(behind.m_names[c]);
        column->append(behind.m_columns[c]);
        behind.m_columns[c] = {};
    }
    m_rows += behind.m_rows;
}

Table CellTable::finish(const CellRules& rules, Warnings& warnings) {
    const std::vector<std::string> names = csv::distinctNames(m_names, rules.file, warnings);
    checkTypedNames(rules, names);
    std::vector<ColumnPtr> columns(m_columns.size());
    std::vector<Warnings> told(m_columns.size());
    parallelFor(m_columns.size(), [&](std::size_t c) {
        fill(m_columns[c]);
        columns[c] = m_columns[c].finish(names[c], rules, told[c]);
        m_columns[c] = {};
    });
    for (const Warnings& some : told) warnings.insert(warnings.end(), some.begin(), some.end());
    return Table(std::move(columns), m_rows);
}

void checkTypedNames(const CellRules& rules, const std::vector<std::string>& names) {
    for (const auto& [column, type] : rules.types) {
        if (std::find(names.begin(), names.end(), column) != names.end()) continue;
        const std::string near = nearest(column, names);
        throw Error("There is no column \"" + column + "\" to give a type to.",
                    {.file = rules.file, .parameter = "types"}, near.empty() ? "" : "Did you mean \"" + near + "\"?");
    }
}

std::vector<std::string_view> linePieces(std::string_view text) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        std::size_t end = text.size() <= PieceSize ? text.size() : text.find('\n', PieceSize);
        end = end >= text.size() ? text.size() : end + 1;
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return pieces;
}

}  // namespace holdout
