// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/linear/design_matrix.h"

namespace holdout {

/// Solves a problem for many resamples of the same rows at once, where that is quicker than one after another. Threads: may
/// be called from several at a time.
class ResampleSolver {
public:
    /// The most resamples that it takes together, and how many are worth giving it.
    static constexpr std::size_t kTogether = 64;

    virtual ~ResampleSolver() = default;
    /// The solution for each resample, whose bits depend on that resample alone; none where the resample has to be solved
    /// by itself.
    virtual std::vector<std::optional<RawCoefficients>> solve(std::span<const RowCounts* const> resamples,
                                                              JobContext& context) const = 0;
};

}  // namespace holdout
