// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/job_context.h"
#include "split/splitter.h"

namespace holdout {

/// The job of one fold, reporting to `progress`. Its seed depends on the fold's repeat and index alone, so that whoever fits
/// a pipeline in a fold, for scores, curves or explanations, gets the same model.
inline JobContext foldContext(const JobContext& context, const Fold& fold, Progress& progress) {
    return context.reporting(progress)
        .derive("repeat", static_cast<std::uint64_t>(fold.repeat))
        .derive("fold", static_cast<std::uint64_t>(fold.index));
}

}  // namespace holdout
