// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "data/dataset.h"
#include "data/file_format.h"
#include "evaluate/evaluation.h"
#include "split/sealed_rows.h"
#include "tune/study.h"

namespace holdout {

/// Where the rows come from and what its columns are for.
struct DataSpec {
    std::string source;                                    ///< path of the file, relative to the specification
    Roles roles;
    std::optional<Task> task;                              ///< guessed from the target when not given
    std::map<std::string, ColumnType, std::less<>> types;  ///< where the inferred type is not wanted
    std::vector<std::string> missing;                      ///< codes besides the usual ones (NA, ?, …; see CsvOptions)
    std::optional<char> delimiter, quote, decimal;
    std::optional<Encoding> encoding;
    std::optional<bool> header;
    std::optional<char> comment, escape, thousands;        ///< NoMark: there is none
    std::optional<std::uint64_t> skip, headerRows;
    std::string sheet, table, query;                       ///< which part of a workbook or database
    std::optional<SealedSpec> sealed;                      ///< rows set aside before anything looks at them
    std::vector<EditSpec> edits;                           ///< of the table as it was read, in order; before the roles

    ReadOptions readOptions() const;
    bool operator==(const DataSpec&) const = default;
};

/// The whole question. A value: the window edits copies, each edit an undo step; the command line reads it from JSON.
struct ExperimentSpec {
    std::string name;
    DataSpec data;
    PipelineSpec pipeline;
    SplitSpec validate;
    std::vector<std::string> metrics;        ///< empty: the task's defaults
    std::optional<TuneSpec> tune;
    std::uint64_t seed = 1;

    bool operator==(const ExperimentSpec&) const = default;
};

/// The specification's roles, with the column of a predefined split as the fold column.
Roles effectiveRoles(const ExperimentSpec& spec, const Catalog& catalog);

/// Parses JSON text. `name` stands for the file in messages. Throws Error with the line where it is broken.
nlohmann::json parseJson(std::string_view text, const std::string& name);
/// Reads a whole file as JSON. Throws Error.
nlohmann::json readJsonFile(const std::filesystem::path& path);

/// Reads the part "data". Throws Error naming the key.
DataSpec dataSpecFromJson(const nlohmann::json& json, const EditRegistry& edits);

/// Reads the design's JSON. Throws Error naming the key; unknown keys are errors with the nearest known one.
ExperimentSpec specFromJson(const nlohmann::json& json, const Catalog& catalog, const SearchRegistry& searches);
/// Writes what specFromJson reads back to an equal value. The search space is an object, or a list of objects with
/// a "name" where the order of its dimensions is not that of their names: an object's members have no order, but grid
/// points do.
nlohmann::json specToJson(const ExperimentSpec& spec);

}  // namespace holdout
