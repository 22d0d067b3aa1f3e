// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tune/study.h"
#include "tune/warm_trials.h"

namespace holdout {

/// What a trial with less than the full budget has less of.
struct Resource {
    enum class Kind { Rows, Epochs } kind = Kind::Rows;
    std::string_view param;  ///< of the model, that counts its epochs or trees
};

/// The resource that the search asks for and the model has. Throws Error when it has no epochs.
Resource resourceOf(const SearchInfo& search, const Params& params, const PipelineSpec& base, const Catalog& catalog);
/// The least share of it that is worth anything: an epoch, or some twenty rows.
double leastBudget(const Resource& resource, const PipelineSpec& base, std::size_t rows, const Catalog& catalog);

/// How trials are evaluated. Refers to what it was made from.
struct BatchSetting {
    const Dataset& data;
    const PipelineSpec& base;
    const std::vector<Fold>& folds;
    std::vector<std::string> metrics;  ///< `metric` among them
    const Catalog& catalog;
    std::string metric;
    Direction direction;
    Resource resource;
    bool prunes = false;  ///< by folds
    bool measuresSizes = false;
    WarmTrials* warm = nullptr;  ///< where trials go on from fewer epochs to more; null: each begins anew
};

/// Fills in the scores of `trials` (points and budgets, of one budget): in parallel over trials and folds. Those among
/// `known` (same number, point and budget) are taken as they are. With pruning, folds run in stages, and a trial whose
/// folds so far are worse than those of `best` by more than chance explains ends as Pruned. `told` hears of each new
/// trial as it ends, from any thread, one call at a time. Throws Cancelled.
std::vector<Trial> evaluateBatch(const BatchSetting& setting, std::vector<Trial> trials,
                                 const std::vector<Trial>& known, const Trial* best, JobContext& context,
                                 const std::function<void(Trial&)>& told);

/// Whether scores of the first folds say that a trial cannot beat `best`: its mean lag is more than chance explains, by
/// the corrected resampled t-test (Nadeau, Bengio 2003), one-sided, at 1 % shared among `looks` looks. Requires as many
/// scores in both.
bool cannotWin(const std::vector<double>& scores, const std::vector<double>& best, Direction direction,
               double testToTrain, std::size_t looks);

}  // namespace holdout
