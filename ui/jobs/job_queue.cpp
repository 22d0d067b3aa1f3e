// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/job_queue.h"

#include <QTimer>
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "jobs/time_left.h"

namespace holdout {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Keeps the latest report for the window to poll; passes everything on to `traceTo`.
class JobProgress final : public Progress {
public:
    explicit JobProgress(Progress* traceTo) : m_traceTo(traceTo) {}

    void report(double fraction, std::string_view what) override {
        {
            const std::lock_guard lock(m_mutex);
            m_fraction = std::clamp(fraction, 0.0, 1.0);
            m_what.assign(what);
        }
        if (m_traceTo) m_traceTo->report(fraction, what);
    }
    void trace(const TracePoint& point) override {
        if (m_traceTo) m_traceTo->trace(point);
    }
    void read(double& fraction, QString& what) const {
        const std::lock_guard lock(m_mutex);
        fraction = m_fraction;
        what = QString::fromStdString(m_what);
    }

private:
    Progress* m_traceTo;
    mutable std::mutex m_mutex;
    double m_fraction = 0;
    std::string m_what;
};

struct Job {
    Job(JobId number, JobQueue::Request wanted) : id(number), request(std::move(wanted)), progress(request.traceTo) {}

    JobId id;
    JobQueue::Request request;
    JobProgress progress;
    std::stop_source stop, finish;
    Pace pace;
    JobState state = JobState::Queued;
    Clock::time_point start;
    TimeLeft timeLeft;  ///< the window's thread only
    std::optional<Error> error;
};

/// Runs the work and says how it ended. Every exception ends here: this is the job boundary.
void perform(Job& job, Arena& arena) {
    JobContext context{job.stop.get_token(), job.finish.get_token(), job.progress, job.request.seed,
                       &job.pace};
    try {
        context.throwIfStopped();
        arena.run([&] { job.request.work(context); });
        job.state = JobState::Finished;
    } catch (const Cancelled&) {
        job.state = JobState::Cancelled;
    } catch (const Error& error) {
        job.state = JobState::Failed;
        job.error = error;
    } catch (const std::bad_alloc&) {
        job.state = JobState::Failed;
        job.error = Error("There is not enough memory for this work.", {},
                          "Close other programs, or use fewer rows, folds or trials.");
    } catch (const std::exception& exception) {
        job.state = JobState::Failed;
        job.error = Error(std::string("The work stopped unexpectedly: ") + exception.what(), {},
                          "Your specification and finished runs are kept. Please report this.");
    }
}

}  // namespace

/// Jobs that run one after another on a thread of their own.
struct Lane {
    Lane(int threads, Urgency urgency) : ownArena(std::make_unique<Arena>(threads, urgency)), arena(*ownArena) {}
    explicit Lane(Arena& threads) : arena(threads) {}

    bool has(JobId id) const { return running && running->id == id; }

    std::unique_ptr<Arena> ownArena;   ///< the machine's threads are shared between arenas: no more of them run
    Arena& arena;
    std::deque<std::unique_ptr<Job>> waiting;
    std::unique_ptr<Job> running;
    std::condition_variable_any wake;
    std::jthread worker;
};

struct JobQueue::Impl {
    Impl(Arena& threads, JobQueue& owner) : queue(owner), lanes{Lane(threads), Lane(threads.threads(), threads.urgency()), Lane(threads.threads(), threads.urgency())} {}

    void workLoop(Lane& lane, std::stop_token stop);
    void deliver();
    void tick();
    JobSnapshot snapshot(const Job& job, JobState state) const;
    Lane& laneOf(const Request& request) { return lanes[static_cast<std::size_t>(request.lane)]; }

    JobQueue& queue;
    JobId lastId = 0;
    QTimer timer;
    mutable std::mutex mutex;  ///< guards `over`, and the jobs of the lanes
    std::deque<std::unique_ptr<Job>> over;  ///< to be told of in the window's thread
    std::size_t undelivered = 0;            ///< the window's thread only: jobs whose end was not told yet
    std::array<Lane, 3> lanes;
};

void JobQueue::Impl::workLoop(Lane& lane, std::stop_token stop) {
    while (true) {
        Job* job = nullptr;
        {
            std::unique_lock lock(mutex);
            if (!lane.wake.wait(lock, stop, [&lane] { return !lane.waiting.empty(); }) || stop.stop_requested()) return;
            lane.running = std::move(lane.waiting.front());
            lane.waiting.pop_front();
            lane.running->start = Clock::now();
            job = lane.running.get();
        }
        perform(*job, lane.arena);
        const std::lock_guard lock(mutex);
        over.push_back(std::move(lane.running));
        QMetaObject::invokeMethod(
            &queue, [this] { deliver(); }, Qt::QueuedConnection);
    }
}

/// Tells of what has ended. What a job captured is destroyed here too: in the window's thread.
void JobQueue::Impl::deliver() {
    while (true) {
        std::unique_ptr<Job> job;
        {
            const std::lock_guard lock(mutex);
            if (over.empty()) break;
            job = std::move(over.front());
            over.pop_front();
        }
        --undelivered;
        const Request& request = job->request;
        if (job->state == JobState::Finished && request.done) request.done();
        if (job->state == JobState::Failed && request.failed) request.failed(*job->error);
        if (job->state == JobState::Cancelled && request.cancelled) request.cancelled();
        emit queue.ended(job->id, job->state);
        if (undelivered == 0) {
            timer.stop();
            emit queue.changed();
            emit queue.idle();
        }
    }
}

