// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "data/column.h"

namespace holdout {

/// A position among the rows of the table that was read.
using RowId = std::uint32_t;
using RowIds = std::vector<RowId>;

/// Columns of equal length. Immutable and cheap to copy: columns are shared.
/// Threads: may be read from any number at once.
class Table {
public:
    Table() = default;
    /// Throws Error when lengths differ or a name stands twice.
    explicit Table(std::vector<ColumnPtr> columns);
    /// A table without columns that still has rows (nothing left to learn from).
    Table(std::vector<ColumnPtr> columns, std::size_t rows);

    std::size_t rows() const { return m_rows; }
    std::size_t columnCount() const { return m_columns.size(); }
    const std::vector<ColumnPtr>& columns() const { return m_columns; }
    const Column& column(std::size_t index) const { return *m_columns[index]; }
    const ColumnPtr& columnPtr(std::size_t index) const { return m_columns[index]; }
    std::optional<std::size_t> indexOf(std::string_view name) const;
    std::size_t missingCells() const;
    std::size_t bytes() const;

    Table gather(std::span<const RowId> rows) const;
    /// The same table with one column in place of another of the same length.
    Table withColumn(std::size_t index, ColumnPtr column) const;

private:
    std::vector<ColumnPtr> m_columns;
    std::size_t m_rows = 0;
};

/// Throws Error naming the nearest column when `name` is none of the table's.
std::size_t requireColumn(const Table& table, std::string_view name, std::string_view parameter);

/// SHA-256 of the content (names, types, cells), whatever file it came from.
std::string fingerprint(const Table& table);

}  // namespace holdout
