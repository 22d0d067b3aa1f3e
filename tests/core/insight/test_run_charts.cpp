// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "insight/run_charts.h"
#include "insight/spec_differences.h"

using namespace holdout;

class RunChartsTest : public QObject {
    Q_OBJECT

private:
    /// Three folds of 10 held-out rows after training on 20, with these accuracies.
    static Run runWith(const std::string& name, const std::vector<double>& accuracies) {
        Run run;
        run.spec.name = name;
        run.data.fingerprint = "same";
        for (std::size_t i = 0; i < accuracies.size(); ++i) {
            FoldResult fold{.index = static_cast<int>(i), .trainRows = 20};
            for (RowId row = 0; row < 10; ++row) fold.testRows.push_back(static_cast<RowId>(10 * i) + row);
            fold.scores["accuracy"] = accuracies[i];
            run.evaluation.folds.push_back(fold);
            run.evaluation.scores["accuracy"].folds.push_back(accuracies[i]);
        }
        return run;
    }

    static Run classifier() {
        Run run = runWith("iris", {0.75});
        run.truth = {.name = "y", .classes = {0, 1, 0, 1}, .labels = {"no", "yes"}};
        run.truthRows = {0, 1, 2, 3};
        FoldResult& fold = run.evaluation.folds[0];
        fold.testRows = {3, 2, 1, 0};
        Eigen::MatrixXd probabilities(4, 2);
        probabilities << 0.1, 0.9, 0.3, 0.7, 0.4, 0.6, 0.8, 0.2;
        fold.predictions = fromProbabilities(probabilities);
        return run;
    }

private slots:
    // Differences 0.04, 0.06, 0.05: mean 0.05, variance 1e-4; standard error sqrt((1/3 + 10/20) 1e-4) = 0.00912871;
    // t(2, 0.975) = 4.302653; p of t = 5.477226 with 2 degrees: 1 - t / sqrt(2 + t²) = 0.0317541.
    void comparesRunsByHand() {
        const Run a = runWith("first", {0.84, 0.86, 0.90}), b = runWith("second", {0.80, 0.80, 0.85});
        const PairedComparison result = compareRuns(a, b, "accuracy", builtinMetrics());
        QVERIFY(std::abs(result.difference - 0.05) < 1e-12);
        QVERIFY(std::abs(result.low - (0.05 - 4.302652730 * 0.009128709292)) < 1e-8);
        QVERIFY(std::abs(result.high - (0.05 + 4.302652730 * 0.009128709292)) < 1e-8);
        QVERIFY(std::abs(result.pValue - (1 - std::sqrt(30.0 / 32.0))) < 1e-9);
        QVERIFY(result.sentence.starts_with("first is better"));
        QVERIFY(compareRuns(b, a, "accuracy", builtinMetrics()).sentence.starts_with("first is better"));
        QVERIFY(compareRuns(a, a, "accuracy", builtinMetrics()).sentence.starts_with("No run is clearly better"));
    }

    void oneDifferenceInAllFoldsSaysNothingOfItsUncertainty() {
        const Run a = runWith("a", {0.75, 0.75}), b = runWith("b", {0.5, 0.5});
        const PairedComparison result = compareRuns(a, b, "accuracy", builtinMetrics());
        QCOMPARE(result.difference, 0.25);
        QVERIFY(std::isnan(result.low) && std::isnan(result.high) && std::isnan(result.pValue));
        QVERIFY(result.sentence.starts_with("The difference is the same in every fold"));
    }

    void otherFoldsAreNotPaired() {
        const Run a = runWith("a", {0.8, 0.9});
        Run b = a;
        QVERIFY(sameFolds({&a, &b}));
        std::swap(b.evaluation.folds[0].testRows, b.evaluation.folds[1].testRows);
        QVERIFY(!sameFolds({&a, &b}));
        QVERIFY(std::isnan(compareRuns(a, b, "accuracy", builtinMetrics()).difference));
        Run c = a;
        c.data.fingerprint = "other";
        QVERIFY(!sameFolds({&a, &c}));
    }

