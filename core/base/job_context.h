// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>

#include "base/error.h"
#include "base/seed.h"

namespace holdout {

/// One point of the learning curve of an iterative fit. NaN means "not known".
struct TracePoint {
    std::int64_t epoch = 0;
    double trainingLoss = 0;
    double validationLoss = 0;
    double gradientNorm = 0;
    bool best = false;  ///< the lowest validation (else training) loss so far
};

/// Where running work says how far it is. Implementations are thread-safe and quick:
/// they are called from inner loops.
class Progress {
public:
    virtual ~Progress() = default;
    /// `fraction` in 0 … 1 of this piece of work; `what` names what is being done.
    virtual void report(double fraction, std::string_view what) = 0;
    /// A point of the loss trace of an iterative fit.
    virtual void trace(const TracePoint& point) = 0;
};

/// Ignores everything: for tests, and for pieces of work whose parent reports.
class SilentProgress final : public Progress {
public:
    void report(double, std::string_view) override {}
    void trace(const TracePoint&) override {}
};

/// What a piece of work is given besides its data. `stop` means: give up, throw
/// Cancelled. `finish` means: end early and return the best so far.
struct JobContext {
    std::stop_token stop;
    std::stop_token finish;
    Progress& progress;
    Seed seed;

    void throwIfStopped() const {
        if (stop.stop_requested()) throw Cancelled{};
    }
    bool shouldFinish() const { return finish.stop_requested(); }
    /// The same job with the seed of one of its units.
    JobContext derive(std::string_view unit, std::uint64_t index = 0) const {
        return {stop, finish, progress, seed.derive(unit, index)};
    }
    /// The same job reporting elsewhere.
    JobContext reporting(Progress& other) const { return {stop, finish, other, seed}; }
};

}  // namespace holdout
