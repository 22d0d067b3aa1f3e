// SPDX-License-Identifier: GPL-3.0-or-later
#include "split/labelled_rows.h"

#include <algorithm>
#include <numeric>

namespace holdout {

LabelledRows labelledRows(const Column& column) {
    LabelledRows result;
    result.value.assign(column.rows(), LabelledRows::absent);
    std::vector<std::uint32_t> order;
    for (std::uint32_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) order.push_back(row);
    std::vector<std::string> texts(column.type() == ColumnType::Number ? 0 : column.rows());
    for (const std::uint32_t row : order)
        if (!texts.empty()) texts[row] = column.cellText(row);
    const auto less = [&](std::uint32_t a, std::uint32_t b) {
        return texts.empty() ? column.numbers()[a] < column.numbers()[b] : naturalLess(texts[a], texts[b]);
    };
    const auto differ = [&](std::uint32_t a, std::uint32_t b) {
        return texts.empty() ? column.numbers()[a] != column.numbers()[b] : texts[a] != texts[b];
    };
    // Natural order may hold different texts for equal ("a01", "a1"): byte order parts those.
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (less(a, b) || less(b, a)) return less(a, b);
        return !texts.empty() && texts[a] < texts[b];
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || differ(order[i], order[i - 1])) result.values.push_back(column.cellText(order[i]));
        result.value[order[i]] = static_cast<std::uint32_t>(result.values.size() - 1);
    }
    return result;
}

}  // namespace holdout
