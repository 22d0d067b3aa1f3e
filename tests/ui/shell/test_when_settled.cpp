// SPDX-License-Identifier: GPL-3.0-or-later
#include <QThreadPool>
#include <QtConcurrent/QtConcurrentRun>
#include <QtTest>
#include <atomic>

#include "base/parallel.h"
#include "jobs/job_queue.h"
#include "shell/when_settled.h"

using namespace holdout;

class WhenSettledTest : public QObject {
    Q_OBJECT
private slots:
    void itComesByItselfWhereNothingRuns() {
        Arena arena(1);
        JobQueue jobs(arena);
        QObject owner;
        int calls = 0;
        whenSettled(jobs, &owner, [&] { ++calls; });
        QCOMPARE(calls, 0);
        QTRY_COMPARE_WITH_TIMEOUT(calls, 1, 5'000);
        QTest::qWait(700);
        QCOMPARE(calls, 1);
    }

    void itWaitsForJobsAndForWhatTheyMakeViewsCompute() {
        Arena arena(1);
        JobQueue jobs(arena);
        QObject owner;
        std::atomic<bool> jobMayEnd = false, viewMayEnd = false;
        QFuture<void> view;
        JobQueue::Request request;
        request.title = "job";
        request.work = [&](JobContext& context) {
            while (!jobMayEnd) {
                context.throwIfStopped();
                QThread::msleep(5);
            }
        };
        request.done = [&] {
            view = QtConcurrent::run([&] {
                while (!viewMayEnd) QThread::msleep(5);
            });
        };
        jobs.submit(std::move(request));
        bool isCalled = false;
        whenSettled(jobs, &owner, [&] { isCalled = true; });
        QTest::qWait(900);
        QVERIFY(!isCalled);
        jobMayEnd = true;
        QTest::qWait(900);
        QVERIFY(!isCalled && view.isRunning());
        viewMayEnd = true;
        QTRY_VERIFY_WITH_TIMEOUT(isCalled, 5'000);
        QVERIFY(view.isFinished());
    }

    void nothingIsCalledForWhatIsGone() {
        Arena arena(1);
        JobQueue jobs(arena);
        bool isCalled = false;
        {
            QObject owner;
            whenSettled(jobs, &owner, [&] { isCalled = true; });
        }
        QTest::qWait(800);
        QVERIFY(!isCalled);
    }
};

QTEST_MAIN(WhenSettledTest)
#include "test_when_settled.moc"
