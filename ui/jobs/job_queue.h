// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/job_context.h"
#include "base/parallel.h"

namespace holdout {

using JobId = std::int64_t;

enum class JobState { Queued, Running, Finished, Cancelled, Failed };

/// What a job waits behind: those of its own lane run one after another, lanes run side by side.
enum class JobLane {
    Work,        ///< runs and all that takes long
    Aside,       ///< short, and waited for in front of a page: a sorted view, a preview
    Background,  ///< nobody asked for it yet: what a page may want to show of the data
};

/// What a person is told of a job. A value: never changes after it was taken.
struct JobSnapshot {
    JobId id = 0;
    QString title;                        ///< "Tuning run 14"
    QString what;                         ///< "34 of 50 trials"
    JobState state = JobState::Queued;
    JobLane lane = JobLane::Work;
    double fraction = 0;
    double secondsElapsed = 0;
    std::optional<double> secondsLeft;    ///< none while it cannot be estimated
    bool canFinishEarly = false;          ///< trains by epochs: may be paused, and ended early
    bool isPaused = false;                ///< no epoch begins until it is resumed
};

/// The one bridge between threads and the window. Jobs of a lane run one after another, each on all threads of the arena;
/// the window polls their state at 30 Hz and never waits for them.
/// Threads: call from the window's thread only. Signals come there too.
class JobQueue : public QObject {
    Q_OBJECT
public:
    /// Runs inside the arena on a worker thread; touches nothing of the window's.
    using Work = std::function<void(JobContext&)>;
    /// Called in the window's thread when the work has ended without error.
    using Done = std::function<void()>;
    /// Called in the window's thread when the work threw an Error.
    using Failed = std::function<void(const Error&)>;

    struct Request {
        QString title;
        Work work;
        Done done;
        Failed failed;
        std::function<void()> cancelled;
        bool canFinishEarly = false;
        JobLane lane = JobLane::Work;
        Seed seed;
        Progress* traceTo = nullptr;      ///< also told of every report and trace (a LiveRun); outlives the job
    };

    explicit JobQueue(Arena& arena, QObject* parent = nullptr);
    /// Cancels everything and waits.
    ~JobQueue() override;

    JobId submit(Request request);
    void cancel(JobId id);
    /// Asks a running job that can finish early to do so and keep the best so far. Ignored of any other.
    void finishEarly(JobId id);
    // The same of a running job's pace: hold it before its next epoch, let one epoch through, let it go on.
    void pause(JobId id);
    void step(JobId id);
    void resume(JobId id);
    void cancelAll();

    /// Running first, then queued in order.
    std::vector<JobSnapshot> active() const;
    bool isIdle() const;

signals:
    /// At most 30 times a second while anything runs or waits.
    void changed();
    void ended(holdout::JobId id, holdout::JobState state);
    /// The last job of the queue has ended.
    void idle();

private:
    void setPace(JobId id, void (Pace::*change)());

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace holdout
