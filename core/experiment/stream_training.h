// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

#include "experiment/experiment_spec.h"
#include "model/pipeline.h"

namespace holdout {

/// What the model said of a piece before it learnt from it.
struct StreamPoint {
    std::int64_t rows = 0;                 ///< learnt from before
    std::map<std::string, double> scores;  ///< by metric id
};

/// How a file larger than memory is learnt from.
struct StreamRules {
    std::size_t chunkBytes = std::size_t{32} << 20;  ///< about so much of the file is in memory at once
    std::int64_t heldOutEvery = 10;                  ///< each so-manieth row is never learnt from
    std::size_t scoredMost = 20'000;                 ///< of the held-out rows at most so many, evenly spread, are scored in the end
    std::function<void(const StreamPoint&)> observe = {};  ///< called as each piece has been scored, from the job's thread
};

struct StreamResult {
    std::shared_ptr<const FittedPipeline> model;
    bool isComplete = true;  ///< false: stopped before the end of the file, and the model is of the rows before
    std::uint64_t bytes = 0;
    double seconds = 0;
    std::int64_t trainedRows = 0, heldOutRows = 0, scoredRows = 0;
    std::vector<StreamPoint> trace;
    std::map<std::string, double> prequential;    ///< means over the trace by rows: test, then train (Gama et al. 2013)
    std::map<std::string, ScoreSummary> heldOut;  ///< of the last model, on rows that it never saw
    Warnings warnings;
};

/// Trains a model that can go on with new rows (Capabilities::update) in one pass over a text table. The recipe, the classes
/// and the first model are learnt from the training rows of the first piece; each further piece is prepared by that recipe,
/// scored, and then learnt from. When the context is stopped, what was learnt so far is returned; before there is a first
/// model, Cancelled is thrown. The bits depend on specification, rules and file alone. Throws Error, among others for what
/// cannot be done in pieces: edits, sealed rows, tuning.
StreamResult trainOnStream(const ExperimentSpec& spec, const std::filesystem::path& file, const StreamRules& rules,
                           const Catalog& catalog, JobContext& context);

nlohmann::json streamResultToJson(const StreamResult& result);

}  // namespace holdout
