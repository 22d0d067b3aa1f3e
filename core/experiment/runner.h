// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "data/csv_reader.h"
#include "experiment/run.h"
#include "experiment/shape_data.h"

namespace holdout {

/// Told of what finishes while a run goes on, from any thread, one call at a time. The project's recorder and
/// the window's live view are observers.
class RunObserver {
public:
    virtual ~RunObserver() = default;
    /// Data are read and folds made: what is known before the first fit.
    virtual void started(const Run& run, std::size_t folds, std::size_t trials) { (void)run, (void)folds, (void)trials; }
    /// The fingerprint of the file is known, which `started` did not tell: the record is complete now. May come from a thread
    /// beside the other calls.
    virtual void identified(const DataRecord& data) { (void)data; }
    /// The person ended the training early: `run.spec` and its final pipeline now say after how many epochs.
    virtual void endedByHand(const Run& run) { (void)run; }
    virtual void trialFinished(const Trial& trial) { (void)trial; }
    virtual void foldFinished(const FoldResult& fold) { (void)fold; }
    /// Where the training of the model on all rows keeps its state; null: nowhere.
    virtual Checkpoints* checkpoints() { return nullptr; }
};

/// What is known already when a run is resumed.
struct Finished {
    std::vector<Trial> trials;
    std::vector<FoldResult> folds;
};

/// Reads the file that `spec.data` names, relative to `base`, sets its sealed rows aside and edits it. Throws Error.
ReadResult readData(const DataSpec& data, const EditRegistry& edits, const std::filesystem::path& base, JobContext& context);

/// What identifies the rows of `read`; the fingerprint of the file only where it is known already. Columns in parallel on the surrounding arena.
DataRecord recordOf(const ReadResult& read, const std::string& source);

/// Runs the whole question: folds, tuning when asked, evaluation of the final pipeline, a model on all rows.
/// The numbers depend on `spec` and `read.table` alone: what is `finished` must come from the same two, and is then
/// not computed again. The fingerprint of the file is computed beside the training; where there is none to be had, because the
/// file was written to while it was read, the run warns of it and has none. Call it inside the arena.
/// Throws Error and Cancelled.
Run runExperiment(const ExperimentSpec& spec, const ReadResult& read, const Catalog& catalog, const SearchRegistry& searches,
                  const Finished& finished, JobContext& context, RunObserver& observer);

/// Now, as ISO 8601 in UTC.
std::string timeNow();

/// The first thing in which two runs of one specification differ, in words ("accuracy of fold 3: 0.81 was 0.82");
/// empty when they are identical to the last bit. Times and versions do not count.
std::string firstDifference(const Run& before, const Run& after);

}  // namespace holdout
