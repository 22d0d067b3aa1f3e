// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "experiment/project.h"
#include "experiment/records.h"
#include "noisy_line.h"

using namespace holdout;
using holdout::testing::noisyLine;

namespace {

Run runOf(const std::string& model) {
    ExperimentSpec spec;
    spec.name = "line";
    spec.data.source = "line.csv";
    spec.data.roles.target = "y";
    spec.data.task = Task::Regression;
    spec.pipeline.model.id = model;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{}};
    RunObserver none;
    return runExperiment(spec, noisyLine(), builtinCatalog(), builtinSearches(), {}, context, none);
}

}  // namespace

class FoldDeviationsTest : public QObject {
    Q_OBJECT
private slots:
    /// How sure a model was of each held-out row is kept to the last bit, and replayed.
    void areKept() {
        const Run run = runOf("gaussian-process");
        for (const FoldResult& fold : run.evaluation.folds) {
            QCOMPARE(fold.deviations.size(), fold.predictions.values.size());
            QVERIFY(fold.deviations.minCoeff() > 0);
            QVERIFY(foldFromRecord(toRecord(fold)).deviations == fold.deviations);
        }
        Run after = run;
        after.evaluation.folds[0].deviations[0] *= 1 + 1e-15;
        QVERIFY(QString::fromStdString(firstDifference(run, after)).startsWith("the deviation of fold 1 for row "));
        // A run that was kept before folds had any is no different.
        Run before = run;
        for (FoldResult& old : before.evaluation.folds) old.deviations.resize(0);
        QCOMPARE(firstDifference(before, run), std::string());
    }

    void otherModelsSayNone() {
        const Run run = runOf("ridge");
        for (const FoldResult& fold : run.evaluation.folds) {
            QCOMPARE(fold.deviations.size(), Eigen::Index(0));
            QVERIFY(!toRecord(fold).contains("deviations"));
        }
    }
};

QTEST_APPLESS_MAIN(FoldDeviationsTest)
#include "test_fold_deviations.moc"
