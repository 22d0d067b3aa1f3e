// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/cells.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

namespace holdout {
namespace {

bool sameSparse(const SparseRows& rows, std::size_t a, std::size_t b) {
    return std::ranges::equal(rows.columnsOf(a), rows.columnsOf(b)) &&
           std::ranges::equal(rows.valuesOf(a), rows.valuesOf(b));
}

template <typename T>
std::uint64_t hashBytes(std::span<const T> values) {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace

bool sameCell(const Column& column, std::size_t a, std::size_t b) {
    if (column.isMissing(a) || column.isMissing(b)) return column.isMissing(a) == column.isMissing(b);
    switch (column.type()) {
        case ColumnType::Number:
            return column.numbers()[a] == column.numbers()[b];
        case ColumnType::Category:
            return column.codes()[a] == column.codes()[b];
        case ColumnType::Text:
            return column.texts().at(a) == column.texts().at(b);
        case ColumnType::DateTime:
            return column.dateTimes().micros[a] == column.dateTimes().micros[b];
        case ColumnType::Image:
            return column.images().sizes[a] == column.images().sizes[b] &&
                   std::ranges::equal(column.images().at(a), column.images().at(b));
        case ColumnType::Sparse:
            return sameSparse(column.sparse().rows, a, b);
    }
    return false;
}

bool sameCells(const Column& a, const Column& b) {
    if (a.type() != b.type() || a.missing().count() != b.missing().count()) return false;
    for (std::size_t row = 0; row < a.rows(); ++row) {
        if (a.isMissing(row) || b.isMissing(row)) {
            if (a.isMissing(row) != b.isMissing(row)) return false;
            continue;
        }
        bool isSame = false;
        switch (a.type()) {
            case ColumnType::Number: isSame = a.numbers()[row] == b.numbers()[row]; break;
            case ColumnType::Category: isSame = a.levels()[a.codes()[row]] == b.levels()[b.codes()[row]]; break;
            case ColumnType::Text: isSame = a.texts().at(row) == b.texts().at(row); break;
            case ColumnType::DateTime: isSame = a.dateTimes().micros[row] == b.dateTimes().micros[row]; break;
            case ColumnType::Image:
            case ColumnType::Sparse: break;  // not compared
        }
        if (!isSame) return false;
    }
    return true;
}

std::uint64_t hashNumber(double value) {
    return std::bit_cast<std::uint64_t>(value + 0.0);  // which makes 0 of -0
}

std::uint64_t hashCell(const Column& column, std::size_t row) {
    if (column.isMissing(row)) return 0x9e3779b97f4a7c15U;
    switch (column.type()) {
        case ColumnType::Number:
            return hashNumber(column.numbers()[row]);
        case ColumnType::Category:
            return column.codes()[row];
        case ColumnType::Text:
            return std::hash<std::string_view>{}(column.texts().at(row));
        case ColumnType::DateTime:
            return static_cast<std::uint64_t>(column.dateTimes().micros[row]);
        case ColumnType::Image:
            return hashBytes(column.images().at(row));
        case ColumnType::Sparse:
            return hashBytes(column.sparse().rows.columnsOf(row));
    }
    return 0;
}

std::uint64_t addToHash(std::uint64_t hash, std::uint64_t cell) {
    std::uint64_t z = hash + 0x9e3779b97f4a7c15U + cell;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

}  // namespace holdout
