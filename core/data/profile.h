// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/job_context.h"
#include "data/csv_reader.h"
#include "data/dataset.h"
#include "data/edit/edit.h"
#include "data/missing_patterns.h"
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

/// Of texts, in characters.
struct TextLengths {
    std::int64_t shortest = 0, longest = 0;
    double mean = 0;
};

/// What one column holds. Moments and quantiles are of the cells that are there; `sd` divides by n - 1, skewness and
/// (excess) kurtosis are the moments' own (g1 and g2 of Joanes, Gill 1998); quantiles are type 7 (Hyndman, Fan 1996).
struct ColumnProfile {
    std::string name;
    ColumnType type = ColumnType::Number;
    std::int64_t rows = 0;
    std::int64_t missing = 0;
    std::int64_t distinct = 0;
    std::optional<double> min, max, mean, sd, quartile1, median, quartile3;
    std::optional<double> skewness, kurtosis;             ///< none where all cells are equal
    std::vector<std::pair<double, double>> quantiles;     ///< (p, value) for some p from 0.01 to 0.99
    std::optional<TextLengths> lengths;                   ///< texts only
    std::int64_t outliers = 0;    ///< beyond 1.5 interquartile ranges from the quartiles
    std::vector<LevelCount> top;  ///< most frequent first, ten at most; ties in level order
    Histogram histogram;          ///< numbers and date-times only
    std::string first, last;      ///< date-times: the earliest and the latest, as text
};

/// A thing worth knowing about the data, in a sentence, with what would mend it: a step (its id, or empty), an edit of the
/// table or another role for the column; at most one of them.
struct Finding {
    std::string column;
    std::string sentence;
    std::string remedyStep;
    std::optional<EditSpec> remedyEdit = std::nullopt;
    std::optional<Role> remedyRole = std::nullopt;
};

struct TableProfile {
    std::int64_t rows = 0;
    std::int64_t duplicateRows = 0;
    std::int64_t missingCells = 0;
    std::vector<ColumnProfile> columns;
    MissingPatterns missing;
    std::vector<Finding> findings;
};

ColumnProfile profileColumn(const Column& column, JobContext& context);

/// Columns in parallel on the surrounding arena. The result does not depend on the number of threads.
TableProfile profile(const Table& table, JobContext& context);

nlohmann::json findingToJson(const Finding& finding);
/// The object of `holdout-cli profile --json`.
nlohmann::json profileToJson(const TableProfile& profile, const ReadResult& read);

}  // namespace holdout
