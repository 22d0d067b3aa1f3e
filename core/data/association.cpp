// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/association.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/radix_sort.h"

namespace holdout {
namespace {

constexpr double NotKnown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t MostCells = 4'000'000;

/// Pearson's of `x` and `y` in the rows where neither is missing: two passes.
double correlation(std::span<const double> x, std::span<const double> y, const MissingMask& a, const MissingMask& b) {
    const bool isComplete = !a.any() && !b.any();
    const auto isThere = [&](std::size_t row) { return isComplete || (!a[row] && !b[row]); };
    double n = 0, sumX = 0, sumY = 0;
    for (std::size_t row = 0; row < x.size(); ++row)
        if (isThere(row)) n += 1, sumX += x[row], sumY += y[row];
    if (n < 2) return NotKnown;
    const double meanX = sumX / n, meanY = sumY / n;
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t row = 0; row < x.size(); ++row) {
        if (!isThere(row)) continue;
        const double dx = x[row] - meanX, dy = y[row] - meanY;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0) : NotKnown;
}

/// Ranks of the rows of `column` that `other` has too; ties share their mean rank. 0 in other rows.
std::vector<double> ranksAmong(const RankedColumn& column, const MissingMask& other) {
    std::vector<double> ranks(column.values.size());
    std::vector<std::uint32_t> ties;
    double before = 0;
    const auto end = [&] {
        const double rank = before + (static_cast<double>(ties.size()) + 1) / 2;
        for (const std::uint32_t row : ties) ranks[row] = rank;
        before += static_cast<double>(ties.size());
        ties.clear();
    };
    for (const std::uint32_t row : column.order) {
        if (other[row]) continue;
        if (!ties.empty() && column.values[ties.back()] != column.values[row]) end();
        ties.push_back(row);
    }
    end();
    return ranks;
}

}  // namespace

RankedColumn rankedColumn(const Column& column) {
    RankedColumn result;
    result.missing = column.missing();
    result.values.resize(column.rows());
    std::vector<double> known;
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        result.values[row] = column.type() == ColumnType::Number ? column.numbers()[row] : static_cast<double>(column.dateTimes().micros[row]);
        known.push_back(result.values[row]);
        rows.push_back(static_cast<std::uint32_t>(row));
    }
    result.order = radixOrder(known);
    for (std::uint32_t& place : result.order) place = rows[place];
    result.ranks = ranksAmong(result, {});
    return result;
}

double pearson(const RankedColumn& a, const RankedColumn& b) {
    return correlation(a.values, b.values, a.missing, b.missing);
}

double spearman(const RankedColumn& a, const RankedColumn& b) {
    // Rows that the other column misses change the ranks.
    if (!a.missing.any() && !b.missing.any()) return correlation(a.ranks, b.ranks, {}, {});
    return correlation(b.missing.any() ? ranksAmong(a, b.missing) : a.ranks, a.missing.any() ? ranksAmong(b, a.missing) : b.ranks,
                       a.missing, b.missing);
}

std::vector<std::int64_t> crossed(const CodedRows& a, const CodedRows& b) {
    if (a.count == 0 || b.count == 0 || a.count > MostCells / b.count) return {};
    std::vector<std::int64_t> table(a.count * b.count);
    for (std::size_t row = 0; row < a.codes.size(); ++row)
        if (a.codes[row] < a.count && b.codes[row] < b.count) ++table[a.codes[row] * b.count + b.codes[row]];
    return table;
}

double cramersV(std::span<const std::int64_t> table, std::size_t columns) {
    if (columns == 0 || table.empty()) return NotKnown;
    std::vector<double> byRow(table.size() / columns), byColumn(columns);
    double n = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto count = static_cast<double>(table[i]);
        byRow[i / columns] += count;
        byColumn[i % columns] += count;
        n += count;
    }
    const auto present = [](const std::vector<double>& sums) {
        return static_cast<double>(std::count_if(sums.begin(), sums.end(), [](double sum) { return sum > 0; }));
    };
    const double rows = present(byRow), used = present(byColumn);
    if (n < 2 || rows < 2 || used < 2) return NotKnown;
    double squares = 0;  // the sum of n_ij² / (n_i n_j) is 1 + chi² / n
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i] > 0) squares += static_cast<double>(table[i]) / byRow[i / columns] * static_cast<double>(table[i]) / byColumn[i % columns];
    const double phi = std::max(0.0, squares - 1 - (rows - 1) * (used - 1) / (n - 1));
    const double r = rows - (rows - 1) * (rows - 1) / (n - 1), k = used - (used - 1) * (used - 1) / (n - 1);
    const double least = std::min(r, k) - 1;
    return least > 0 ? std::min(1.0, std::sqrt(phi / least)) : NotKnown;
}

double mutualInformation(std::span<const std::int64_t> table, std::size_t columns) {
    if (columns == 0 || table.empty()) return NotKnown;
    std::vector<double> byRow(table.size() / columns), byColumn(columns);
    double n = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        byRow[i / columns] += static_cast<double>(table[i]);
        byColumn[i % columns] += static_cast<double>(table[i]);
        n += static_cast<double>(table[i]);
    }
    double sum = 0;
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i] > 0) {
            const auto count = static_cast<double>(table[i]);
            sum += count / n * std::log(count * n / (byRow[i / columns] * byColumn[i % columns]));
        }
    return std::max(0.0, sum);
}

double correlationRatio(const CodedRows& classes, const RankedColumn& values) {
    std::vector<double> sums(classes.count), counts(classes.count);
    double n = 0, sum = 0;
    const auto isThere = [&](std::size_t row) { return classes.codes[row] < classes.count && !values.missing[row]; };
    for (std::size_t row = 0; row < values.values.size(); ++row)
        if (isThere(row)) n += 1, sum += values.values[row];
    if (n < 2) return NotKnown;
    const double mean = sum / n;
    double all = 0;
    for (std::size_t row = 0; row < values.values.size(); ++row) {
        if (!isThere(row)) continue;
        const double x = values.values[row] - mean;
        sums[classes.codes[row]] += x;
        counts[classes.codes[row]] += 1;
        all += x * x;
    }
    if (!(all > 0) || std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; }) < 2) return NotKnown;
    double between = 0;
    for (std::size_t c = 0; c < classes.count; ++c)
        if (counts[c] > 0) between += sums[c] * sums[c] / counts[c];
    return std::sqrt(std::min(1.0, between / all));
}

}  // namespace holdout
