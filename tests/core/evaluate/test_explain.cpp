// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "evaluate/explain.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

class ExplainTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    SilentProgress m_silent;

    JobContext context() { return {{}, {}, m_silent, Seed{7}}; }

    static PipelineSpec pipeline(const std::string& model) {
        return {.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = model}};
    }

    std::vector<ColumnImportance> importances(const Dataset& data, const std::string& model) {
        Warnings warnings;
        const auto folds = makeFolds({.id = "k-fold"}, m_catalog.splits, data, Seed{3}, warnings);
        JobContext job = context();
        return permutationImportance(data, pipeline(model), m_catalog.metrics.require("rmse"), folds, 3, m_catalog, job);
    }

private slots:
    void whatTheTargetRestsOnComesFirst() {
        const auto result = importances(toyDataset(300, 5, Task::Regression), "ridge");
        QCOMPARE(result.size(), 6U);
        QCOMPARE(result[0].column, "x0");
        QCOMPARE(result[1].column, "x1");
        QCOMPARE(result[2].column, "colour");
        QCOMPARE(result[0].folds.size(), 10U);
        QVERIFY(result[2].mean() > 2 * result[2].sd() / std::sqrt(10.0));
        for (std::size_t i = 3; i < 6; ++i) QVERIFY(std::abs(result[i].mean()) < 0.05 * result[0].mean());
    }

    void importancesHaveTheSameBitsOnAnyNumberOfThreads() {
        const Dataset data = toyDataset(120, 3, Task::Regression);
        std::vector<std::vector<ColumnImportance>> results;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] { results.push_back(importances(data, "ridge")); });
        }
        for (std::size_t i = 0; i < results[0].size(); ++i) {
            QCOMPARE(results[1][i].column, results[0][i].column);
            for (std::size_t f = 0; f < results[0][i].folds.size(); ++f) {
                QVERIFY(sameBits(results[0][i].folds[f], results[1][i].folds[f]));
                QVERIFY(sameBits(results[0][i].folds[f], results[2][i].folds[f]));
            }
        }
    }

    // A linear model answers base + slope * x for every row: so does the mean, and each row keeps its distance.
    void dependenceOfALinearModelIsItsLine() {
        const Dataset data = toyDataset(200, 3, Task::Regression);
        JobContext job = context();
        const auto fitted = fitPipeline(data, pipeline("linear"), m_catalog, job);
        const PartialDependence result = partialDependence(*fitted, data.features, "x0", 0, 20, 50, job);
        QCOMPARE(result.values.size(), 20U);
        QVERIFY(std::is_sorted(result.values.begin(), result.values.end()));
        QCOMPARE(result.rows.rows(), Eigen::Index{50});
        const auto line = fitted->model().coefficients();
        StepNotes notes;
        double sum = 0, squares = 0;
        for (const double x : data.features.column(0).numbers()) sum += x;
        for (const double x : data.features.column(0).numbers()) squares += (x - sum / 200) * (x - sum / 200);
        const double slope = line->weights(0, 0) / std::sqrt(squares / 200);  // back from standard units
        for (Eigen::Index v = 1; v < 20; ++v) {
            const double step = result.values[static_cast<std::size_t>(v)] - result.values[0];
            QVERIFY(std::abs(result.mean[v] - result.mean[0] - slope * step) < 1e-9);
            QVERIFY(std::abs(result.rows(7, v) - result.rows(7, 0) - slope * step) < 1e-9);
        }
    }

    void dependenceOnACategoryHasALevelEach() {
        const Dataset data = toyDataset(200, 3, Task::Classification);
        JobContext job = context();
        const auto fitted = fitPipeline(data, pipeline("logistic"), m_catalog, job);
        const PartialDependence result = partialDependence(*fitted, data.features, "colour", 1, 20, 500, job);
        QCOMPARE(result.levels, (std::vector<std::string>{"amber", "blue", "cyan"}));
        QCOMPARE(result.output, "probability of yes");
        QVERIFY(result.mean[0] < result.mean[1] && result.mean[1] < result.mean[2]);
    }

    void contributionsOfALinearModelSumToItsAnswer() {
        const Dataset data = toyDataset(100, 3, Task::Regression);
        JobContext job = context();
        const auto fitted = fitPipeline(data, pipeline("ridge"), m_catalog, job);
        const auto parts = contributions(*fitted, data.features, data.features, job);
        QVERIFY(parts.has_value());
        StepNotes notes;
        const Eigen::VectorXd sums = (parts->values[0].rowwise().sum().array() + parts->base[0]).matrix();
        QVERIFY((sums - fitted->predict(data.features, notes).values).cwiseAbs().maxCoeff() < 1e-10);
        QVERIFY(parts->values[0].colwise().mean().cwiseAbs().maxCoeff() < 1e-10);
    }

    void aColumnThatCannotBeVariedIsNamed() {
        const Dataset data = toyDataset(60, 2, Task::Regression);
        JobContext job = context();
        const auto fitted = fitPipeline(data, pipeline("ridge"), m_catalog, job);
        try {
            partialDependence(*fitted, data.features, "x9", 0, 10, 10, job);
            QFAIL("There is no such column.");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("x9") != std::string::npos);
        }
    }
};

QTEST_APPLESS_MAIN(ExplainTest)
#include "test_explain.moc"