void JobQueue::Impl::tick() {
    {
        const std::lock_guard lock(mutex);
        for (Lane& lane : lanes) {
            if (!lane.running) continue;
            double fraction = 0;
            QString what;
            lane.running->progress.read(fraction, what);
            lane.running->timeLeft.observe(secondsSince(lane.running->start), fraction);
        }
    }
    emit queue.changed();
}

JobSnapshot JobQueue::Impl::snapshot(const Job& job, JobState state) const {
    JobSnapshot snapshot;
    snapshot.id = job.id;
    snapshot.title = job.request.title;
    snapshot.state = state;
    snapshot.lane = job.request.lane;
    snapshot.canFinishEarly = job.request.canFinishEarly;
    job.progress.read(snapshot.fraction, snapshot.what);
    snapshot.isPaused = job.pace.isPaused();
    if (state == JobState::Running) {
        snapshot.secondsElapsed = secondsSince(job.start);
        snapshot.secondsLeft = job.timeLeft.seconds();
    }
    return snapshot;
}

JobQueue::JobQueue(Arena& arena, QObject* parent) : QObject(parent), m_impl(std::make_unique<Impl>(arena, *this)) {
    qRegisterMetaType<holdout::JobId>("holdout::JobId");
    qRegisterMetaType<holdout::JobState>("holdout::JobState");
    m_impl->timer.setInterval(33);
    connect(&m_impl->timer, &QTimer::timeout, this, [this] { m_impl->tick(); });
    for (Lane& lane : m_impl->lanes)
        lane.worker = std::jthread([impl = m_impl.get(), &lane](std::stop_token stop) { impl->workLoop(lane, stop); });
}

JobQueue::~JobQueue() {
    {
        const std::lock_guard lock(m_impl->mutex);
        for (Lane& lane : m_impl->lanes) {
            lane.waiting.clear();
            if (lane.running) lane.running->stop.request_stop();
            lane.worker.request_stop();
        }
    }
    for (Lane& lane : m_impl->lanes) lane.worker.join();
}

JobId JobQueue::submit(Request request) {
    const JobId id = ++m_impl->lastId;
    Lane& lane = m_impl->laneOf(request);
    {
        const std::lock_guard lock(m_impl->mutex);
        lane.waiting.push_back(std::make_unique<Job>(id, std::move(request)));
    }
    ++m_impl->undelivered;
    lane.wake.notify_one();
    if (!m_impl->timer.isActive()) m_impl->timer.start();
    emit changed();
    return id;
}

void JobQueue::cancel(JobId id) {
    {
        const std::lock_guard lock(m_impl->mutex);
        bool isTakenOut = false;
        for (Lane& lane : m_impl->lanes) {
            if (lane.has(id)) lane.running->stop.request_stop();
            auto& waiting = lane.waiting;
            const auto found = std::find_if(waiting.begin(), waiting.end(), [id](const auto& job) { return job->id == id; });
            if (found == waiting.end()) continue;
            (*found)->state = JobState::Cancelled;
            m_impl->over.push_back(std::move(*found));
            waiting.erase(found);
            isTakenOut = true;
        }
        if (!isTakenOut) return;
    }
    QMetaObject::invokeMethod(
        this, [this] { m_impl->deliver(); }, Qt::QueuedConnection);
}

void JobQueue::finishEarly(JobId id) {
    const std::lock_guard lock(m_impl->mutex);
    for (Lane& lane : m_impl->lanes)
        if (lane.has(id) && lane.running->request.canFinishEarly) lane.running->finish.request_stop();
}

void JobQueue::setPace(JobId id, void (Pace::*change)()) {
    {
        const std::lock_guard lock(m_impl->mutex);
        for (Lane& lane : m_impl->lanes)
            if (lane.has(id) && lane.running->request.canFinishEarly) (lane.running->pace.*change)();
    }
    emit changed();
}

void JobQueue::pause(JobId id) {
    setPace(id, &Pace::pause);
}

void JobQueue::step(JobId id) {
    setPace(id, &Pace::step);
}

void JobQueue::resume(JobId id) {
    setPace(id, &Pace::resume);
}

void JobQueue::cancelAll() {
    for (const JobSnapshot& job : active()) cancel(job.id);
}

std::vector<JobSnapshot> JobQueue::active() const {
    const std::lock_guard lock(m_impl->mutex);
    std::vector<JobSnapshot> snapshots;
    for (const Lane& lane : m_impl->lanes)
        if (lane.running) snapshots.push_back(m_impl->snapshot(*lane.running, JobState::Running));
    for (const Lane& lane : m_impl->lanes)
        for (const auto& job : lane.waiting) snapshots.push_back(m_impl->snapshot(*job, JobState::Queued));
    return snapshots;
}

bool JobQueue::isIdle() const {
    return m_impl->undelivered == 0;
}

}  // namespace holdout
