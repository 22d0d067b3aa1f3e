// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <atomic>
#include <thread>

#include "base/parallel.h"
#include "document/live_run.h"

using namespace holdout;

class LiveRunTest : public QObject {
    Q_OBJECT
private slots:
    void everythingComesInTheEnd() {
        LiveRun live;
        live.begin({});
        const auto begun = live.snapshotSince(0);
        QVERIFY(begun && begun->running && begun->trials.empty());
        QVERIFY(!live.snapshotSince(begun->version));

        live.trialFinished({.number = 1});  // copied for who waits
        live.trialFinished({.number = 0});  // left to the next call
        const auto one = live.snapshotSince(begun->version);
        QVERIFY(one && one->version > begun->version);
        QCOMPARE(one->trials.size(), std::size_t{1});
        const auto two = live.snapshotSince(one->version);
        QVERIFY(two && two->version > one->version);
        QCOMPARE(two->trials.size(), std::size_t{2});
        QCOMPARE(two->trials.front().number, std::size_t{0});
        QCOMPARE(one->trials.size(), std::size_t{1});  // as it was
        QVERIFY(!live.snapshotSince(two->version));

        live.trialFinished({.number = 2});
        live.trialFinished({.number = 3});
        live.end();
        const auto last = live.snapshotSince(two->version);
        QVERIFY(last && !last->running);
        QCOMPARE(last->trials.size(), std::size_t{4});
        QVERIFY(!live.snapshotSince(last->version));
    }

    void anotherRunBeginsWithNothing() {
        LiveRun live;
        live.begin({});
        live.trialFinished({.number = 0});
        const auto before = live.snapshotSince(0);
        QCOMPARE(before->trials.size(), std::size_t{1});
        live.end();
        live.begin({});
        const auto again = live.snapshotSince(before->version);
        QVERIFY(again && again->running && again->trials.empty());
    }

    /// Snapshots only grow while threads report, and the last has all.
    void threadsReportWhileTheWindowLooks() {
        constexpr std::size_t count = 400;
        LiveRun live;
        live.begin({});
        std::uint64_t seen = 0;
        std::size_t shown = 0;
        std::atomic<bool> isOver = false;
        std::thread reporting([&] {
            parallelFor(count, [&](std::size_t i) { live.trialFinished({.number = i}); });
            live.end();
            isOver = true;
        });
        bool grows = true;
        while (true) {
            const bool wasOver = isOver;
            if (const auto snapshot = live.snapshotSince(seen)) {
                grows = grows && snapshot->version > seen && snapshot->trials.size() >= shown;
                seen = snapshot->version;
                shown = snapshot->trials.size();
            } else if (wasOver) {
                break;
            }
        }
        reporting.join();
        QVERIFY(grows);
        QCOMPARE(shown, count);
    }
};

QTEST_APPLESS_MAIN(LiveRunTest)
#include "test_live_run.moc"
