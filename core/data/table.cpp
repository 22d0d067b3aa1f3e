// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/table.h"

#include <cassert>
#include <unordered_set>

#include "base/digest.h"
#include "base/format.h"

namespace holdout {
namespace {

void checkColumns(const std::vector<ColumnPtr>& columns, std::size_t rows) {
    std::unordered_set<std::string_view> names;
    for (const ColumnPtr& column : columns) {
        assert(column);
        if (column->rows() != rows)
            throw Error("The column has " + formatCount(static_cast<std::int64_t>(column->rows())) + " rows where " +
                            formatCount(static_cast<std::int64_t>(rows)) + " are expected.",
                        {.column = column->name()}, "All columns of a table have the same number of rows.");
        if (!names.insert(column->name()).second)
            throw Error("Two columns have this name.", {.column = column->name()}, "Rename one of them.");
    }
}

/// Length before content: "ab", "c" and "a", "bc" must not have the same digest.
void addText(Digest& digest, std::string_view text) {
    const std::uint64_t size = text.size();
    digest.addValues(std::span(&size, 1));
    digest.add(text);
}

struct AddValues {
    Digest& digest;

    void operator()(const NumberValues& v) const { digest.addValues(std::span<const double>(v.values)); }
    void operator()(const CategoryValues& v) const {
        for (const std::string& level : *v.levels) addText(digest, level);
        digest.addValues(std::span<const std::uint32_t>(v.codes));
    }
    void operator()(const TextValues& v) const {
        digest.addValues(std::span<const std::uint64_t>(v.offsets));
        digest.add(v.bytes);
    }
    void operator()(const DateTimeValues& v) const {
        addText(digest, v.dateOnly ? "date" : "time");
        digest.addValues(std::span<const std::int64_t>(v.micros));
    }
    void operator()(const ImageValues& v) const {
        for (const ImageSize& size : v.sizes) {
            const std::int32_t shape[] = {size.height, size.width, v.channels};
            digest.addValues(std::span<const std::int32_t>(shape));
        }
        digest.addValues(std::span<const std::uint8_t>(v.pixels));
    }
    void operator()(const SparseValues& v) const {
        for (const std::string& name : *v.names) addText(digest, name);
        digest.addValues(std::span<const std::int64_t>(v.rows.offsets));
        digest.addValues(std::span<const std::int32_t>(v.rows.columns));
        digest.addValues(std::span<const double>(v.rows.values));
    }
};

}  // namespace

Table::Table(std::vector<ColumnPtr> columns) : m_columns(std::move(columns)) {
    m_rows = m_columns.empty() ? 0 : m_columns.front()->rows();
    checkColumns(m_columns, m_rows);
}

Table::Table(std::vector<ColumnPtr> columns, std::size_t rows) : m_columns(std::move(columns)), m_rows(rows) {
    checkColumns(m_columns, m_rows);
}

std::optional<std::size_t> Table::indexOf(std::string_view name) const {
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        if (m_columns[i]->name() == name) return i;
    return std::nullopt;
}

std::size_t Table::missingCells() const {
    std::size_t sum = 0;
    for (const ColumnPtr& column : m_columns) sum += column->missing().count();
    return sum;
}

std::size_t Table::bytes() const {
    std::size_t sum = 0;
    for (const ColumnPtr& column : m_columns) sum += column->bytes();
    return sum;
}

Table Table::gather(std::span<const RowId> rows) const {
    std::vector<ColumnPtr> columns;
    columns.reserve(m_columns.size());
    for (const ColumnPtr& column : m_columns) columns.push_back(column->gather(rows));
    return {std::move(columns), rows.size()};
}

Table Table::withColumn(std::size_t index, ColumnPtr column) const {
    assert(index < m_columns.size());
    std::vector<ColumnPtr> columns = m_columns;
    columns[index] = std::move(column);
    return {std::move(columns), m_rows};
}

std::size_t requireColumn(const Table& table, std::string_view name, std::string_view parameter) {
    if (const std::optional<std::size_t> index = table.indexOf(name)) return *index;
    std::vector<std::string_view> names;
    for (const ColumnPtr& column : table.columns()) names.push_back(column->name());
    const std::string near = nearest(name, names);
    std::string remedy = near.empty() ? "" : "Did you mean \"" + near + "\"?";
    if (near.empty() && !names.empty()) {
        constexpr std::size_t Shown = 8;
        remedy = "The columns are ";
        for (std::size_t i = 0; i < std::min(names.size(), Shown); ++i)
            remedy += (i > 0 ? ", \"" : "\"") + std::string(names[i]) + "\"";
        remedy += names.size() > Shown ? " and " + std::to_string(names.size() - Shown) + " more." : ".";
    }
    throw Error("There is no column \"" + std::string(name) + "\".", {.parameter = std::string(parameter)}, remedy);
}

std::string fingerprint(const Table& table) {
    Digest digest;
    const std::uint64_t shape[] = {table.rows(), table.columnCount()};
    digest.addValues(std::span<const std::uint64_t>(shape));
    for (const ColumnPtr& column : table.columns()) {
        addText(digest, column->name());
        addText(digest, columnTypeName(column->type()));
        std::visit(AddValues{digest}, column->values());
        const std::uint64_t missing = column->missing().count();
        digest.addValues(std::span(&missing, 1));
        digest.addValues(column->missing().words());
    }
    return digest.hex();
}

}  // namespace holdout
