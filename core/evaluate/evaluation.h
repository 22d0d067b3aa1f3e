// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/edit/edit.h"
#include "metric/metric.h"
#include "model/pipeline.h"
#include "split/splitter.h"

namespace holdout {

/// What one fitted step saw in one fold.
struct LedgerEntry {
    std::string step;
    std::int64_t rowsSeen = 0;
    std::int64_t heldOutRowsSeen = 0;  ///< 0, or the evaluation fails with an Error
    std::vector<std::string> learnt;

    bool operator==(const LedgerEntry&) const = default;
};

/// Everything that one fold gave.
struct FoldResult {
    int repeat = 0;
    int index = 0;
    std::int64_t trainRows = 0;
    RowIds testRows;                             ///< rows of the table that was read
    Predictions predictions;                     ///< of `testRows`
    std::map<std::string, double> scores;        ///< by metric id
    std::vector<LedgerEntry> ledger;
    std::vector<TracePoint> trace;
    std::string modelSummary;
    Warnings warnings;
    double seconds = 0;
    std::int64_t modelBytes = 0;                 ///< of the model as it is saved; 0 when nobody asked
    Eigen::VectorXd deviations = {};             ///< of `predictions` (model/deviations.h); empty when the model says none
};

/// A score over folds with its interval and how the interval was obtained.
struct ScoreSummary {
    double mean = 0;
    double sd = 0;               ///< sample sd over folds; NaN for one fold
    double low = 0, high = 0;    ///< 95 %
    std::string interval;        ///< "corrected resampled t (Nadeau, Bengio 2003)", …
    std::vector<double> folds;
};

struct Evaluation {
    std::vector<FoldResult> folds;                     ///< in order of repeat, then index
    std::map<std::string, ScoreSummary> scores;        ///< by metric id
};

/// Recipe, model and their parameters: what is fitted in each fold.
struct PipelineSpec {
    std::vector<StepSpec> prepare;
    ModelSpec model;

    bool operator==(const PipelineSpec&) const = default;
};

/// The registries that a specification's ids are looked up in. Made once by `app`, passed by reference.
struct Catalog {
    EditRegistry edits;
    StepRegistry steps;
    SplitRegistry splits;
    MetricRegistry metrics;
    ModelRegistry models;
    std::shared_ptr<const ModelSource> starts = {};   ///< null: no model can start from another
};
Catalog builtinCatalog();

/// Called when a fold of a candidate is finished, from any thread, one call at a time.
using FoldSink = std::function<void(std::size_t candidate, const FoldResult& fold)>;

/// What one candidate gave. With an error, the folds that finished before it are kept and the others are empty.
struct CandidateResult {
    std::vector<FoldResult> folds;   ///< in the order of the folds asked for
    std::optional<Error> error;
};

/// A tuning of thousands of trials keeps scores only, or scores and the sizes of the models; an evaluation keeps
/// predictions, ledger and traces too.
enum class Keep { ScoresOnly, ScoresAndSizes, Everything };

/// Positions of candidates that are fitted together because they differ in nothing but the parameter of their
/// model's path. Any candidate is in exactly one group. The bits of a result depend on its group as a whole:
/// whoever wants the same bits again evaluates whole groups.
std::vector<std::vector<std::size_t>> pathGroups(const std::vector<PipelineSpec>& candidates, const ModelRegistry& models);

/// Fits `candidates[c]` in each fold and scores it on the fold's held-out rows. Work that candidates share
/// (equal recipes; a path over lambda) is done once a fold. Folds and candidates run in parallel on the
/// surrounding arena; results do not depend on the number of threads. Seeds: fold f of repeat r fits with
/// seed.derive("repeat", r).derive("fold", f), the same for every candidate. Loss traces are kept in the
/// results, not published; neither `context.finish` (folds cut short would not be comparable) nor its pace are passed on.
/// An Error of one candidate ends that candidate only. Throws Cancelled, and Error when a fitted step saw a held-out row.
std::vector<CandidateResult> evaluateCandidates(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                                const std::vector<Fold>& folds, const std::vector<std::string>& metrics,
                                                const Catalog& catalog, Keep keep, JobContext& context, const FoldSink& sink);

/// One candidate's folds, with everything kept. Leave-one-out of linear models without its refits (leave_one_out.h). Throws
/// its Error.
std::vector<FoldResult> evaluateFolds(const Dataset& data, const PipelineSpec& spec, const std::vector<Fold>& folds,
                                      const std::vector<std::string>& metrics, const Catalog& catalog, JobContext& context,
                                      const std::function<void(const FoldResult&)>& sink);

/// Fits on all rows: the model to carry out.
std::shared_ptr<const FittedPipeline> fitPipeline(const Dataset& data, const PipelineSpec& spec, const Catalog& catalog,
                                                  JobContext& context);

/// Means and intervals over folds.
/// - Two folds or more: the corrected resampled t interval, with test rows / training rows as the correction, cut off
///   where the score's range ends.
/// - Where that has no meaning (one fold; folds of one row; a score that some fold cannot give): the score of all held-out
///   predictions together, with Wilson's interval for proportions, DeLong's for the area under the ROC curve of two classes,
///   and else a BCa bootstrap interval over rows, seeded by `seed` (intervals.h). NaN when even all rows together cannot
///   give the score.
/// Predictions of all folds must be there.
std::map<std::string, ScoreSummary> summarise(const Dataset& data, const std::vector<FoldResult>& folds,
                                              const std::vector<std::string>& metrics, const MetricRegistry& registry, Seed seed);

/// The held-out truth and predictions of folds, one after another.
struct PooledPredictions {
    Target truth;
    Predictions predictions;
    Eigen::VectorXd weights;   ///< empty when all are 1
};
/// `truthRows` are the rows (of the table that was read) that `truth` is of, sorted; `weights` may be empty.
PooledPredictions pool(const Target& truth, const Eigen::VectorXd& weights, const RowIds& truthRows,
                       const std::vector<FoldResult>& folds);

}  // namespace holdout
