// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/expression/expression.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/parallel.h"
#include "data/column_maker.h"
#include "data/expression/nodes.h"

namespace holdout {
namespace {

using expression::Cell;
using expression::Node;
using expression::Scratch;

constexpr std::size_t Grain = 1 << 14;

ColumnPtr numberColumn(const Node& node, std::string name, std::size_t rows, JobContext& context, Warnings& warnings) {
    std::vector<double> values(rows);
    std::vector<std::size_t> endless(chunks(rows, Grain).size());
    MissingMask missing = missingWhere(rows, context, [&](std::size_t row, std::size_t chunk) {
        Scratch scratch;
        const Cell cell = node.at(row, scratch);
        const bool isFinite = std::isfinite(cell.number);
        endless[chunk] += !cell.isMissing && !isFinite;
        if (cell.isMissing || !isFinite) return true;
        values[row] = cell.number;
        return false;
    });
    std::size_t count = 0;
    for (const std::size_t part : endless) count += part;
    if (count > 0)
        warnings.push_back({formatCount(static_cast<std::int64_t>(count)) +
                                (count == 1 ? " cell is missing because its result is" : " cells are missing because their results are") +
                                " no finite number, such as a quotient by 0.",
                            {.column = name}});
    return Column::numbers(std::move(name), std::move(values), std::move(missing));
}

ColumnPtr momentColumn(const Node& node, std::string name, std::size_t rows, JobContext& context) {
    constexpr std::int64_t MicrosOfDay = 86'400'000'000;
    DateTimeValues values;
    values.micros.resize(rows);
    std::vector<char> hasTime(chunks(rows, Grain).size());
    MissingMask missing = missingWhere(rows, context, [&](std::size_t row, std::size_t chunk) {
        Scratch scratch;
        const Cell cell = node.at(row, scratch);
        if (cell.isMissing) return true;
        values.micros[row] = cell.moment;
        hasTime[chunk] |= cell.moment % MicrosOfDay != 0;
        return false;
    });
    values.dateOnly = true;
    for (const char part : hasTime) values.dateOnly = values.dateOnly && !part;
    return std::make_shared<const Column>(std::move(name), std::move(values), std::move(missing));
}

}  // namespace

std::string_view valueKindName(ValueKind kind) {
    constexpr std::string_view names[] = {"a number", "true or false", "a text", "a date"};
    return names[static_cast<std::size_t>(kind)];
}

struct Expression::Impl {
    Table table;
    expression::NodePtr root;
};

Expression::Expression(std::string_view text, Table table, std::string_view parameter) {
    auto impl = std::make_unique<Impl>(Impl{std::move(table), nullptr});
    impl->root = expression::bind(expression::parse(text, parameter), text, impl->table, parameter);
    m_impl = std::move(impl);
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;

ValueKind Expression::kind() const {
    return m_impl->root->kind;
}

RowIds Expression::rowsWhereTrue(JobContext& context) const {
    const std::vector<Range> parts = chunks(m_impl->table.rows(), Grain);
    std::vector<RowIds> found(parts.size());
    parallelFor(parts.size(), [&](std::size_t i) {
        context.throwIfStopped();
        Scratch scratch;
        for (std::size_t row = parts[i].begin; row < parts[i].end; ++row) {
            scratch.clear();
            if (m_impl->root->at(row, scratch).isTrue()) found[i].push_back(static_cast<RowId>(row));
        }
    });
    RowIds rows;
    for (const RowIds& part : found) rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

ColumnPtr Expression::column(std::string name, JobContext& context, Warnings& warnings) const {
    const Node& root = *m_impl->root;
    const std::size_t rows = m_impl->table.rows();
    switch (root.kind) {
        case ValueKind::Number:
            return numberColumn(root, std::move(name), rows, context, warnings);
        case ValueKind::Moment:
            return momentColumn(root, std::move(name), rows, context);
        case ValueKind::Truth:
            return categoryColumn(std::move(name), rows, context, [&](std::size_t row, std::string& value) {
                Scratch scratch;
                const Cell cell = root.at(row, scratch);
                value = cell.number != 0 ? "true" : "false";
                return !cell.isMissing;
            });
        case ValueKind::Text:
            break;
    }
    const auto write = [&](std::size_t row, std::string& value) {
        Scratch scratch;
        const Cell cell = root.at(row, scratch);
        if (!cell.isMissing) value = cell.text;
        return !cell.isMissing;
    };
    // Few different texts are categories: what is made of categories, or only of words written in the expression.
    const std::size_t mostLevels = std::clamp<std::size_t>(rows / 10, 20, 1000);
    ColumnPtr column = categoryColumn(name, rows, context, write, mostLevels);
    return column ? column : textColumn(std::move(name), rows, context, write);
}

}  // namespace holdout
