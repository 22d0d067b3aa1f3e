// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

/// Columns whose cells are missing in the same rows, and in how many.
struct MissingPattern {
    std::vector<std::size_t> columns;  ///< ascending, into MissingPatterns::columns; empty: the complete rows
    std::int64_t rows = 0;
};

/// Which columns are missing together.
struct MissingPatterns {
    std::vector<std::string> columns;     ///< those with missing cells: at most 64, the ones that lack most, in table order
    std::vector<MissingPattern> patterns; ///< those of most rows first, twenty at most
    std::int64_t otherRows = 0;           ///< rows of the patterns that are not listed
    /// Pearson correlation between "is missing" of two columns, 1 on the diagonal. NaN where a column lacks every cell.
    Eigen::MatrixXd together;
};

/// In parallel on the surrounding arena. Throws Cancelled.
MissingPatterns missingPatterns(const Table& table, JobContext& context);

}  // namespace holdout
