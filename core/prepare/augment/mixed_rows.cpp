// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/augment/mixed_rows.h"

#include <algorithm>

#include "base/parallel.h"
#include "prepare/column_statistics.h"

namespace holdout {

double MixedRows::squaredDistance(std::size_t a, std::size_t b) const {
    double sum = (numbers.col(static_cast<Eigen::Index>(a)) - numbers.col(static_cast<Eigen::Index>(b))).squaredNorm();
    for (const auto& column : codes) sum += column[a] != column[b] ? categoryDistance : 0;
    return sum;
}

MixedRows mixedRows(const Table& table, const std::vector<std::size_t>& numbers,
                    const std::vector<std::size_t>& categories, bool standardize) {
    MixedRows rows;
    rows.numbers.resize(static_cast<Eigen::Index>(numbers.size()), static_cast<Eigen::Index>(table.rows()));
    for (std::size_t j = 0; j < numbers.size(); ++j) {
        const Column& column = table.column(numbers[j]);
        if (column.missing().any())
            throw Error("Rows can only be compared by columns without missing cells, and this one has some.",
                        {.column = column.name(), .parameter = "columns"},
                        "Put an impute step before this one, or choose other columns.");
        const Moments moments = momentsOf(column);
        const double factor = !standardize || moments.constant ? 1.0 : 1 / moments.sd;
        rows.numbers.row(static_cast<Eigen::Index>(j)) =
            factor *
            Eigen::Map<const Eigen::RowVectorXd>(column.numbers().data(), static_cast<Eigen::Index>(table.rows()));
    }
    for (const std::size_t i : categories) {
        const Column& column = table.column(i);
        std::vector<std::uint32_t>& codes = rows.codes.emplace_back(column.codes().begin(), column.codes().end());
        for (std::size_t row = 0; row < codes.size(); ++row)
            if (column.isMissing(row)) codes[row] = static_cast<std::uint32_t>(column.levels().size());
    }
    return rows;
}

std::vector<std::uint32_t> nearestRows(const MixedRows& rows, std::uint32_t of, std::span<const std::uint32_t> among,
                                       std::size_t count) {
    std::vector<std::pair<double, std::uint32_t>> distances;
    distances.reserve(among.size());
    for (const std::uint32_t other : among)
        if (other != of) distances.emplace_back(rows.squaredDistance(of, other), other);
    count = std::min(count, distances.size());
    std::partial_sort(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(count), distances.end());
    std::vector<std::uint32_t> nearest;
    for (std::size_t i = 0; i < count; ++i) nearest.push_back(distances[i].second);
    return nearest;
}

std::vector<std::vector<std::uint32_t>> nearestRowsOfAll(const MixedRows& rows, std::span<const std::uint32_t> queries,
                                                         std::span<const std::uint32_t> among, std::size_t count,
                                                         const JobContext& context) {
    std::vector<std::vector<std::uint32_t>> nearest(queries.size());
    const std::vector<Range> parts = chunks(queries.size(), 8);
    parallelFor(parts.size(), [&](std::size_t part) {
        context.throwIfStopped();
        for (std::size_t i = parts[part].begin; i < parts[part].end; ++i)
            nearest[i] = nearestRows(rows, queries[i], among, count);
    });
    return nearest;
}

}  // namespace holdout
