// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/evaluation.h"

namespace holdout {

/// Where the fits of candidates find and leave their state, so that one with more epochs goes on from one with fewer
/// (Checkpoints in base/job_context.h). The bits of a model are the same with it and without.
class ContinuedFits {
public:
    virtual ~ContinuedFits() = default;
    /// Of the fit of `candidate` in the fold at position `fold`; null: it begins anew and leaves nothing. Asked from
    /// several threads at once; what it gives is used by one.
    virtual Checkpoints* of(std::size_t candidate, std::size_t fold) = 0;
};

/// As evaluateCandidates of evaluation.h; fits that share work with others (a path, folds together) begin anew.
std::vector<CandidateResult> evaluateCandidates(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                                const std::vector<Fold>& folds, const std::vector<std::string>& metrics,
                                                const Catalog& catalog, Keep keep, JobContext& context, const FoldSink& sink,
                                                ContinuedFits& continued);

}  // namespace holdout
