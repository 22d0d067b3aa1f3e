// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "document/live_run.h"

using namespace holdout;

class LiveLooksTest : public QObject {
    Q_OBJECT
private slots:
    /// A model without losses is looked at; its points are no part of a loss curve.
    void looksWithoutLossesAreNoCurve() {
        LiveRun live;
        live.begin({});
        TracePoint look{.epoch = 3, .trainingLoss = std::nan("")};
        const Features features{Eigen::MatrixXd::Ones(4, 1), {"x"}};
        const Target target{.task = Task::Regression, .name = "y", .values = Eigen::VectorXd::Ones(4)};
        const Eigen::VectorXd weights;
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const ModelInfo info = builtinModels().require("baseline");
        look.model = info.make(Params(info.params, {}, info.id), Task::Regression)->fit({features, target, weights}, context);
        live.trace({.epoch = 1, .trainingLoss = 0.5});
        live.trace(look);
        const auto seen = live.snapshotSince(0);
        QCOMPARE(seen->model, look.model);
        QCOMPARE(seen->trace.size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(LiveLooksTest)
#include "test_live_looks.moc"
