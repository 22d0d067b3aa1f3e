// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/row_order.h"

#include <algorithm>
#include <numeric>

#include "base/parallel.h"

namespace holdout {
namespace {

constexpr std::size_t Grain = 1 << 15;

/// A row beside what it is sorted by, so that sorting does not look into the column.
template <typename Key>
struct Keyed {
    Key key;
    RowId row;
};

/// Stable merge sort: pieces in parallel, then pairs of sorted runs in parallel. The pieces depend on the count alone.
template <typename Key, typename Less>
void mergeSort(std::vector<Keyed<Key>>& items, const Less& less, JobContext& context) {
    const std::vector<Range> pieces = chunks(items.size(), Grain);
    const auto at = [](std::vector<Keyed<Key>>& list, std::size_t place) { return list.begin() + static_cast<std::ptrdiff_t>(place); };
    parallelFor(pieces.size(), [&](std::size_t i) {
        context.throwIfStopped();
        std::stable_sort(at(items, pieces[i].begin), at(items, pieces[i].end), less);
    });
    std::vector<Keyed<Key>> merged(items.size());
    for (std::size_t width = Grain; width < items.size(); width *= 2) {
        const std::vector<Range> pairs = chunks(items.size(), 2 * width);
        parallelFor(pairs.size(), [&](std::size_t i) {
            context.throwIfStopped();
            const std::size_t middle = std::min(pairs[i].begin + width, pairs[i].end);
            std::merge(at(items, pairs[i].begin), at(items, middle), at(items, middle), at(items, pairs[i].end),
                       at(merged, pairs[i].begin), less);
        });
        items.swap(merged);
    }
}

/// `keyOf` gives what rows are sorted by; `less` compares it.
template <typename KeyOf, typename Less>
RowIds sortedBy(const RowIds& rows, const KeyOf& keyOf, const Less& less, SortOrder order, JobContext& context) {
    using Key = decltype(keyOf(RowId{}));
    std::vector<Keyed<Key>> items(rows.size());
    const std::vector<Range> parts = chunks(rows.size(), Grain);
    parallelFor(parts.size(), [&](std::size_t i) {
        for (std::size_t at = parts[i].begin; at < parts[i].end; ++at) items[at] = {keyOf(rows[at]), rows[at]};
    });
    if (order == SortOrder::Ascending)
        mergeSort<Key>(items, [&](const auto& a, const auto& b) { return less(a.key, b.key); }, context);
    else
        mergeSort<Key>(items, [&](const auto& a, const auto& b) { return less(b.key, a.key); }, context);
    RowIds sorted(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) sorted[i] = items[i].row;
    return sorted;
}

/// The place of each level among all, as a person counts; an edit may have given levels another order.
std::vector<std::uint32_t> ranksOf(const std::vector<std::string>& levels) {
    std::vector<std::uint32_t> places(levels.size()), ranks(levels.size());
    std::iota(places.begin(), places.end(), 0U);
    std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) { return naturalLess(levels[a], levels[b]); });
    for (std::uint32_t i = 0; i < places.size(); ++i) ranks[places[i]] = i;
    return ranks;
}

RowIds sortedKnown(const Column& column, const RowIds& rows, SortOrder order, JobContext& context) {
    switch (column.type()) {
        case ColumnType::Number: {
            const auto values = column.numbers();
            return sortedBy(rows, [&](RowId row) { return values[row]; }, std::less<double>(), order, context);
        }
        case ColumnType::DateTime: {
            const auto& micros = column.dateTimes().micros;
            return sortedBy(rows, [&](RowId row) { return micros[row]; }, std::less<std::int64_t>(), order, context);
        }
        case ColumnType::Category: {
            const std::vector<std::uint32_t> ranks = ranksOf(column.levels());
            const auto codes = column.codes();
            return sortedBy(rows, [&](RowId row) { return ranks[codes[row]]; }, std::less<std::uint32_t>(), order, context);
        }
        case ColumnType::Text:
            return sortedBy(rows, [&](RowId row) { return column.texts().at(row); }, naturalLess, order, context);
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
    }
    return rows;
}

}  // namespace

bool isSortable(ColumnType type) {
    return type != ColumnType::Image && type != ColumnType::Sparse;
}

RowIds sortedRows(const Column& column, RowIds rows, SortOrder order, JobContext& context) {
    if (!column.missing().any()) return sortedKnown(column, rows, order, context);
    RowIds missing;
    std::erase_if(rows, [&](RowId row) {  // visits the rows in order
        if (column.isMissing(row)) missing.push_back(row);
        return column.isMissing(row);
    });
    RowIds sorted = sortedKnown(column, rows, order, context);
    sorted.insert(sorted.end(), missing.begin(), missing.end());
    return sorted;
}

}  // namespace holdout