    void differencesNameTheData() {
        Run a = runWith("a", {0.8}), b = runWith("b", {0.8});
        QVERIFY(specDifferences({&a, &b}, builtinCatalog()).empty());   // the name is no difference
        a.data.sha256 = "1";
        b.data.sha256 = "2";
        const auto rows = specDifferences({&a, &b}, builtinCatalog());
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows[0].key, std::string("data.sha256"));
        QCOMPARE(rows[0].values, (std::vector<std::string>{"1", "2"}));
    }

    void differencesAreOfWhatRanAndInWords() {
        Run a = runWith("a", {0.8}), b = a, c = a;
        for (Run* run : {&a, &b, &c}) run->finalPipeline.model = run->spec.pipeline.model = {.id = "logistic", .params = {}};
        b.finalPipeline.model.params.set("lambda", 0.25);  // as tuning chose
        c.finalPipeline.model = {.id = "mlp", .params = {}};
        const auto rows = specDifferences({&a, &b, &c}, builtinCatalog());
        QCOMPARE(rows.size(), std::size_t{2});
        QCOMPARE(rows[0].label, std::string("Model"));
        QCOMPARE(rows[0].values[0], std::string(builtinModels().require("logistic").label));
        QCOMPARE(rows[1].key, std::string("model.lambda"));
        QVERIFY(rows[1].label != rows[1].key);
        QCOMPARE(rows[1].values[1], std::string("0.25"));
        const ParamSpec* lambda = findSpec(builtinModels().require("logistic").params, "lambda");
        QCOMPARE(rows[1].values[0], valueText(lambda->fallback));  // the default stands for what was not set
    }

    void lossCurveMarksTheBestEpoch() {
        const std::vector<TracePoint> trace{{1, 1.0, 1.1, 0.5}, {2, 0.6, 0.7, 0.4}, {3, 0.3, 0.9, 0.3}};
        const LineChart chart = lossCurve(trace);
        QCOMPARE(chart.series.size(), std::size_t{2});
        QCOMPARE(chart.markers.size(), std::size_t{1});
        QCOMPARE(chart.markers[0].x, 2.0);
        QCOMPARE(chart.sentence, std::string("The gap that opens after epoch 2 is overfitting."));
        QCOMPARE(lossCurve(trace, trace).series.size(), std::size_t{4});
        QVERIFY(lossCurve(trace, trace).series[0].dashed);
        QVERIFY(isEmpty(lossCurve({})));
        QVERIFY(lossCurve({{1, 1.0, NAN, 0.5}}).markers.empty());
    }

    void foldStripHoldsEveryFold() {
        const Run a = runWith("a", {0.8, 0.9, 0.7}), b = runWith("b", {0.6, 0.6, 0.6});
        const StripChart chart = foldStrip({&a, &b}, "accuracy", builtinMetrics());
        QCOMPARE(chart.columns.size(), std::size_t{2});
        QCOMPARE(chart.columns[0].values, (std::vector<double>{0.8, 0.9, 0.7}));
        QCOMPARE(chartTable(chart).rows(), std::size_t{6});
        const StripChart live = foldStripLive(a.evaluation.folds, "accuracy", builtinMetrics());
        QVERIFY(std::abs(live.columns[0].mean - 0.8) < 1e-12);
    }

    // Rows 3, 2, 1, 0 are truly yes, no, yes, no and are taken for yes, yes, yes, no.
    void confusionCountsHeldOutRows() {
        const HeatMap map = confusionMap(classifier());
        QCOMPARE(map.values, (Eigen::MatrixXd(2, 2) << 1, 1, 0, 2).finished());
        QVERIFY(map.sentence.starts_with("3 of 4 held-out rows are right"));
        QCOMPARE(chartTable(map).rows(), std::size_t{4});
    }

    // Scores of yes: 0.9, 0.6; of no: 0.7, 0.2. Of the four pairs three are in order: area 0.75.
    void rocRunsFromCornerToCorner() {
        const Run run = classifier();
        const LineChart chart = rocChart({&run});
        QCOMPARE(chart.series.size(), std::size_t{1});
        QCOMPARE(chart.series[0].x.front(), 0.0);
        QCOMPARE(chart.series[0].y.front(), 0.0);
        QCOMPARE(chart.series[0].x.back(), 1.0);
        QCOMPARE(chart.series[0].y.back(), 1.0);
        QVERIFY(chart.sentence.find("area 0.75.") != std::string::npos);
    }

    /// Of five rows with deviation 1, one lies 2 off, beyond 1.96: 80 % with Wilson's interval 37.6 to 96.4 %.
    void predictedChartSaysHowManyIntervalsHoldTheTruth() {
        Run run;
        run.task = Task::Regression;
        run.truth = {.task = Task::Regression, .name = "y", .values = Eigen::VectorXd::LinSpaced(5, 1, 5)};
        run.truthRows = {0, 1, 2, 3, 4};
        FoldResult fold{.trainRows = 20};
        fold.testRows = {4, 3, 2, 1, 0};
        fold.predictions.values = Eigen::VectorXd::LinSpaced(5, 5, 1);
        fold.predictions.values[1] = 6;
        fold.deviations = Eigen::VectorXd::Ones(5);
        run.evaluation.folds.push_back(fold);
        const ScatterChart chart = predictedChart(run);
        const Series& series = chart.series.front();
        QCOMPARE(series.low.size(), std::size_t(5));
        QVERIFY(std::abs(series.low[1] - (6 - 1.959964)) < 1e-6 && std::abs(series.high[1] - (6 + 1.959964)) < 1e-6);
        QVERIFY2(chart.sentence.find("80 % of 5") != std::string::npos, chart.sentence.c_str());
        QVERIFY2(chart.sentence.find("37.6 to 96.4 %") != std::string::npos, chart.sentence.c_str());
        // Half of the folds know: no intervals that stand for a part of the rows.
        run.evaluation.folds.push_back(fold);
        run.evaluation.folds.back().deviations.resize(0);
        QVERIFY(predictedChart(run).series.front().low.empty());
    }

    void tableNamesSeriesAndLeavesGapsOut() {
        LineChart chart{.x = {.label = "epoch"}, .y = {.label = "loss"}};
        chart.series.push_back({.name = "a", .x = {1, 2, 3}, .y = {0.5, NAN, 0.25}});
        const Table table = chartTable(chart);
        QCOMPARE(table.column(0).name(), std::string("series"));
        QCOMPARE(table.column(1).name(), std::string("epoch"));
        QCOMPARE(table.rows(), std::size_t{3});
        QVERIFY(table.column(2).isMissing(1));
        QCOMPARE(table.column(2).numbers()[2], 0.25);
    }
};

QTEST_APPLESS_MAIN(RunChartsTest)
#include "test_run_charts.moc"
