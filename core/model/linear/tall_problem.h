// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "model/linear/moments.h"

namespace holdout {

/// A dense least-squares problem of many rows and few columns, and its second moments.
struct TallProblem {
    std::unique_ptr<const DesignMatrix> design;
    Moments moments;
};

/// Standardises and sums in one pass over the rows, where DesignMatrix and moments() take one each: such problems wait for
/// memory. None for problems of another shape, and for those whose first guess of means and deviations, from a sample of
/// the rows, is too far off for sums around it.
std::optional<TallProblem> tallProblem(const TrainingSet& training, JobContext& context);

}  // namespace holdout
