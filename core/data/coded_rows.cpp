// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/coded_rows.h"

#include <algorithm>

#include "base/quantile.h"
#include "base/radix_sort.h"

namespace holdout {
namespace {

double valueAt(const Column& column, std::size_t row) {
    return column.type() == ColumnType::Number ? column.numbers()[row] : static_cast<double>(column.dateTimes().micros[row]);
}

/// Upper edges of all classes but the last, ascending and distinct.
std::vector<double> edgesOf(const Column& column, std::size_t classes) {
    std::vector<double> sorted;
    sorted.reserve(column.rows());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) sorted.push_back(valueAt(column, row));
    if (sorted.empty()) return {};
    radixSort(sorted);
    std::vector<double> edges;
    for (std::size_t i = 0; i < sorted.size() && edges.size() <= classes; i = static_cast<std::size_t>(
             std::upper_bound(sorted.begin() + static_cast<std::ptrdiff_t>(i), sorted.end(), sorted[i]) - sorted.begin()))
        edges.push_back(sorted[i]);
    if (edges.size() > classes) {
        edges.clear();
        for (std::size_t i = 1; i < classes; ++i)
            edges.push_back(quantileOfSorted(sorted, static_cast<double>(i) / static_cast<double>(classes)));
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        // An edge that is the least value would hold it alone.
        if (edges.back() >= sorted.back()) edges.pop_back();
    } else {
        edges.pop_back();
    }
    return edges;
}

}  // namespace

CodedRows codedRows(const Column& column, std::size_t classes) {
    CodedRows result;
    result.codes.resize(column.rows());
    if (column.type() == ColumnType::Category) {
        result.count = column.levels().size();
        for (std::size_t row = 0; row < column.rows(); ++row)
            result.codes[row] = column.isMissing(row) ? static_cast<std::uint32_t>(result.count) : column.codes()[row];
        return result;
    }
    if (column.type() != ColumnType::Number && column.type() != ColumnType::DateTime) return result;
    const std::vector<double> edges = edgesOf(column, classes);
    result.count = edges.size() + 1;
    for (std::size_t row = 0; row < column.rows(); ++row)
        result.codes[row] = column.isMissing(row)
                                ? static_cast<std::uint32_t>(result.count)
                                : static_cast<std::uint32_t>(std::lower_bound(edges.begin(), edges.end(), valueAt(column, row)) - edges.begin());
    return result;
}

}  // namespace holdout
