// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPushButton>
#include <QtTest>
#include <atomic>

#include "shell/job_bar.h"

using namespace holdout;

class JobBarTest : public QObject {
    Q_OBJECT
private slots:
    void whatRunsBesideDoesNotWait() {
        Arena arena(2);
        JobQueue jobs(arena);
        JobBar bar(jobs, 2);
        bar.show();
        std::atomic<int> running = 0;
        const auto submit = [&](JobLane lane) {
            JobQueue::Request request;
            request.title = "Endless";
            request.lane = lane;
            request.work = [&](JobContext& context) {
                ++running;
                while (true) context.throwIfStopped();
            };
            return jobs.submit(std::move(request));
        };
        submit(JobLane::Work);
        QTRY_COMPARE(running, 1);
        QVERIFY(!button(bar, "running") && !button(bar, "waiting"));
        submit(JobLane::Background);
        QTRY_COMPARE(running, 2);
        QTRY_VERIFY(button(bar, "1 more running"));
        QVERIFY(!button(bar, "waiting"));
        submit(JobLane::Work);
        QTRY_VERIFY(button(bar, "1 more running · 1 waiting"));
        QCOMPARE(jobs.active()[1].lane, JobLane::Background);
        QCOMPARE(jobs.active()[2].state, JobState::Queued);
        jobs.cancelAll();
        QTRY_VERIFY(jobs.isIdle());
        QVERIFY(!button(bar, "running"));
    }

private:
    static QPushButton* button(const JobBar& bar, const QString& words) {
        for (QPushButton* one : bar.findChildren<QPushButton*>())
            if (one->isVisible() && one->text().contains(words)) return one;
        return nullptr;
    }
};

QTEST_MAIN(JobBarTest)
#include "test_job_bar.moc"
