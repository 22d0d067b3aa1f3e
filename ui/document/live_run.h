// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "experiment/runner.h"

namespace holdout {

/// What a running experiment has given so far. A value.
struct LiveSnapshot {
    std::uint64_t version = 0;               ///< grows with every change: equal means nothing new
    bool running = false;
    ExperimentSpec spec;
    Task task = Task::Classification;
    std::size_t foldsTotal = 0, trialsTotal = 0;
    std::vector<Trial> trials;               ///< in order of number
    std::vector<FoldResult> folds;           ///< in order of repeat, then index; without predictions
    std::vector<TracePoint> trace;           ///< of the fit that publishes its losses
    std::shared_ptr<const std::vector<LayerView>> layers; ///< its last look at its layers; null for models without
    std::shared_ptr<const Model> model;      ///< as it was a moment ago, of small networks while they train; else null
};

/// Collects what a run's threads report, for the window to poll.
/// Threads: any thread may report; any may take a snapshot.
class LiveRun final : public RunObserver, public Progress {
public:
    void begin(const ExperimentSpec& spec);
    void end();

    void started(const Run& run, std::size_t folds, std::size_t trials) override;
    void trialFinished(const Trial& trial) override;
    void foldFinished(const FoldResult& fold) override;
    void report(double fraction, std::string_view what) override;
    void trace(const TracePoint& point) override;

    /// Null when nothing has changed since `seen`. Copying thousands of trials takes milliseconds, which the window does not
    /// have: what it waits for is copied by the thread that reports the next change. While the run goes on, what has come
    /// since then is left to the next call.
    std::shared_ptr<const LiveSnapshot> snapshotSince(std::uint64_t seen) const;

private:
    void changed();   ///< with the lock held

    mutable std::mutex m_mutex;
    LiveSnapshot m_state;
    mutable bool m_isAwaited = false;
    mutable std::shared_ptr<const LiveSnapshot> m_copy;   ///< not handed over yet; null: none
};

}  // namespace holdout
