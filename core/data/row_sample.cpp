// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/row_sample.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "data/append_rows.h"

namespace holdout {
namespace {

ColumnPtr withLevels(const Column& column, const std::vector<std::uint32_t>& codeOf,
                     const std::shared_ptr<const std::vector<std::string>>& levels) {
    std::vector<std::uint32_t> codes(column.codes().begin(), column.codes().end());
    for (std::size_t row = 0; row < codes.size(); ++row)
        if (!column.isMissing(row)) codes[row] = codeOf[codes[row]];
    return std::make_shared<const Column>(column.name(), CategoryValues{std::move(codes), levels}, column.missing());
}

/// Both columns with the levels of the first, and behind them those that only the second has.
void uniteLevels(ColumnPtr& first, ColumnPtr& second) {
    if (first->levels() == second->levels()) return;
    auto levels = std::make_shared<std::vector<std::string>>(first->levels());
    std::unordered_map<std::string_view, std::uint32_t> known;
    for (std::uint32_t code = 0; code < first->levels().size(); ++code) known.emplace(first->levels()[code], code);
    std::vector<std::uint32_t> same(first->levels().size()), codeOf;
    std::iota(same.begin(), same.end(), 0U);
    for (const std::string& level : second->levels()) {
        const auto found = known.find(level);
        codeOf.push_back(found != known.end() ? found->second : static_cast<std::uint32_t>(levels->size()));
        if (found == known.end()) levels->push_back(level);
    }
    first = withLevels(*first, same, levels);
    second = withLevels(*second, codeOf, levels);
}

}  // namespace

Table appendAlike(const Table& first, const Table& second) {
    if (first.columnCount() == 0) return second;
    std::vector<ColumnPtr> above = first.columns(), below;
    for (ColumnPtr& column : above) {
        ColumnPtr other = second.columnPtr(requireColumn(second, column->name(), "columns"));
        std::size_t lost = 0;
        if (other->type() != column->type()) other = retyped(other, column->type(), lost);
        if (column->type() == ColumnType::Category) uniteLevels(column, other);
        below.push_back(std::move(other));
    }
    return appendRows({std::move(above), first.rows()}, {std::move(below), second.rows()});
}

void RowSample::add(const Table& piece) {
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t row = 0; row < piece.rows(); ++row) {
        const double drawn = m_random.uniform();
        if (drawn > m_most) continue;
        chosen.push_back(row);
        m_drawn.push_back(drawn);
    }
    m_seen += piece.rows();
    if (m_rows.columnCount() == 0 || !chosen.empty()) m_rows = appendAlike(m_rows, piece.gather(chosen));
    if (m_drawn.size() > 2 * m_size) prune();
}

void RowSample::prune() {
    if (m_drawn.size() <= m_size) return;
    std::vector<double> sorted = m_drawn;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(m_size), sorted.end());
    m_most = sorted[m_size];  // of the first row that is out
    std::vector<std::uint32_t> kept;
    std::vector<double> drawn;
    for (std::uint32_t row = 0; row < m_drawn.size(); ++row) {
        if (!(m_drawn[row] < m_most)) continue;
        kept.push_back(row);
        drawn.push_back(m_drawn[row]);
    }
    m_rows = m_rows.gather(kept);
    m_drawn = std::move(drawn);
}

Table RowSample::take() {
    prune();
    return m_rows;
}

}  // namespace holdout
