// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>
#include <atomic>
#include <thread>

#include "jobs/job_queue.h"
#include "jobs/time_left.h"

using namespace holdout;

namespace {

void waitForStop(JobContext& context) {
    while (true) {
        context.throwIfStopped();
        std::this_thread::yield();
    }
}

}  // namespace

class JobQueueTest : public QObject {
    Q_OBJECT
private slots:
    void runsInOrderAndTellsInThisThread() {
        Arena arena(2);
        JobQueue queue(arena);
        QSignalSpy idle(&queue, &JobQueue::idle);
        QStringList order;
        for (const char* name : {"a", "b", "c"}) {
            JobQueue::Request request;
            request.work = [](JobContext&) {};
            request.done = [&order, name] {
                QCOMPARE(QThread::currentThread(), QCoreApplication::instance()->thread());
                order << name;
            };
            queue.submit(std::move(request));
        }
        QVERIFY(!queue.isIdle());
        QVERIFY(idle.wait());
        QCOMPARE(order, (QStringList{"a", "b", "c"}));
        QVERIFY(queue.isIdle());
        QCOMPARE(idle.count(), 1);
    }

    void whatIsWaitedForDoesNotQueueBehindLongWork() {
        Arena arena(1);
        JobQueue queue(arena);
        QSignalSpy idle(&queue, &JobQueue::idle);
        QStringList ended;
        JobQueue::Request longWork;
        longWork.work = [](JobContext& context) {
            while (true) {
                context.throwIfStopped();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        };
        longWork.cancelled = [&ended] { ended << "long"; };
        const JobId running = queue.submit(std::move(longWork));
        for (const JobLane lane : {JobLane::Aside, JobLane::Background}) {
            JobQueue::Request request;
            request.lane = lane;
            request.work = [](JobContext&) {};
            request.done = [&ended] { ended << "short"; };
            queue.submit(std::move(request));
        }
        QTRY_COMPARE(ended, (QStringList{"short", "short"}));
        QCOMPARE(queue.active().size(), std::size_t(1));
        QCOMPARE(queue.active().front().id, running);
        queue.cancel(running);
        QVERIFY(idle.wait());
        QCOMPARE(ended.back(), QString("long"));
    }

    void cancelsWhatRunsAndWhatWaits() {
        Arena arena(2);
        JobQueue queue(arena);
        QSignalSpy idle(&queue, &JobQueue::idle);
        int cancelled = 0;
        std::atomic<bool> secondRan = false;
        JobQueue::Request first, second;
        first.work = waitForStop;
        second.work = [&](JobContext&) { secondRan = true; };
        first.cancelled = second.cancelled = [&] { ++cancelled; };
        const JobId firstId = queue.submit(std::move(first));
        const JobId secondId = queue.submit(std::move(second));
        QTRY_COMPARE(queue.active().front().state, JobState::Running);
        queue.cancel(secondId);
        queue.cancel(firstId);
        QVERIFY(idle.wait());
        QCOMPARE(cancelled, 2);
        QVERIFY(!secondRan);
    }

    void finishesEarly() {
        Arena arena(2);
        JobQueue queue(arena);
        QSignalSpy ended(&queue, &JobQueue::ended);
        JobQueue::Request request;
        request.canFinishEarly = true;
        request.work = [](JobContext& context) {
            while (!context.shouldFinish()) std::this_thread::yield();
        };
        const JobId id = queue.submit(std::move(request));
        QTRY_COMPARE(queue.active().front().state, JobState::Running);
        queue.finishEarly(id);
        QVERIFY(ended.wait());
        QCOMPARE(ended.front().at(1).value<JobState>(), JobState::Finished);
    }

    void tellsOfErrors() {
        Arena arena(2);
        JobQueue queue(arena);
        QSignalSpy idle(&queue, &JobQueue::idle);
        std::string problem, unexpected;
        JobQueue::Request first, second;
        first.work = [](JobContext&) { throw Error("It broke."); };
        first.failed = [&](const Error& error) { problem = error.problem(); };
        second.work = [](JobContext&) { throw std::runtime_error("odd"); };
        second.failed = [&](const Error& error) { unexpected = error.problem(); };
        queue.submit(std::move(first));
        queue.submit(std::move(second));
        QVERIFY(idle.wait());
        QCOMPARE(problem, std::string("It broke."));
        QVERIFY(unexpected.find("odd") != std::string::npos);
    }

    void destructorStopsAndWaits() {
        Arena arena(2);
        std::atomic<bool> stopped = false;
        {
            JobQueue queue(arena);
            JobQueue::Request request;
            request.work = [&](JobContext& context) {
                try {
                    waitForStop(context);
                } catch (const Cancelled&) {
                    stopped = true;
                    throw;
                }
            };
            queue.submit(std::move(request));
            QTRY_COMPARE(queue.active().front().state, JobState::Running);
        }
        QVERIFY(stopped);
    }

    void estimatesTheTimeLeft() {
        TimeLeft left;
        left.observe(0.1, 0.01);
        QVERIFY(!left.seconds());
        for (int i = 2; i <= 50; ++i) left.observe(0.1 * i, 0.01 * i);
        QVERIFY(left.seconds());
        QVERIFY(std::abs(*left.seconds() - 5) < 0.01);  // half is done after 5 s at an even speed
    }
};

QTEST_GUILESS_MAIN(JobQueueTest)
#include "test_job_queue.moc"
