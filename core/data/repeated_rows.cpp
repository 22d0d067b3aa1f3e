// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/repeated_rows.h"

#include <algorithm>

#include "base/parallel.h"
#include "data/cells.h"
#include "data/hash_parts.h"

namespace holdout {
namespace {

/// Column by column, which looks up the type once for many cells.
void addColumn(const Column& column, Range rows, std::uint64_t* hashes) {
    if (column.missing().any() || (column.type() != ColumnType::Number && column.type() != ColumnType::Category)) {
        for (std::size_t row = rows.begin; row < rows.end; ++row)
            hashes[row - rows.begin] = addToHash(hashes[row - rows.begin], hashCell(column, row));
    } else if (column.type() == ColumnType::Number) {
        const std::span<const double> values = column.numbers();
        for (std::size_t row = rows.begin; row < rows.end; ++row)
            hashes[row - rows.begin] = addToHash(hashes[row - rows.begin], hashNumber(values[row]));
    } else {
        const std::span<const std::uint32_t> codes = column.codes();
        for (std::size_t row = rows.begin; row < rows.end; ++row)
            hashes[row - rows.begin] = addToHash(hashes[row - rows.begin], codes[row]);
    }
}

}  // namespace

RowIds repeatedRows(const Table& table, const std::vector<std::size_t>& columns, JobContext& context) {
    HashParts parts = partByHash(table.rows(), context, [&](Range range, std::uint64_t* hashes) {
        for (const std::size_t column : columns) addColumn(table.column(column), range, hashes);
    });
    const auto same = [&](RowId a, RowId b) {
        return std::all_of(columns.begin(), columns.end(),
                           [&](std::size_t column) { return sameCell(table.column(column), a, b); });
    };
    std::vector<RowIds> found(HashParts::Count);
    parallelFor(HashParts::Count, [&](std::size_t i) {
        context.throwIfStopped();
        const std::span<HashKey> keys = parts.part(i);
        std::sort(keys.begin(), keys.end());
        std::vector<RowId> alike;  // the distinct rows seen of the present hash: one, but for collisions
        for (std::size_t k = 0; k < keys.size(); ++k) {
            if (k == 0 || keys[k].hash != keys[k - 1].hash) alike.clear();
            const bool isKnown = std::any_of(alike.begin(), alike.end(), [&](RowId row) { return same(row, keys[k].row); });
            if (isKnown) found[i].push_back(keys[k].row);
            else alike.push_back(keys[k].row);
        }
    });
    RowIds rows;
    for (const RowIds& part : found) rows.insert(rows.end(), part.begin(), part.end());
    std::sort(rows.begin(), rows.end());
    return rows;
}

}  // namespace holdout
