// SPDX-License-Identifier: GPL-3.0-or-later
// What whoever watches stochastic gradient descent is shown.
#include <QtTest>

#include "fitted_model.h"
#include "trace_watcher.h"

using namespace holdout;
using namespace holdout::testing;

class SgdWatchedTest : public QObject {
    Q_OBJECT
private slots:
    /// The model after the first pass: another than the last, and not kept with the trace.
    void theFirstPassCanBeLookedAt() {
        const TrainingData data = makeTrainingData(Task::Classification, 300, 4, 3);
        TraceWatcher watcher;
        const auto model = fitModel("sgd", data, {{"epochs", 8}, {"tolerance", 0.0}}, JobContext{{}, {}, watcher, Seed{7}});
        const auto early = watcher.points.at(0).model;
        QVERIFY(early != nullptr);
        const Eigen::MatrixXd first = early->predict(data.features).probabilities;
        QCOMPARE(first.rows(), Eigen::Index{300});
        QVERIFY((first - model->predict(data.features).probabilities).cwiseAbs().maxCoeff() > 1e-4);
        for (const TracePoint& point : model->trace()) QVERIFY(point.model == nullptr);
    }
};

QTEST_APPLESS_MAIN(SgdWatchedTest)
#include "test_sgd_watched.moc"
