// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiment/run.h"

namespace holdout {

// What a project keeps of the parts of a run, as JSON values that go into the file as CBOR. Doubles keep every bit,
// NaN among them; long lists of numbers are byte strings of little-endian values. Each fromRecord throws
// nlohmann::json::exception when the record has the wrong shape.

nlohmann::json toRecord(const Trial& trial);
nlohmann::json toRecord(const FoldResult& fold);
nlohmann::json toRecord(const DataRecord& data);
/// Rows and truth: known before the first fit.
nlohmann::json truthToRecord(const Run& run);
/// Scores, best trial, final pipeline's parameters, warnings and times: known when the run is finished.
nlohmann::json resultToRecord(const Run& run);

Trial trialFromRecord(const nlohmann::json& record);
FoldResult foldFromRecord(const nlohmann::json& record);
DataRecord dataFromRecord(const nlohmann::json& record);
void truthFromRecord(const nlohmann::json& record, Run& run);
/// Requires that `run.spec` is set.
void resultFromRecord(const nlohmann::json& record, Run& run);

}  // namespace holdout
