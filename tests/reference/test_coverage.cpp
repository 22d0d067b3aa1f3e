// SPDX-License-Identifier: GPL-3.0-or-later
// How often the 95 % intervals hold the truth, on data whose truth is known. Each simulation draws its own rows from a
// fixed seed, so that the shares are the same on every run; with 2,000 draws the share itself has a standard error of
// 0.5 %. Those that miss 93 to 97 % are the ones whose names say that they are approximate.
#include <QtTest>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "evaluate/intervals.h"
#include "evaluate/statistics.h"

using namespace holdout;

namespace {

constexpr std::size_t kDraws = 2000;

/// The share of draws whose interval holds `truth`.
template <typename Draw>
double coverage(double truth, const Draw& draw, std::size_t draws = kDraws) {
    std::vector<char> holds(draws);
    parallelFor(draws, [&](std::size_t i) {
        RandomStream random(Seed{2024}.derive("draw", i));
        const Bounds bounds = draw(random, i);
        holds[i] = bounds.low <= truth && truth <= bounds.high;
    });
    return static_cast<double>(std::count(holds.begin(), holds.end(), 1)) / static_cast<double>(draws);
}

bool isNominal(double share) {
    return share >= 0.93 && share <= 0.97;
}

}  // namespace

class CoverageTest : public QObject {
    Q_OBJECT
private slots:
    void wilson_data() {
        QTest::addColumn<double>("p");
        QTest::addColumn<int>("rows");
        QTest::newRow("0.5 of 50") << 0.5 << 50;
        QTest::newRow("0.8 of 100") << 0.8 << 100;
        QTest::newRow("0.9 of 200") << 0.9 << 200;
        QTest::newRow("0.97 of 500") << 0.97 << 500;
    }
    void wilson() {
        QFETCH(double, p);
        QFETCH(int, rows);
        const double share = coverage(p, [&](RandomStream& random, std::size_t) {
            double hits = 0;
            for (int i = 0; i < rows; ++i) hits += random.uniform() < p;
            return wilsonInterval(hits, rows);
        });
        qInfo("coverage %.4f", share);
        QVERIFY2(isNominal(share), qPrintable(QString::number(share)));
    }

    /// Normal scores one standard deviation apart: the area is Phi(1 / sqrt 2).
    void deLong_data() {
        QTest::addColumn<int>("rows");
        QTest::newRow("30 + 30") << 30;
        QTest::newRow("100 + 100") << 100;
    }
    void deLong() {
        QFETCH(int, rows);
        const double share = coverage(normalCdf(1 / std::sqrt(2.0)), [&](RandomStream& random, std::size_t) {
            std::vector<double> positives, negatives;
            for (int i = 0; i < rows; ++i) {
                positives.push_back(1 + random.normal());
                negatives.push_back(random.normal());
            }
            return holdout::deLong(positives, negatives).interval();
        });
        qInfo("coverage %.4f", share);
        QVERIFY2(isNominal(share), qPrintable(QString::number(share)));
    }

    /// Root mean squared error of normal residuals over 100 held-out rows, as a hold-out gives it.
    void bcaOfTheRmse() {
        const MetricRegistry metrics = builtinMetrics();
        const MetricInfo& rmse = metrics.require("rmse");
        const double share = coverage(
            1.0,
            [&](RandomStream& random, std::size_t i) {
                Target truth{.task = Task::Regression, .values = Eigen::VectorXd(100)};
                Predictions predicted;
                predicted.values = Eigen::VectorXd::Zero(100);
                for (Eigen::Index row = 0; row < 100; ++row) truth.values[row] = random.normal();
                const WeightedScore score = [&](const Eigen::VectorXd& weights) {
                    return rmse.score(truth, predicted, weights);
                };
                return bcaInterval(bootstrapReplicates(100, {}, score, 1000, Seed{i}), score({}),
                                   jackknifeInfluence(100, {}, score));
            },
            1000);
        qInfo("coverage %.4f", share);
        QVERIFY2(isNominal(share), qPrintable(QString::number(share)));
    }

    /// The expected score of a learner that averages: the truth is known in closed form, folds overlap as they do.
    /// y ~ N(0, 1), the prediction of a fold is the mean of its m training rows, the expected squared error is 1 + 1 /
    /// m.
    void correctedResampledT_data() {
        QTest::addColumn<int>("repeats");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        // Cautious, as the name of the interval says of one repeat.
        QTest::newRow("10 folds once") << 1 << 0.98 << 0.995;
        QTest::newRow("10 folds, 10 times") << 10 << 0.93 << 0.97;
    }
    void correctedResampledT() {
        QFETCH(int, repeats);
        QFETCH(double, low);
        QFETCH(double, high);
        constexpr std::size_t kRows = 100, kFolds = 10, kTest = kRows / kFolds;
        const double truth = 1 + 1.0 / (kRows - kTest);
        const double share = coverage(truth, [&](RandomStream& random, std::size_t) {
            std::vector<double> y(kRows), scores;
            for (double& value : y) value = random.normal();
            for (int repeat = 0; repeat < repeats; ++repeat) {
                random.shuffle(y);
                const double all = mean(y) * kRows;
                for (std::size_t f = 0; f < kFolds; ++f) {
                    double inFold = 0, error = 0;
                    for (std::size_t i = f * kTest; i < (f + 1) * kTest; ++i) inFold += y[i];
                    const double prediction = (all - inFold) / (kRows - kTest);
                    for (std::size_t i = f * kTest; i < (f + 1) * kTest; ++i)
                        error += (y[i] - prediction) * (y[i] - prediction) / kTest;
                    scores.push_back(error);
                }
            }
            const Interval interval =
                holdout::correctedResampledT(scores, static_cast<double>(kTest) / (kRows - kTest));
            return Bounds{interval.low, interval.high};
        });
        qInfo("coverage %.4f", share);
        QVERIFY2(share >= low && share <= high, qPrintable(QString::number(share)));
    }
};

QTEST_APPLESS_MAIN(CoverageTest)
#include "test_coverage.moc"
