// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "fitted_model.h"
#include "model/tree/packed_gradients.h"

using namespace holdout;

namespace {

constexpr std::size_t rowCount = 50000;

/// Gradients as of a logistic loss: p - y, with curvature p (1 - p).
LargeVector<GradientCell> logisticCells() {
    RandomStream random(Seed{1});
    LargeVector<GradientCell> cells;
    for (std::size_t i = 0; i < rowCount; ++i) {
        const double p = random.uniform(0.05, 0.95);
        const double y = random.uniform() < p ? 1 : 0;
        cells.push_back(GradientCell::of(p - y, p * (1 - p), 1));
    }
    return cells;
}

std::vector<std::uint32_t> allRows() {
    std::vector<std::uint32_t> rows(rowCount);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

}  // namespace

class PackedGradientsTest : public QObject {
    Q_OBJECT
private slots:
    void eachIsWithinAStepOfItsGradient() {
        const LargeVector<GradientCell> cells = logisticCells();
        const PackedGradients packed(allRows(), cells, m_context);
        QVERIFY(!packed.isEmpty());
        for (std::uint32_t i = 0; i < rowCount; ++i) {
            const GradientCell back = packed.unpack(packed[i]);
            QVERIFY(std::abs(back.gradient() - cells[i].gradient()) < 1.0 / 64);
            QVERIFY(std::abs(back.curvature() - cells[i].curvature()) < 0.25 / 64);
            QCOMPARE(back.count(), 1.0);
        }
    }

    /// Rounding up as often as the part cut off says adds nothing on average: the sum of n roundings, each of a variance of at
    /// most step²/4, stays within five of its standard deviations.
    void sumsAreUnbiased() {
        const LargeVector<GradientCell> cells = logisticCells();
        const PackedGradients packed(allRows(), cells, m_context);
        std::uint64_t sum = 0;
        GradientSum exact;
        for (std::uint32_t i = 0; i < rowCount; ++i) {
            sum += packed[i];
            exact += cells[i];
        }
        const GradientCell all = packed.unpack(sum);
        const double allowed = 5 * 0.5 * std::sqrt(static_cast<double>(rowCount));
        QVERIFY(std::abs(all.gradient() - exact.gradient) < allowed / 64);
        QVERIFY(std::abs(all.curvature() - exact.curvature) < allowed * 0.25 / 64);
        QCOMPARE(all.count(), static_cast<double>(rowCount));
    }

    /// The most rows that may be summed, all at the ends of what they can be.
    void largestSumsFit_data() {
        QTest::addColumn<double>("sign");
        QTest::newRow("up") << 1.0;
        QTest::newRow("down") << -1.0;
    }
    void largestSumsFit() {
        QFETCH(double, sign);
        const LargeVector<GradientCell> cells(PackedGradients::mostRows, GradientCell::of(sign * 127, 127, 1));
        std::vector<std::uint32_t> rows(cells.size());
        std::iota(rows.begin(), rows.end(), 0U);
        const PackedGradients packed(rows, cells, m_context);
        QVERIFY(!packed.isEmpty());
        std::uint64_t sum = 0;
        for (const std::uint32_t row : rows) sum += packed[row];
        const GradientCell all = packed.unpack(sum);
        QCOMPARE(all.gradient(), sign * 127 * 65535);
        QCOMPARE(all.curvature(), 127.0 * 65535);
        QCOMPARE(all.count(), 65535.0);
    }

    void isEmptyWhereItWouldNotDo_data() {
        QTest::addColumn<int>("what");
        QTest::newRow("few rows") << 0;
        QTest::newRow("a row that counts twice") << 1;
        QTest::newRow("one gradient far above the others") << 2;
    }
    void isEmptyWhereItWouldNotDo() {
        QFETCH(int, what);
        LargeVector<GradientCell> cells = logisticCells();
        std::vector<std::uint32_t> rows = allRows();
        if (what == 0) rows.resize(1000);
        if (what == 1) cells[7].values *= 2.0F;
        if (what == 2) cells[7].values[0] = 1e4F;
        QVERIFY(PackedGradients(rows, cells, m_context).isEmpty());
    }

    /// Many rows take the packed way: the same bits on any number of threads, and as good a model as the float way of the same
    /// rows, which is asked for by weights that say the same.
    void modelsAreAsGood() {
        const testing::TrainingData all = testing::makeTrainingData(Task::Classification, 60000, 6);
        std::vector<std::uint32_t> seen(40000), fresh(20000);
        std::iota(seen.begin(), seen.end(), 0U);
        std::iota(fresh.begin(), fresh.end(), 40000U);
        testing::TrainingData train = all.gather(seen);
        const testing::TrainingData test = all.gather(fresh);
        const nlohmann::json params = {{"trees", 20}, {"validation_fraction", 0.0}};
        const auto model = testing::fitModel("boosting", train, params);
        for (const int threads : {1, 8}) {
            std::shared_ptr<const Model> again;
            Arena(threads).run([&] { again = testing::fitModel("boosting", train, params); });
            QVERIFY(again->save() == model->save());
        }
        const double packed = testing::score(*model, test);
        train.weights = Eigen::VectorXd::Constant(40000, 2);
        const double exact = testing::score(*testing::fitModel("boosting", train, params), test);
        // A standard error of the accuracy on 20,000 rows is at most 0.0036.
        QVERIFY2(std::abs(packed - exact) < 0.0036, qPrintable(QString("%1 %2").arg(packed).arg(exact)));
    }

private:
    SilentProgress m_silent;
    JobContext m_context{{}, {}, m_silent, Seed{5}};
};

QTEST_GUILESS_MAIN(PackedGradientsTest)
#include "test_packed_gradients.moc"
