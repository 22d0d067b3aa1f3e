// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "experiment/experiment_spec.h"
#include "model/pipeline.h"
#include "tune/nested.h"

namespace holdout {

/// What identifies one column of the table: its name and the fingerprint of a table of it alone.
struct ColumnRecord {
    std::string name;
    std::string fingerprint;

    bool operator==(const ColumnRecord&) const = default;
};

/// What identifies the rows that a run saw.
struct DataRecord {
    std::string source;
    std::string sha256;        ///< of the file's bytes
    std::string fingerprint;   ///< SHA-256 of the fingerprints of the columns, in order: of the content as it was read
    std::vector<ColumnRecord> byColumn;   ///< so that a replay can name the column that changed
    std::int64_t rows = 0;
    std::int64_t columns = 0;

    bool operator==(const DataRecord&) const = default;
};

/// What the sealed rows said when they were opened for a run.
struct SealedResult {
    std::int64_t opening = 0;    ///< counted in the project, from 1
    std::string opened;          ///< ISO 8601, UTC
    std::int64_t rows = 0;
    std::map<std::string, ScoreSummary> scores;
    Warnings warnings;
};

/// The whole answer: immutable once finished.
struct Run {
    std::int64_t id = 0;              ///< in its project; 0 outside one
    ExperimentSpec spec;
    DataRecord data;
    Task task = Task::Classification;
    Target truth;                     ///< of all rows of the dataset, in the order of `truthRows`
    RowIds truthRows;
    Evaluation evaluation;            ///< of `finalPipeline`
    std::optional<StudyResult> study;
    std::optional<NestedResult> nested;   ///< when the tuning asked for it
    PipelineSpec finalPipeline;       ///< the spec's, with the best trial's parameters when tuned
    std::shared_ptr<const FittedPipeline> model;   ///< trained on all rows
    std::optional<SealedResult> sealed;   ///< none while they are closed to this run
    Warnings warnings;
    double seconds = 0;
    int threads = 1;
    std::string started;              ///< ISO 8601, UTC
    std::string version;
};

/// The result object of the command line's contract. Scores that are not defined are null.
nlohmann::json runToJson(const Run& run);

/// In which content two records differ, in words; empty when in none. Name and bytes of the file do not count.
std::string dataDifference(const DataRecord& before, const DataRecord& after);

}  // namespace holdout
