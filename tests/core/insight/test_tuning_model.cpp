// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <numeric>

#include "base/format.h"
#include "insight/run_charts.h"
#include "insight/tuning_model.h"

using namespace holdout;

namespace {

const SearchSpace plane = {{.name = "x", .low = 0, .high = 1},
                           {.name = "y", .low = 1e-3, .high = 1, .scale = Scale::Log}};

/// A hill with its top at x = 0.7, whatever y is; higher is better.
std::vector<Trial> hill(std::size_t count) {
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < count; ++i) {
        RandomStream random(Seed{i + 1});
        const double x = random.uniform(), y = std::pow(10, -3 * random.uniform());
        trials.push_back(
            {.number = i, .params = {{"x", x}, {"y", y}}, .score = 1 - (x - 0.7) * (x - 0.7), .seconds = 1 + x});
    }
    return trials;
}

const MetricInfo& accuracy() {
    static const MetricRegistry metrics = builtinMetrics();
    return metrics.require("accuracy");
}

}  // namespace

class TuningModelTest : public QObject {
    Q_OBJECT

private slots:
    void surfaceIsTheHill() {
        const auto model = TuningModel::fit(hill(30), plane, accuracy());
        QVERIFY(model);
        const HeatMap map = model->surface(0, 1, SurfaceKind::Score);
        for (Eigen::Index column = 0; column < map.values.cols(); ++column) {
            const double x =
                (map.xEdges[static_cast<std::size_t>(column)] + map.xEdges[static_cast<std::size_t>(column) + 1]) / 2;
            QVERIFY(std::abs(map.values(20, column) - (1 - (x - 0.7) * (x - 0.7))) < 0.02);
        }
        QCOMPARE(map.trials.x.size(), std::size_t{30});
        QVERIFY(map.contours && map.higherIsBetter);
        QVERIFY(model->surface(0, 1, SurfaceKind::Uncertainty).values.minCoeff() >= 0);
        QCOMPARE(model->surface(0, 1, SurfaceKind::Improvement).values.maxCoeff(), 1.0);
    }

    void sliceHasTheTruthInItsBand() {
        const LineChart chart = TuningModel::fit(hill(30), plane, accuracy())->slice(0);
        const Series& band = chart.series.front();
        for (std::size_t i = 0; i < band.x.size(); ++i) {
            const double truth = 1 - (band.x[i] - 0.7) * (band.x[i] - 0.7);
            QVERIFY(band.low[i] <= truth + 0.01 && truth - 0.01 <= band.high[i]);
        }
    }

    void importanceIsAllOfTheOneThatMatters() {
        const BarChart chart = TuningModel::fit(hill(40), plane, accuracy())->importance();
        QCOMPARE(chart.y.categories.front(), std::string("x"));
        QVERIFY(chart.values[0] > 0.9 && chart.values[1] < 0.05);
        QVERIFY2(chart.sentence.find("e2 %") == std::string::npos && chart.sentence.find(" explains ") != std::string::npos, chart.sentence.c_str());
    }

    /// The sentence says what the bars show, and no parts are more than the whole.
    void importancesAreShares() {
        for (const int count : {8, 12, 20, 40}) {
            const BarChart chart = TuningModel::fit(hill(count), plane, accuracy())->importance();
            const double sum = std::accumulate(chart.values.begin(), chart.values.end(), 0.0);
            QVERIFY2(sum <= 1 + 1e-12, std::to_string(sum).c_str());
            QVERIFY(chart.sentence.find(" explains " + formatNumber(100 * chart.values[0], 3) + " %") != std::string::npos);
            QVERIFY(chart.sentence.find(formatNumber(100 * std::max(0.0, 1 - sum), 3) + " % is due to") != std::string::npos);
        }
        // A parameter without others is the whole.
        std::vector<Trial> line = hill(20);
        for (Trial& trial : line) trial.params.erase("y");
        const BarChart alone = TuningModel::fit(line, {plane.front()}, accuracy())->importance();
        QCOMPARE(alone.values.size(), std::size_t{1});
        QVERIFY(std::abs(alone.values[0] - 1) < 1e-12);
    }

    void tooFewTrialsHaveNoModel() { QVERIFY(!TuningModel::fit(hill(3), plane, accuracy())); }

    /// The best of two draws from {1, 2, 3}: 3 in 5 of 9 cases, 2 in 3, 1 in 1.
    void expectedBestOfDraws() {
        const std::vector<double> best = expectedBest({3, 1, 2}, Direction::HigherIsBetter, 2);
        QVERIFY(std::abs(best[0] - 2) < 1e-12);
        QVERIFY(std::abs(best[1] - (3 * 5 + 2 * 3 + 1) / 9.0) < 1e-12);
    }

    void frontHasNoneThatIsBeaten() {
        const std::vector<Trial> trials = hill(30);
        const std::vector<std::size_t> front = paretoFront(trials, Direction::HigherIsBetter);
        for (const std::size_t i : front)
            for (const Trial& other : trials)
                QVERIFY(!(other.score > trials[i].score && other.seconds < trials[i].seconds));
    }

    void linesHaveAPlaceOnEveryAxis() {
        SearchSpace space = plane;
        space.push_back({.name = "kind", .choices = {std::string("a"), std::string("b")}});
        std::vector<Trial> trials = hill(2);
        trials[0].params["kind"] = std::string("b");
        const ParallelChart chart = parallelTrials(trials, space, accuracy());
        QCOMPARE(chart.axes.size(), std::size_t{4});
        QCOMPARE(chart.lines[0][2], 1.0);
        QVERIFY(std::isnan(chart.lines[1][2]));
        QCOMPARE(chartTable(chart).rows(), std::size_t{2});
    }

    void aTrialOfLessBudgetIsNotTheBest() {
        std::vector<Trial> trials = hill(6);
        trials[0].score = 2;
        trials[0].budget = 0.1;
        const LineChart chart = bestScoreChart(trials, 6, accuracy());
        QVERIFY(chart.series[0].y.back() < 1.5);
        QVERIFY(bestTrial(trials, Direction::HigherIsBetter).value() != 0);
    }
};

QTEST_APPLESS_MAIN(TuningModelTest)
#include "test_tuning_model.moc"
