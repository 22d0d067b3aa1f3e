// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#ifdef __linux__
#include <sys/resource.h>
#endif
#include <atomic>
#include <barrier>
#include <thread>

#include "base/error.h"
#include "base/parallel.h"
#include "base/seed.h"

using namespace holdout;

class ParallelTest : public QObject {
    Q_OBJECT
private slots:
    void everyIndexIsVisitedOnce() {
        Arena arena(4);
        std::vector<std::atomic<int>> visits(1000);
        arena.run([&] { parallelFor(visits.size(), [&](std::size_t i) { ++visits[i]; }); });
        for (const auto& count : visits) QCOMPARE(count.load(), 1);
    }

    void theFirstFailureIsReportedWhateverTheThreads() {
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            try {
                arena.run([] {
                    parallelFor(200, [](std::size_t i) {
                        if (i % 50 == 17) throw Error("unit " + std::to_string(i));
                    });
                });
                QFAIL("nothing was thrown");
            } catch (const Error& error) {
                QCOMPARE(error.problem(), std::string("unit 17"));
            }
        }
    }

    void sumsHaveTheSameBitsOnAnyNumberOfThreads() {
        std::vector<double> values(100'003);
        RandomStream random(Seed{1});
        for (double& value : values) value = random.normal() * std::exp(5 * random.normal());
        std::vector<double> sums;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                sums.push_back(parallelSum(values.size(), 1000, 0.0, [&](Range range) {
                    double sum = 0;
                    for (std::size_t i = range.begin; i < range.end; ++i) sum += values[i];
                    return sum;
                }));
            });
        }
        QVERIFY(sums[0] == sums[1] && sums[0] == sums[2]);
    }

    void chunksCoverAll() {
        const auto parts = chunks(10, 4);
        QCOMPARE(parts.size(), 3U);
        QCOMPARE(parts[2].begin, 8U);
        QCOMPARE(parts[2].end, 10U);
        QVERIFY(chunks(0, 4).empty());
    }

    void nestedLoopsUseTheSameArena() {
        Arena arena(2);
        std::atomic<int> count = 0;
        arena.run([&] { parallelFor(8, [&](std::size_t) { parallelFor(8, [&](std::size_t) { ++count; }); }); });
        QCOMPARE(count.load(), 64);
    }

#ifdef __linux__
    void threadsOfTheBackgroundGiveWay() {
        for (const Urgency urgency : {Urgency::Foreground, Urgency::Background}) {
            // A thread of its own calls: its priority stays low.
            std::jthread([urgency] {
                Arena arena(4, urgency);
                const int usual = getpriority(PRIO_PROCESS, 0);
                std::atomic<int> least = 100;
                std::barrier meet(2);  // so that another thread takes part
                arena.run([&] {
                    parallelFor(2, [&](std::size_t) {
                        meet.arrive_and_wait();
                        const int mine = getpriority(PRIO_PROCESS, 0);
                        for (int known = least; mine < known && !least.compare_exchange_weak(known, mine);) continue;
                    });
                });
                if (urgency == Urgency::Background) QVERIFY2(least > usual, qPrintable(QString::number(least)));
                else QCOMPARE(least.load(), usual);
            }).join();
        }
    }
#endif
};

QTEST_APPLESS_MAIN(ParallelTest)
#include "test_parallel.moc"
