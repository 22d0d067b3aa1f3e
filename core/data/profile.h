// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "data/csv_reader.h"
#include "data/table.h"

namespace holdout {

struct Histogram {
    double low = 0;
    double high = 0;
    std::vector<std::int64_t> counts;
};

struct LevelCount {
    std::string level;
    std::int64_t count = 0;
};

/// What one column holds. Moments and quantiles are of the cells that are there; `sd` divides by n - 1
/// (Welford's update, pairwise combined after Chan, Golub, LeVeque 1983); quantiles are type 7
/// (Hyndman, Fan 1996).
struct ColumnProfile {
    std::string name;
    ColumnType type = ColumnType::Number;
    std::int64_t rows = 0;
    std::int64_t missing = 0;
    std::int64_t distinct = 0;
    std::optional<double> min, max, mean, sd, quartile1, median, quartile3;
    std::int64_t outliers = 0;    ///< beyond 1.5 interquartile ranges from the quartiles
    std::vector<LevelCount> top;  ///< most frequent first, ten at most; ties in level order
    Histogram histogram;          ///< numbers and date-times only
    std::string first, last;      ///< date-times: the earliest and the latest, as text
};

/// A thing worth knowing about the data, in a sentence, with the id of the step that would mend it (or empty).
struct Finding {
    std::string column;
    std::string sentence;
    std::string remedyStep;
};

struct TableProfile {
    std::int64_t rows = 0;
    std::int64_t duplicateRows = 0;
    std::int64_t missingCells = 0;
    std::vector<ColumnProfile> columns;
    std::vector<Finding> findings;
};

/// Columns in parallel on the surrounding arena. The result does not depend on the number of threads.
TableProfile profile(const Table& table, JobContext& context);

/// The object of `holdout-cli profile --json`.
nlohmann::json profileToJson(const TableProfile& profile, const ReadResult& read);

}  // namespace holdout
