// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/missing_patterns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/parallel.h"

namespace holdout {
namespace {

constexpr std::size_t MostColumns = 64;
constexpr std::size_t MostPatterns = 20;
constexpr std::size_t Grain = 1 << 16;  // a whole number of words

std::vector<std::size_t> lackingColumns(const Table& table) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < table.columnCount(); ++i)
        if (table.column(i).missing().any()) columns.push_back(i);
    if (columns.size() <= MostColumns) return columns;
    std::stable_sort(columns.begin(), columns.end(), [&](std::size_t a, std::size_t b) {
        return table.column(a).missing().count() > table.column(b).missing().count();
    });
    columns.resize(MostColumns);
    std::sort(columns.begin(), columns.end());
    return columns;
}

/// How many rows have each pattern: bit i for the i-th of `columns`.
std::map<std::uint64_t, std::int64_t> countPatterns(const Table& table, const std::vector<std::size_t>& columns, JobContext& context) {
    const std::vector<Range> ranges = chunks(table.rows(), Grain);
    std::vector<std::unordered_map<std::uint64_t, std::int64_t>> parts(ranges.size());
    parallelFor(ranges.size(), [&](std::size_t i) {
        context.throwIfStopped();
        std::vector<std::uint64_t> patterns(ranges[i].size());
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto words = table.column(columns[c]).missing().words();
            for (std::size_t w = ranges[i].begin / 64; w * 64 < ranges[i].end; ++w)
                for (std::uint64_t bits = words[w]; bits != 0; bits &= bits - 1)
                    patterns[w * 64 + static_cast<std::size_t>(std::countr_zero(bits)) - ranges[i].begin] |= std::uint64_t{1} << c;
        }
        for (const std::uint64_t pattern : patterns) ++parts[i][pattern];
    });
    std::map<std::uint64_t, std::int64_t> all;
    for (const auto& part : parts)
        for (const auto& [pattern, count] : part) all[pattern] += count;
    return all;
}

Eigen::MatrixXd correlations(const Table& table, const std::vector<std::size_t>& columns) {
    const auto n = static_cast<double>(table.rows());
    const auto size = static_cast<Eigen::Index>(columns.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Constant(size, size, std::numeric_limits<double>::quiet_NaN());
    parallelFor(columns.size(), [&](std::size_t a) {
        const MissingMask& x = table.column(columns[a]).missing();
        for (std::size_t b = 0; b <= a; ++b) {
            const MissingMask& y = table.column(columns[b]).missing();
            std::int64_t both = 0;
            for (std::size_t w = 0; w < x.words().size(); ++w) both += std::popcount(x.words()[w] & y.words()[w]);
            const double p = static_cast<double>(x.count()) / n, q = static_cast<double>(y.count()) / n;
            const double spread = std::sqrt(p * (1 - p) * q * (1 - q));
            const auto i = static_cast<Eigen::Index>(a), j = static_cast<Eigen::Index>(b);
            if (spread > 0) result(i, j) = (static_cast<double>(both) / n - p * q) / spread;
        }
    });
    return result.selfadjointView<Eigen::Lower>();
}

}  // namespace

MissingPatterns missingPatterns(const Table& table, JobContext& context) {
    MissingPatterns result;
    const std::vector<std::size_t> columns = lackingColumns(table);
    if (columns.empty()) return result;
    for (const std::size_t i : columns) result.columns.push_back(table.column(i).name());
    for (const auto& [bits, rows] : countPatterns(table, columns, context)) {
        MissingPattern pattern{{}, rows};
        for (std::size_t c = 0; c < columns.size(); ++c)
            if (bits >> c & 1) pattern.columns.push_back(c);
        result.patterns.push_back(std::move(pattern));
    }
    std::stable_sort(result.patterns.begin(), result.patterns.end(),
                     [](const MissingPattern& a, const MissingPattern& b) { return a.rows > b.rows; });
    for (std::size_t i = MostPatterns; i < result.patterns.size(); ++i) result.otherRows += result.patterns[i].rows;
    if (result.patterns.size() > MostPatterns) result.patterns.resize(MostPatterns);
    result.together = correlations(table, columns);
    return result;
}

}  // namespace holdout
