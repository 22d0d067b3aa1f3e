// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/append_rows.h"

#include <cassert>

namespace holdout {
namespace {

template <typename T>
void append(std::vector<T>& values, const std::vector<T>& more) {
    values.insert(values.end(), more.begin(), more.end());
}

/// `offsets` go on where those before them end.
template <typename T>
void appendOffsets(std::vector<T>& offsets, const std::vector<T>& more) {
    const T from = offsets.back();
    for (std::size_t i = 1; i < more.size(); ++i) offsets.push_back(from + more[i]);
}

struct Appender {
    const Column& below;

    void operator()(NumberValues& v) const { append(v.values, std::get<NumberValues>(below.values()).values); }
    void operator()(CategoryValues& v) const {
        assert(v.levels == std::get<CategoryValues>(below.values()).levels || *v.levels == below.levels());
        append(v.codes, std::get<CategoryValues>(below.values()).codes);
    }
    void operator()(TextValues& v) const {
        appendOffsets(v.offsets, below.texts().offsets);
        v.bytes += below.texts().bytes;
    }
    void operator()(DateTimeValues& v) const {
        append(v.micros, below.dateTimes().micros);
        v.dateOnly = v.dateOnly && below.dateTimes().dateOnly;
    }
    void operator()(ImageValues& v) const {
        const ImageValues& more = below.images();
        assert(v.channels == more.channels);
        if (v.offsets.empty()) v.offsets.push_back(0);
        append(v.sizes, more.sizes);
        appendOffsets(v.offsets, more.offsets);
        append(v.pixels, more.pixels);
    }
    void operator()(SparseValues& v) const {
        const SparseRows& more = below.sparse().rows;
        assert(v.rows.width == more.width);
        appendOffsets(v.rows.offsets, more.offsets);
        append(v.rows.columns, more.columns);
        append(v.rows.values, more.values);
    }
};

ColumnPtr appended(const Column& first, const Column& second) {
    assert(first.name() == second.name() && first.type() == second.type());
    Column::Values values = first.values();
    std::visit(Appender{second}, values);
    MissingMask missing(first.rows() + second.rows());
    if (first.missing().any() || second.missing().any())
        for (std::size_t row = 0; row < missing.rows(); ++row)
            if (row < first.rows() ? first.isMissing(row) : second.isMissing(row - first.rows())) missing.set(row);
    return std::make_shared<const Column>(first.name(), std::move(values), std::move(missing));
}

}  // namespace

Table appendRows(const Table& first, const Table& second) {
    if (second.rows() == 0) return first;
    if (first.rows() == 0) return second;
    assert(first.columnCount() == second.columnCount());
    std::vector<ColumnPtr> columns;
    for (std::size_t i = 0; i < first.columnCount(); ++i)
        columns.push_back(appended(first.column(i), second.column(i)));
    return {std::move(columns), first.rows() + second.rows()};
}

}  // namespace holdout
