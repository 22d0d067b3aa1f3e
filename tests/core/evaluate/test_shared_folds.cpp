// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "training_data.h"

using namespace holdout;

/// Folds that share work give what each fold gives alone.
class SharedFoldsTest : public QObject {
    Q_OBJECT

private:
    static Dataset dataOf(Task task) {
        const auto made = holdout::testing::makeTrainingData(task, 240, 7);
        std::vector<ColumnPtr> columns;
        for (Eigen::Index j = 0; j < 7; ++j) {
            std::vector<double> values(made.features.values.col(j).begin(), made.features.values.col(j).end());
            for (double& value : values) value = 1000 + 3 * value;  // moments must not lose digits to the mean
            columns.push_back(Column::numbers("x" + std::to_string(j), std::move(values)));
        }
        std::vector<double> target(240);
        for (std::size_t i = 0; i < 240; ++i)
            target[i] =
                task == Task::Regression ? made.target.values[static_cast<Eigen::Index>(i)] : made.target.classes[i];
        columns.push_back(Column::numbers("y", std::move(target)));
        return makeDataset(Table(std::move(columns)), {.target = "y"}, task);
    }

    static std::vector<Fold> foldsOf(const std::string& split, const Dataset& data) {
        Warnings warnings;
        SplitSpec spec;
        spec.id = split;
        return makeFolds(spec, builtinCatalog().splits, data, Seed{5}, warnings);
    }

private slots:
    void equalsEachFoldAlone_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<std::string>("split");
        for (const char* model : {"linear", "ridge", "lasso", "elastic-net", "logistic", "linear-svm"})
            for (const char* split : {"k-fold", "bootstrap", "hold-out"})
                QTest::newRow((std::string(model) + " " + split).c_str()) << std::string(model) << std::string(split);
    }
    void equalsEachFoldAlone() {
        QFETCH(std::string, model);
        QFETCH(std::string, split);
        const Catalog catalog = builtinCatalog();
        const ModelInfo& info = catalog.models.require(model);
        const Task task = info.can.regression ? Task::Regression : Task::Classification;
        const Dataset data = dataOf(task);
        const std::vector<Fold> folds = foldsOf(split, data);
        PipelineSpec shared;
        shared.model.id = model;
        if (info.can.path) shared.model.params.set("lambda", 0.02);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const std::string metric = task == Task::Regression ? "rmse" : "log-loss";
        const auto together = evaluateFolds(data, shared, folds, {metric}, catalog, context, {});
        QCOMPARE(together.size(), folds.size());
        for (std::size_t f = 0; f < folds.size(); ++f) {
            // The fold's rows alone, each as often as the fold has it.
            const Features features = toFeatures(data.features.gather(folds[f].train));
            const Target target = data.target.gather(folds[f].train);
            const auto alone = info.make(Params(info.params, shared.model.params, info.id), task)
                                   ->fit({features, target, Eigen::VectorXd()}, context);
            const Predictions said = alone->predict(toFeatures(data.features.gather(folds[f].test)));
            const double apart =
                task == Task::Regression
                    ? (said.values - together[f].predictions.values).cwiseAbs().maxCoeff()
                    : (said.probabilities - together[f].predictions.probabilities).cwiseAbs().maxCoeff();
            QVERIFY2(apart < 1e-8, qPrintable(QString("fold %1: %2").arg(f).arg(apart)));
            QCOMPARE(together[f].testRows.size(), folds[f].test.size());
            QCOMPARE(together[f].trainRows, static_cast<std::int64_t>(folds[f].train.size()));
        }
    }

    /// Which folds are asked for together changes no bit, so that a run that was killed resumes to the same numbers.
    void fewerFoldsHaveTheSameBits() {
        const Dataset data = dataOf(Task::Regression);
        const std::vector<Fold> folds = foldsOf("k-fold", data);
        PipelineSpec spec;
        spec.model.id = "ridge";
        const Catalog catalog = builtinCatalog();
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto all = evaluateFolds(data, spec, folds, {"rmse"}, catalog, context, {});
        const auto last = evaluateFolds(data, spec, {folds.back()}, {"rmse"}, catalog, context, {});
        QVERIFY(all.back().predictions.values == last[0].predictions.values);
    }

    /// A fold that cannot be fitted is named, and does not end the others.
    void tellsWhichFoldFails() {
        const Dataset data = dataOf(Task::Classification);
        std::vector<Fold> folds = foldsOf("k-fold", data);
        std::erase_if(folds[1].train, [&](std::uint32_t row) { return data.target.classes[row] == 1; });
        const Catalog catalog = builtinCatalog();
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto results =
            evaluateCandidates(data, {PipelineSpec{}}, folds, {"accuracy"}, catalog, Keep::Everything, context, {});
        QVERIFY(results[0].error.has_value());
        QVERIFY(!results[0].folds[0].testRows.empty());
        QVERIFY(results[0].folds[1].testRows.empty());
        QVERIFY(!results[0].folds[2].testRows.empty());
    }
};

QTEST_APPLESS_MAIN(SharedFoldsTest)
#include "test_shared_folds.moc"
