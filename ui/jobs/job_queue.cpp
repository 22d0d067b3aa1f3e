// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/job_queue.h"

#include <QTimer>
#include <algorithm>
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

struct JobQueue::Impl {
    Impl(Arena& threads, JobQueue& owner) : arena(threads), queue(owner) {}

    void workLoop(std::stop_token stop);
    void deliver();
    void tick();
    JobSnapshot snapshot(const Job& job, JobState state) const;

    Arena& arena;
    JobQueue& queue;
    JobId lastId = 0;
    QTimer timer;
    mutable std::mutex mutex;  ///< guards the three members below
    std::condition_variable_any wake;
    std::deque<std::unique_ptr<Job>> waiting;
    std::unique_ptr<Job> running;
    std::deque<std::unique_ptr<Job>> over;  ///< to be told of in the window's thread
    std::size_t undelivered = 0;            ///< the window's thread only: jobs whose end was not told yet
    std::jthread worker;
};

void JobQueue::Impl::workLoop(std::stop_token stop) {
    while (true) {
        Job* job = nullptr;
        {
            std::unique_lock lock(mutex);
            if (!wake.wait(lock, stop, [this] { return !waiting.empty(); }) || stop.stop_requested()) return;
            running = std::move(waiting.front());
            waiting.pop_front();
            running->start = Clock::now();
            job = running.get();
        }
        perform(*job, arena);
        const std::lock_guard lock(mutex);
        over.push_back(std::move(running));
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
        if (running) {
            double fraction = 0;
            QString what;
            running->progress.read(fraction, what);
            running->timeLeft.observe(secondsSince(running->start), fraction);
        }
    }
    emit queue.changed();
}

JobSnapshot JobQueue::Impl::snapshot(const Job& job, JobState state) const {
    JobSnapshot snapshot;
    snapshot.id = job.id;
    snapshot.title = job.request.title;
    snapshot.state = state;
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
    m_impl->worker = std::jthread([impl = m_impl.get()](std::stop_token stop) { impl->workLoop(stop); });
}

JobQueue::~JobQueue() {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->waiting.clear();
        if (m_impl->running) m_impl->running->stop.request_stop();
        m_impl->worker.request_stop();
    }
    m_impl->worker.join();
}

JobId JobQueue::submit(Request request) {
    const JobId id = ++m_impl->lastId;
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->waiting.push_back(std::make_unique<Job>(id, std::move(request)));
    }
    ++m_impl->undelivered;
    m_impl->wake.notify_one();
    if (!m_impl->timer.isActive()) m_impl->timer.start();
    emit changed();
    return id;
}

void JobQueue::cancel(JobId id) {
    {
        const std::lock_guard lock(m_impl->mutex);
        if (m_impl->running && m_impl->running->id == id) m_impl->running->stop.request_stop();
        auto& waiting = m_impl->waiting;
        const auto found =
            std::find_if(waiting.begin(), waiting.end(), [id](const auto& job) { return job->id == id; });
        if (found == waiting.end()) return;
        (*found)->state = JobState::Cancelled;
        m_impl->over.push_back(std::move(*found));
        waiting.erase(found);
    }
    QMetaObject::invokeMethod(
        this, [this] { m_impl->deliver(); }, Qt::QueuedConnection);
}

void JobQueue::finishEarly(JobId id) {
    const std::lock_guard lock(m_impl->mutex);
    if (m_impl->running && m_impl->running->id == id && m_impl->running->request.canFinishEarly)
        m_impl->running->finish.request_stop();
}

void JobQueue::setPace(JobId id, void (Pace::*change)()) {
    {
        const std::lock_guard lock(m_impl->mutex);
        if (!m_impl->running || m_impl->running->id != id || !m_impl->running->request.canFinishEarly) return;
        (m_impl->running->pace.*change)();
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
    if (m_impl->running) snapshots.push_back(m_impl->snapshot(*m_impl->running, JobState::Running));
    for (const auto& job : m_impl->waiting) snapshots.push_back(m_impl->snapshot(*job, JobState::Queued));
    return snapshots;
}

bool JobQueue::isIdle() const {
    return m_impl->undelivered == 0;
}

}  // namespace holdout
