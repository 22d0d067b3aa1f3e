// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "model/linear/tall_problem.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

/// Moments of one pass over many rows, against those of two.
class TallProblemTest : public QObject {
    Q_OBJECT
private slots:
    void onePassSaysWhatTwoDo_data() {
        QTest::addColumn<bool>("weighted");
        QTest::addColumn<double>("shift");
        QTest::newRow("plain") << false << 0.0;
        QTest::newRow("weighted") << true << 0.0;
        QTest::newRow("far from zero") << true << 1e5;
    }
    void onePassSaysWhatTwoDo() {
        QFETCH(bool, weighted);
        QFETCH(double, shift);
        TrainingData data = makeTrainingData(Task::Regression, 30'011, 7);
        data.features.values.array() += shift;
        data.target.values.array() += shift;
        if (weighted) {
            data.weights.resize(30'011);
            for (Eigen::Index i = 0; i < data.weights.size(); ++i) data.weights[i] = static_cast<double>(i % 4);
        }
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto tall = tallProblem(data.set(), context);
        QVERIFY(tall.has_value());
        const DesignMatrix design(data.set(), context);
        const Moments twice = moments(design, data.target.values, context);
        const Standardisation &once = tall->design->standardisation(), &exact = design.standardisation();
        const double loss = 1e-11 + 1e-14 * shift;  // of digits, as the values have fewer after the point
        QVERIFY((once.means - exact.means).cwiseAbs().maxCoeff() < loss);
        QVERIFY((once.scales - exact.scales).cwiseAbs().maxCoeff() < loss);
        QVERIFY((tall->moments.gram - twice.gram).cwiseAbs().maxCoeff() < loss);
        QVERIFY((tall->moments.cross - twice.cross).cwiseAbs().maxCoeff() < loss);
        QVERIFY(std::abs(tall->moments.mean - twice.mean) < loss);
        QVERIFY(std::abs(tall->moments.variance - twice.variance) < 10 * loss);
    }

    /// Rows in an order that hides what the sample is to see, and columns that hardly vary, take two passes.
    void leavesOtherProblemsAlone() {
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        QVERIFY(!tallProblem(makeTrainingData(Task::Regression, 500, 7).set(), context));
        TrainingData data = makeTrainingData(Task::Regression, 30'000, 3);
        data.features.values.col(1).setConstant(4);
        QVERIFY(!tallProblem(data.set(), context));
        data.features.values(1, 1) = 5;  // in no sampled row
        QVERIFY(!tallProblem(data.set(), context));
        data = makeTrainingData(Task::Regression, 30'000, 3);
        for (Eigen::Index i = 0; i < 30'000; ++i)
            if (i % 29 != 0) data.features.values(i, 2) = 1e6 + data.features.values(i, 2);
        QVERIFY(!tallProblem(data.set(), context) ||
                tallProblem(data.set(), context)->design->standardisation().scales[2] > 1e5);
    }
};

QTEST_APPLESS_MAIN(TallProblemTest)
#include "test_tall_problem.moc"
