// SPDX-License-Identifier: GPL-3.0-or-later
// What whoever watches a forest grow is shown.
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "fitted_model.h"
#include "trace_watcher.h"

using namespace holdout;
using namespace holdout::testing;

class ForestWatchedTest : public QObject {
    Q_OBJECT
private slots:
    /// The first trees alone: another model than the whole forest, without a loss.
    void theFirstTreesCanBeLookedAt_data() {
        QTest::addColumn<bool>("classes");
        QTest::newRow("classes") << true;
        QTest::newRow("numbers") << false;
    }
    void theFirstTreesCanBeLookedAt() {
        QFETCH(bool, classes);
        const TrainingData data = makeTrainingData(classes ? Task::Classification : Task::Regression, 300, 4, 3);
        TraceWatcher watcher;
        const auto model = fitModel("forest", data, {{"trees", 30}}, JobContext{{}, {}, watcher, Seed{7}});
        QVERIFY(!watcher.points.empty());
        const TracePoint& first = watcher.points.front();
        QVERIFY(std::isnan(first.trainingLoss));
        QVERIFY(first.model != nullptr);
        QCOMPARE(first.model->treeCount(), std::size_t(1));
        const Predictions early = first.model->predict(data.features), whole = model->predict(data.features);
        QCOMPARE(early.size(), std::size_t(300));
        QVERIFY(classes ? (early.probabilities - whole.probabilities).cwiseAbs().maxCoeff() > 0.1
                        : (early.values - whole.values).cwiseAbs().maxCoeff() > 0.1);
        QVERIFY(model->trace().empty());
    }

    void watchingChangesNothing() {
        const TrainingData data = makeTrainingData(Task::Classification, 300, 4, 3);
        TraceWatcher watcher;
        Predictions watched;
        Arena arena(2);
        arena.run([&] {
            watched = fitModel("forest", data, {{"trees", 30}}, JobContext{{}, {}, watcher, Seed{7}})->predict(data.features);
        });
        QVERIFY(watched.probabilities == fitModel("forest", data, {{"trees", 30}})->predict(data.features).probabilities);
    }
};

QTEST_APPLESS_MAIN(ForestWatchedTest)
#include "test_forest_watched.moc"
