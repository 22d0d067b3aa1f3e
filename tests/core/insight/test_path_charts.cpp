// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "insight/path_charts.h"
#include "training_data.h"

using namespace holdout;

class PathChartsTest : public QObject {
    Q_OBJECT

private:
    /// Two features at three strengths, with mean errors 5, 3.2 and 3 over two folds.
    static PathStudy byHand() {
        PathStudy study{.parameter = "lambda", .metric = "rmse", .values = {1, 0.1, 0.01}};
        for (const double weight : {0.0, 0.5, 1.0}) {
            Coefficients model{{"a", "b"}, {"y"}, Eigen::MatrixXd(2, 1), Eigen::VectorXd::Zero(1)};
            model.weights << weight, -2 * weight;
            study.models.push_back(model);
        }
        study.scores = {{4, 6}, {3.1, 3.3}, {2.5, 3.5}};
        return study;
    }

private slots:
    // The best mean is 3 with deviations ±0.5: standard error sqrt(0.5 / 2) = 0.5, so 3.2 is within and 5 is not.
    void choosesBestAndSimplestByHand() {
        const PathChoice choice = choosePathValue(byHand());
        QCOMPARE(choice.best, std::size_t{2});
        QCOMPARE(choice.simplest, std::size_t{1});
        QVERIFY(std::abs(choice.standardError - 0.5) < 1e-12);
        PathStudy higher = byHand();
        higher.direction = Direction::HigherIsBetter;
        QCOMPARE(choosePathValue(higher).best, std::size_t{0});
        QCOMPARE(choosePathValue(higher).simplest, std::size_t{0});
    }

    void drawsLargestCoefficientsFirst() {
        const LineChart chart = coefficientPathChart(byHand());
        QCOMPARE(chart.series.size(), std::size_t{2});
        QCOMPARE(chart.series[0].name, std::string("b"));
        QCOMPARE(chart.series[0].y, (std::vector<double>{0, -1, -2}));
        QCOMPARE(chart.markers.size(), std::size_t{2});
        QCOMPARE(chart.markers[0].x, 0.01);
        QCOMPARE(chart.markers[1].x, 0.1);
        QCOMPARE(coefficientPathChart(byHand(), 1).series.size(), std::size_t{1});
        QVERIFY(chart.sentence.starts_with("From 0 coefficients"));
        QVERIFY(isEmpty(Chart(coefficientPathChart(PathStudy{}))));
    }

    void drawsScoresWithABandOfOneStandardError() {
        const LineChart chart = pathScoreChart(byHand(), builtinMetrics());
        QCOMPARE(chart.series.size(), std::size_t{1});
        QCOMPARE(chart.series[0].y, (std::vector<double>{5, 3.2, 3}));
        QVERIFY(std::abs(chart.series[0].low[2] - 2.5) < 1e-12 && std::abs(chart.series[0].high[0] - 6) < 1e-12);
    }

    /// Its scores are those of the candidates one by one, and the lasso has fewer weights the stronger it is.
    void studiesALasso() {
        const auto made = holdout::testing::makeTrainingData(Task::Regression, 80, 6);
        std::vector<ColumnPtr> columns;
        for (Eigen::Index j = 0; j < 6; ++j)
            columns.push_back(Column::numbers(
                "x" + std::to_string(j), {made.features.values.col(j).begin(), made.features.values.col(j).end()}));
        columns.push_back(Column::numbers("y", {made.target.values.begin(), made.target.values.end()}));
        const Dataset data = makeDataset(Table(std::move(columns)), {.target = "y"}, Task::Regression);
        const Catalog catalog = builtinCatalog();
        Warnings warnings;
        const std::vector<Fold> folds = makeFolds({}, catalog.splits, data, Seed{1}, warnings);
        PipelineSpec spec;
        spec.model.id = "lasso";
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const std::vector<double> values = pathValues(catalog.models.require("lasso"), 5);
        const PathStudy study = studyPath(data, spec, values, folds, "rmse", catalog, context);
        QCOMPARE(study.models.size(), std::size_t{5});
        QVERIFY((study.models.front().weights.array() != 0).count() <
                (study.models.back().weights.array() != 0).count());
        for (std::size_t k = 0; k < values.size(); ++k) {
            spec.model.params.set("lambda", study.values[k]);
            const auto alone = evaluateFolds(data, spec, folds, {"rmse"}, catalog, context, {});
            for (std::size_t f = 0; f < folds.size(); ++f)
                QVERIFY(std::abs(alone[f].scores.at("rmse") - study.scores[k][f]) < 1e-7);
        }
        QVERIFY_THROWS_EXCEPTION(Error, studyPath(data, {{}, {"linear", {}}}, values, folds, "rmse", catalog, context));
    }
};

QTEST_APPLESS_MAIN(PathChartsTest)
#include "test_path_charts.moc"
