// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/stream_profile.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace holdout {
namespace {

constexpr std::size_t kMostLevels = 1 << 16;
constexpr std::size_t kTopLevels = 10;

}  // namespace

/// Means and squares of pieces are joined as Chan, Golub, LeVeque (1983) do.
void StreamProfile::addNumbers(const Column& column, Sums& sums) {
    const std::span<const double> values = column.numbers();
    double count = 0, sum = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (column.isMissing(row)) continue;
        if (sums.count + count == 0) sums.min = sums.max = values[row];
        sums.min = std::min(sums.min, values[row]);
        sums.max = std::max(sums.max, values[row]);
        sum += values[row];
        ++count;
    }
    if (count == 0) return;
    const double mean = sum / count;
    double squares = 0;
    for (std::size_t row = 0; row < values.size(); ++row)
        if (!column.isMissing(row)) squares += (values[row] - mean) * (values[row] - mean);
    const double apart = mean - sums.mean, all = sums.count + count;
    sums.squares += squares + apart * apart * sums.count * count / all;
    sums.mean += apart * count / all;
    sums.count = all;
}

void StreamProfile::addMoments(const Column& column, Sums& sums) {
    const DateTimeValues& values = column.dateTimes();
    sums.dateOnly = sums.dateOnly && values.dateOnly;
    for (std::size_t row = 0; row < values.micros.size(); ++row) {
        if (column.isMissing(row)) continue;
        if (sums.count == 0) sums.first = sums.last = values.micros[row];
        sums.first = std::min(sums.first, values.micros[row]);
        sums.last = std::max(sums.last, values.micros[row]);
        ++sums.count;
    }
}

void StreamProfile::addLevels(const Column& column, Sums& sums) {
    if (sums.tooManyLevels) return;
    std::vector<std::int64_t> counts(column.levels().size());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) ++counts[column.codes()[row]];
    for (std::size_t code = 0; code < counts.size(); ++code)
        if (counts[code] > 0) sums.levels[column.levels()[code]] += counts[code];
    if (sums.levels.size() <= kMostLevels) return;
    sums.tooManyLevels = true;
    sums.levels.clear();
}

void StreamProfile::add(const Table& piece) {
    if (m_sums.empty()) m_sums.resize(piece.columnCount());
    parallelFor(m_sums.size() + 1, [&](std::size_t task) {
        if (task == 0) return m_sample.add(piece);
        const Column& column = piece.column(task - 1);
        Sums& sums = m_sums[task - 1];
        sums.missing += static_cast<std::int64_t>(column.missing().count());
        if (column.type() == ColumnType::Number) addNumbers(column, sums);
        if (column.type() == ColumnType::DateTime) addMoments(column, sums);
        if (column.type() == ColumnType::Category) addLevels(column, sums);
    });
}

void StreamProfile::complete(const Sums& sums, std::int64_t rows, ColumnProfile& column) {
    column.rows = rows;
    column.missing = sums.missing;
    if (column.type == ColumnType::Number && sums.count > 0) {
        column.min = sums.min;
        column.max = sums.max;
        column.mean = sums.mean;
        if (sums.count > 1) column.sd = std::sqrt(sums.squares / (sums.count - 1));
    }
    if (column.type == ColumnType::DateTime && sums.count > 0) {
        column.first = formatDateTime(sums.first, sums.dateOnly);
        column.last = formatDateTime(sums.last, sums.dateOnly);
    }
    if (column.type != ColumnType::Category || sums.tooManyLevels) return;
    column.distinct = static_cast<std::int64_t>(sums.levels.size());
    column.top.clear();
    for (const auto& [level, count] : sums.levels) column.top.push_back({level, count});
    std::stable_sort(column.top.begin(), column.top.end(),
                     [](const LevelCount& a, const LevelCount& b) { return a.count > b.count; });
    if (column.top.size() > kTopLevels) column.top.resize(kTopLevels);
}

TableProfile StreamProfile::finish(JobContext& context) {
    m_sampled = m_sample.take();
    TableProfile result = profile(m_sampled, context);
    result.rows = static_cast<std::int64_t>(m_sample.seen());
    result.missingCells = 0;
    for (std::size_t c = 0; c < m_sums.size(); ++c) {
        complete(m_sums[c], result.rows, result.columns[c]);
        result.missingCells += m_sums[c].missing;
    }
    return result;
}

}  // namespace holdout
