// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "base/job_context.h"
#include "base/parallel.h"
#include "data/column.h"

namespace holdout {

// Columns made row by row, in parallel over chunks. What is called for a row changes nothing that rows of other chunks
// share. Results do not depend on the number of threads.

/// Fills `value` (which may hold anything before) and returns whether the cell is there.
using WriteCell = std::function<bool(std::size_t row, std::string& value)>;

ColumnPtr textColumn(std::string name, std::size_t rows, JobContext& context, const WriteCell& write);
/// Levels in natural order. Null when there are more than `mostLevels`.
ColumnPtr categoryColumn(std::string name, std::size_t rows, JobContext& context, const WriteCell& write,
                         std::size_t mostLevels = static_cast<std::size_t>(-1));

/// The column `from` with each of its levels turned into map(level), and levels that become equal made one. An empty
/// optional makes the cells missing. Levels that no cell has any more are gone.
ColumnPtr mappedLevels(const Column& from, const std::function<std::optional<std::string>(const std::string&)>& map);

/// The column with the cells `isGone` says missing besides those that are.
ColumnPtr withMissing(const Column& column, const MissingMask& gone);

/// The rows for which isMissing(row, chunk) holds, called once for each row; `chunk` counts from 0 in chunks of 16,384
/// rows.
template <typename IsMissing>
MissingMask missingWhere(std::size_t rows, JobContext& context, const IsMissing& isMissing) {
    constexpr std::size_t Grain = 1 << 14;  // a whole number of words
    std::vector<std::uint64_t> bits((rows + 63) / 64);
    const std::vector<Range> parts = chunks(rows, Grain);
    parallelFor(parts.size(), [&](std::size_t i) {
        context.throwIfStopped();
        for (std::size_t row = parts[i].begin; row < parts[i].end; ++row)
            if (isMissing(row, i)) bits[row >> 6] |= std::uint64_t{1} << (row & 63);
    });
    return {rows, std::move(bits)};
}

}  // namespace holdout
