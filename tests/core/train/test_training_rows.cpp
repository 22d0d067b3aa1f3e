// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "train/early_stopping.h"
#include "train/training_rows.h"

using namespace holdout;

namespace {

std::vector<std::uint32_t> upTo(std::uint32_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

}  // namespace

class TrainingRowsTest : public QObject {
    Q_OBJECT
private slots:
    void setsAsideTheShareOfEachClass() {
        std::vector<int> classes;
        for (int i = 0; i < 1000; ++i) classes.push_back(i % 10 == 0 ? 2 : i % 2);
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const TrainingParts parts = setAside(upTo(1000), classes, 0.2, Seed{seed});
            QCOMPARE(parts.validation.size(), 200U);
            QCOMPARE(parts.training.size(), 800U);
            std::map<int, int> counts;
            for (const std::uint32_t row : parts.validation) ++counts[classes[row]];
            // 100 rows of class 2, 400 of class 0, 500 of class 1: a fifth of each, to within one.
            QVERIFY(std::abs(counts[2] - 20) <= 1);
            QVERIFY(std::abs(counts[0] - 80) <= 1);
            QVERIFY(std::abs(counts[1] - 100) <= 1);
        }
    }

    void partsHoldEachRowOnce() {
        const std::vector<std::uint32_t> rows = {3, 5, 8, 13, 21, 34, 55};
        const TrainingParts parts = setAside(rows, {}, 0.4, Seed{3});
        std::vector<std::uint32_t> all = parts.training;
        all.insert(all.end(), parts.validation.begin(), parts.validation.end());
        std::sort(all.begin(), all.end());
        QVERIFY(all == rows);
        QCOMPARE(parts.validation.size(), 3U);
        QVERIFY(setAside(rows, {}, 0.4, Seed{3}).validation == parts.validation);
        QVERIFY(setAside(rows, {}, 0.4, Seed{4}).validation != parts.validation);
    }

    void aLoneRowOfAClassStaysInTraining() {
        const std::vector<int> classes = {0, 0, 0, 0, 1, 0, 0, 0};
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const TrainingParts parts = setAside(upTo(8), classes, 0.5, Seed{seed});
            QVERIFY(std::find(parts.training.begin(), parts.training.end(), 4U) != parts.training.end());
            QCOMPARE(parts.validation.size(), 4U);
        }
    }

    void alwaysLeavesARowToTrainOn() {
        QCOMPARE(setAside(upTo(2), {}, 0.9, Seed{1}).training.size(), 1U);
        QCOMPARE(setAside(upTo(100), {}, 0.0, Seed{1}).validation.size(), 0U);
    }

    void batchesCoverEachRowOnce() {
        BatchOrder order(103, 25);
        QCOMPARE(order.batches(), 5U);
        order.shuffle(Seed{9});
        std::vector<std::uint32_t> seen;
        for (std::size_t i = 0; i < order.batches(); ++i) {
            const auto batch = order.batch(i);
            seen.insert(seen.end(), batch.begin(), batch.end());
        }
        QCOMPARE(order.batch(4).size(), 3U);
        QVERIFY(!std::is_sorted(seen.begin(), seen.end()));
        std::sort(seen.begin(), seen.end());
        QVERIFY(seen == upTo(103));
    }

    void stopsAfterPatience() {
        EarlyStopping stopping(3, 0.1);
        QVERIFY(stopping.observe(1, 1.0));
        QVERIFY(stopping.observe(2, 0.5));
        QVERIFY(stopping.observe(3, 0.45));  // the lowest so far, but too little to start waiting anew
        QVERIFY(!stopping.observe(4, 0.6));
        QVERIFY(!stopping.shouldStop());
        QVERIFY(!stopping.observe(5, std::numeric_limits<double>::quiet_NaN()));
        QVERIFY(stopping.shouldStop());
        QCOMPARE(stopping.bestEpoch(), 3);
        QCOMPARE(stopping.bestLoss(), 0.45);
    }

    void slowGainsAddUp() {
        EarlyStopping stopping(3, 0.1);
        double loss = 1;
        for (int epoch = 1; epoch <= 20; ++epoch, loss -= 0.04) stopping.observe(epoch, loss);
        QVERIFY(!stopping.shouldStop());  // every third epoch is 0.12 below the last reference
    }
};

QTEST_APPLESS_MAIN(TrainingRowsTest)
#include "test_training_rows.moc"
