// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/pace.h"
#include "base/seed.h"

namespace holdout {

class Model;

/// How many values fall into each of equal bins between two ends.
struct ValueHistogram {
    double low = 0;
    double high = 0;
    std::vector<std::int64_t> counts;
};

/// What a layer of a network holds and gives at some moment.
struct LayerView {
    std::string name;
    ValueHistogram weights;
    ValueHistogram activations;  ///< on a sample of rows; no counts when not known
};

/// One point of the learning curve of an iterative fit. NaN means "not known".
struct TracePoint {
    std::int64_t epoch = 0;
    double trainingLoss = 0;
    double validationLoss = 0;
    double gradientNorm = 0;
    bool best = false;  ///< the lowest validation (else training) loss so far
    double score = std::numeric_limits<double>::quiet_NaN();     ///< accuracy or R² on validation rows
    double stepSize = std::numeric_limits<double>::quiet_NaN();  ///< the learning rate at the end of the epoch
    std::shared_ptr<const std::vector<LayerView>> layers = {};   ///< of networks, while they train; not saved
    std::shared_ptr<const Model> model = {};  ///< as it is now, of small networks, a few times a second; not saved
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

/// Where long training keeps its state from time to time, so that what was interrupted goes on from there to the same bits.
class Checkpoints {
public:
    virtual ~Checkpoints() = default;
    /// Whether it is time to keep another.
    virtual bool isDue() = 0;
    virtual void keep(const std::string& state) = 0;
    /// The last that was kept when the work was interrupted; empty when there is none. Only the fit that kept it may use it: it
    /// must recognise its own.
    virtual std::string last() const = 0;
};

/// What a piece of work is given besides its data. `stop` means: give up, throw
/// Cancelled. `finish` means: end early and return the best so far.
struct JobContext {
    std::stop_token stop;
    std::stop_token finish;
    Progress& progress;
    Seed seed;
    Pace* pace = nullptr;                ///< null: nothing holds training up
    Checkpoints* checkpoints = nullptr;  ///< null: nothing is kept

    /// To be called before each epoch: waits while a person has paused training.
    void passEpoch() const {
        if (pace) pace->pass(stop, finish);
        throwIfStopped();
    }
    void throwIfStopped() const {
        if (stop.stop_requested()) throw Cancelled{};
    }
    bool shouldFinish() const { return finish.stop_requested(); }
    /// The same job with the seed of one of its units.
    JobContext derive(std::string_view unit, std::uint64_t index = 0) const {
        return {stop, finish, progress, seed.derive(unit, index), pace, checkpoints};
    }
    /// The same job reporting elsewhere.
    JobContext reporting(Progress& other) const { return {stop, finish, other, seed, pace, checkpoints}; }
};

}  // namespace holdout
