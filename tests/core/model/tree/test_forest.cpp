// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <chrono>
#include <set>

#include "fitted_model.h"
#include "model/tree/bins.h"
#include "model/tree/tree_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

/// Asks to stop when the first tree is done.
class StopAtFirst final : public Progress {
public:
    explicit StopAtFirst(std::stop_source& stop) : m_stop(stop) {}
    void report(double, std::string_view) override {
        if (m_stop.request_stop()) asked = std::chrono::steady_clock::now();
    }
    void trace(const TracePoint&) override {}
    std::chrono::steady_clock::time_point asked;

private:
    std::stop_source& m_stop;
};

}  // namespace

class ForestTest : public QObject {
    Q_OBJECT
private slots:
    void binsLoseNothingOfFewValues() {
        Features features{Eigen::MatrixXd(6, 1), {"x"}};
        features.values << 3, 1, 1, 2, 8, 3;
        const CountedRows rows{{0, 1, 2, 3, 4, 5}, {1, 1, 1, 1, 1, 1}, 6};
        SilentProgress silent;
        const BinnedFeatures binned(features, rows, JobContext{{}, {}, silent, Seed{1}});
        QCOMPARE(binned.bins(0).count(), 4U);
        QVERIFY(binned.bins(0).exact);
        QCOMPARE(binned.row(4)[0], std::uint8_t{3});
        QCOMPARE(binned.bins(0).between(0, 2), 2.0);
        QCOMPARE(binned.bins(0).between(2, 3), 5.5);
    }

    void binsOfManyValuesAreEven() {
        const TrainingData data = makeTrainingData(Task::Regression, 10000, 1);
        SilentProgress silent;
        const BinnedFeatures binned(data.features, countedRows(data.set()), JobContext{{}, {}, silent, Seed{1}});
        QCOMPARE(binned.bins(0).count(), 256U);
        std::vector<int> counts(256, 0);
        for (std::uint32_t row = 0; row < 10000; ++row) {
            const std::size_t code = binned.row(row)[0];
            ++counts[code];
            QVERIFY(data.features.values(row, 0) >= binned.bins(0).lows[code]);
            QVERIFY(data.features.values(row, 0) <= binned.bins(0).highs[code]);
        }
        QVERIFY(*std::min_element(counts.begin(), counts.end()) >= 38);
        QVERIFY(*std::max_element(counts.begin(), counts.end()) <= 41);
    }

    void outOfBagForetellsFreshRows_data() {
        QTest::addColumn<int>("task");
        QTest::newRow("classes") << static_cast<int>(Task::Classification);
        QTest::newRow("numbers") << static_cast<int>(Task::Regression);
    }
    void outOfBagForetellsFreshRows() {
        QFETCH(int, task);
        const TrainingData all = makeTrainingData(static_cast<Task>(task), 3000, 6, 3);
        std::vector<std::uint32_t> seen(2000), fresh(1000);
        for (std::uint32_t i = 0; i < 3000; ++i) (i < 2000 ? seen[i] : fresh[i - 2000]) = i;
        const auto model = fitModel("forest", all.gather(seen));
        const QString summary = QString::fromStdString(model->summary());
        QVERIFY2(summary.startsWith("100 trees, ") && summary.contains(", out-of-bag "), qPrintable(summary));
        const double outOfBag = summary.section(' ', -1).toDouble();
        const double honest = score(*model, all.gather(fresh));
        // Both have a standard deviation of about 0.015; a forest's own rows would score 1 and 0.95.
        QVERIFY2(std::abs(outOfBag - honest) < 0.05, qPrintable(QString("%1, %2").arg(outOfBag).arg(honest)));
    }

    void aForestIsBetterThanATree() {
        const TrainingData all = makeTrainingData(Task::Regression, 2000, 6);
        std::vector<std::uint32_t> seen(1000), fresh(1000);
        for (std::uint32_t i = 0; i < 1000; ++i) seen[i] = i, fresh[i] = 1000 + i;
        const double tree = score(*fitModel("tree", all.gather(seen)), all.gather(fresh));
        for (const char* kind : {"random-forest", "extra-trees"})
            QVERIFY(score(*fitModel("forest", all.gather(seen), {{"kind", kind}}), all.gather(fresh)) > tree + 0.05);
    }

    void treesOfAForestDiffer() {
        const auto model = fitModel("forest", makeTrainingData(Task::Classification, 300, 5), {{"trees", 10}});
        std::set<std::vector<double>> thresholds;
        for (const DecisionTree& tree : dynamic_cast<const TreeModel&>(*model).trees()) {
            thresholds.emplace();
            std::vector<double> own;
            for (const TreeNode& node : tree.nodes) own.push_back(node.threshold);
            thresholds.insert(own);
        }
        QCOMPARE(thresholds.size(), 11U);  // and the empty one
    }

    void withoutDrawingRowsAndFeaturesAllTreesAreOne() {
        const TrainingData data = makeTrainingData(Task::Classification, 200, 4);
        const auto model = fitModel("forest", data, {{"trees", 3}, {"bootstrap", false}, {"max_features", "all"}});
        // 200 rows have no more than 256 values: the bins lose nothing.
        QVERIFY(testing::sameBits(model->predict(data.features),
                                  fitModel("tree", data)->predict(data.features)));
    }

    void cancelAnswersSoon() {
        const TrainingData data = makeTrainingData(Task::Classification, 50000, 10, 5);
        std::stop_source stop;
        StopAtFirst progress(stop);
        QVERIFY_EXCEPTION_THROWN(
            fitModel("forest", data, {{"trees", 50}}, JobContext{stop.get_token(), {}, progress, Seed{7}}), Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - progress.asked < std::chrono::milliseconds(100));
    }
};

QTEST_APPLESS_MAIN(ForestTest)
#include "test_forest.moc"
