// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/bootstrap_estimates.h"
#include "evaluate/fairness.h"
#include "evaluate/robustness.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

namespace {

PipelineSpec logistic() {
    return {.prepare = {{.id = "standardize", .params = {}}, {.id = "one-hot", .params = {}}},
            .model = {.id = "logistic", .params = {}}};
}

}  // namespace

class RefitsTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    SilentProgress m_silent;

    JobContext context(std::stop_token stop = {}) { return {stop, {}, m_silent, Seed{7}}; }
    std::vector<Fold> fiveFolds(const Dataset& data) const {
        SplitSpec split{.id = "k-fold", .params = {}};
        split.params.set("folds", std::int64_t{5});
        Warnings warnings;
        return makeFolds(split, m_catalog.splits, data, Seed{3}, warnings);
    }

private slots:
    void theWholeLearningCurveEndsAtTheEvaluation() {
        const Dataset data = toyDataset(200, 3, Task::Classification);
        const auto folds = fiveFolds(data);
        const auto sizes = learningSizes(folds);
        QVERIFY(sizes.size() >= 8 && sizes.back() == 160 && std::is_sorted(sizes.begin(), sizes.end()));
        JobContext job = context();
        std::size_t told = 0;
        const auto points = learningCurve(data, {logistic(), "log-loss"}, folds, sizes, false, m_catalog, job,
                                          [&](const ScoredPoint& point) { told += point.folds.size() == 5; });
        QCOMPARE(told, sizes.size());
        const auto evaluated = evaluateFolds(data, logistic(), folds, {"log-loss"}, m_catalog, job, {});
        for (std::size_t f = 0; f < folds.size(); ++f)
            QVERIFY(sameBits(points.back().folds[f].validation, evaluated[f].scores.at("log-loss")));
        QVERIFY(points.back().meanValidation() < points.front().meanValidation());
    }

    void threadsDoNotChangeTheCurve() {
        const Dataset data = toyDataset(90, 2, Task::Classification);
        const auto folds = fiveFolds(data);
        std::vector<std::vector<ScoredPoint>> curves;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                JobContext job = context();
                curves.push_back(
                    learningCurve(data, {logistic(), "accuracy"}, folds, {20, 40, 72}, false, m_catalog, job, {}));
            });
        }
        for (std::size_t p = 0; p < 3; ++p)
            for (std::size_t f = 0; f < 5; ++f)
                for (const auto& other : {curves[1], curves[2]}) {
                    QVERIFY(sameBits(curves[0][p].folds[f].validation, other[p].folds[f].validation));
                    QVERIFY(sameBits(curves[0][p].folds[f].training, other[p].folds[f].training));
                }
    }

    /// Points that lie on a law exactly give it back.
    void theLawIsFound() {
        std::vector<ScoredPoint> points;
        for (const double rows : {20.0, 40.0, 80.0, 160.0, 320.0}) {
            ScoredPoint point{.x = rows, .label = {}, .folds = {}, .error = {}};
            for (int fold = 0; fold < 5; ++fold)
                point.folds.push_back({1, 0.9 - 2 * std::pow(rows, -0.7) + 0.001 * (fold - 2), 0});
            points.push_back(point);
        }
        const auto extrapolation = extrapolate(points, 200, Seed{1});
        QVERIFY(extrapolation);
        const double gain = 2 * (std::pow(320, -0.7) - std::pow(520, -0.7));
        QVERIFY2(std::abs(extrapolation->gain - gain) < 0.1 * gain, qPrintable(QString::number(extrapolation->gain)));
        QVERIFY(extrapolation->low <= extrapolation->gain && extrapolation->gain <= extrapolation->high);
        points.resize(3);
        QVERIFY(!extrapolate(points, 200, Seed{1}));
    }

    void aStopEndsTheCurve() {
        const Dataset data = toyDataset(90, 2, Task::Classification);
        std::stop_source stop;
        stop.request_stop();
        JobContext job = context(stop.get_token());
        QVERIFY_EXCEPTION_THROWN(
            learningCurve(data, {logistic(), "accuracy"}, fiveFolds(data), {20, 40}, false, m_catalog, job, {}),
            Cancelled);
    }

    void spoiltRowsScoreWorse() {
        const Dataset data = toyDataset(300, 3, Task::Classification);
        PipelineSpec spec = logistic();
        spec.prepare.insert(spec.prepare.begin(), {.id = "impute", .params = {}});
        JobContext job = context();
        const RobustnessReport report = robustness(data, spec, "log-loss", fiveFolds(data), m_catalog, job);
        const double clean = mean5(report.clean);
        for (const DamagedScore& score : report.scores) {
            QVERIFY2(score.problem.empty(), score.problem.c_str());
            if (score.kind == Damage::Noise && score.amount >= 1) QVERIFY(score.mean() > clean);
            // x0 decides much, x2 nothing.
            if (score.column == "x2") QVERIFY(std::abs(score.mean() - clean) < 0.1);
            if (score.column == "x0") QVERIFY(score.mean() > clean + 0.1);
        }
        QVERIFY(QString::fromStdString(report.sentence).contains("x0"));
        // Without a step that fills cells, missing ones cannot be scored, and the report says so.
        const RobustnessReport strict = robustness(data, logistic(), "log-loss", fiveFolds(data), m_catalog, job);
        QVERIFY(std::any_of(strict.scores.begin(), strict.scores.end(),
                            [](const DamagedScore& s) { return !s.problem.empty(); }));
    }

    /// By hand: of group a, 2 of 4 are selected, both positives among them; of group b, 1 of 4, of two positives one.
    void ratesOfGroupsByHand() {
        Target truth{.task = Task::Classification, .classes = {1, 1, 0, 0, 1, 1, 0, 0}, .labels = {"no", "yes"}};
        Eigen::MatrixXd p(8, 2);
        p.col(1) << 0.9, 0.8, 0.1, 0.2, 0.7, 0.3, 0.2, 0.1;
        p.col(0) = 1 - p.col(1).array();
        const Groups groups{"g", {"a", "b"}, {0, 0, 0, 0, 1, 1, 1, 1}};
        const FairnessReport report = fairness(truth, fromProbabilities(p), groups, 1, Seed{1});
        QCOMPARE(report.groups[0].selection.value, 0.5);
        QCOMPARE(report.groups[0].truePositive.value, 1.0);
        QCOMPARE(report.groups[1].selection.value, 0.25);
        QCOMPARE(report.groups[1].truePositive.value, 0.5);
        QCOMPARE(report.groups[1].falsePositive.value, 0.0);
        QCOMPARE(report.groups[0].predicted, 0.5);
        QCOMPARE(report.gaps[1].value, 0.5);
        QCOMPARE(report.gaps[1].lowest, std::string("b"));
        QVERIFY(report.gaps[1].low <= 0.5 && report.gaps[1].high >= 0.5);
        QVERIFY(QString::fromStdString(report.sentence).startsWith("No gap"));
    }

    void numbersAreGroupedInQuarters() {
        std::vector<double> values;
        RowIds rows;
        for (int i = 0; i < 100; ++i) {
            values.push_back(i);
            rows.push_back(static_cast<RowId>(99 - i));
        }
        const Groups groups = groupsBy(*Column::numbers("n", values), rows);
        QCOMPARE(groups.names.size(), 4U);
        QCOMPARE(groups.of.front(), 3);
        QCOMPARE(groups.of.back(), 0);
    }

    /// Efron and Tibshirani's weights by hand: no overfitting leaves .632, full overfitting the out-of-bag score.
    void bootstrapEstimatesByHand() {
        QCOMPARE(weightedEstimate(BootstrapEstimate::OutOfBag, {0.8, 1, 0.5}), 0.8);
        QVERIFY(std::abs(weightedEstimate(BootstrapEstimate::Weighted632, {0.8, 1, 0.5}) - (0.368 + 0.632 * 0.8)) <
                1e-15);
        const double overfitting = 0.4, weight = 0.632 / (1 - 0.368 * overfitting);
        QVERIFY(std::abs(weightedEstimate(BootstrapEstimate::Weighted632Plus, {0.8, 1, 0.5}) -
                         ((1 - weight) + weight * 0.8)) < 1e-15);
        QVERIFY(std::abs(weightedEstimate(BootstrapEstimate::Weighted632Plus, {0.4, 1, 0.5}) - 0.5) < 1e-15);
        // Errors, where lower is better.
        QVERIFY(std::abs(weightedEstimate(BootstrapEstimate::Weighted632Plus, {0.5, 0, 0.5}) - 0.5) < 1e-15);
        Target truth{.task = Task::Classification, .classes = {0, 0, 1, 1}, .labels = {"no", "yes"}};
        Eigen::MatrixXd p(4, 2);
        p << 1, 0, 1, 0, 1, 0, 0, 1;
        // 3 of 4 said no: (1/2)(3/4) + (1/2)(1/4).
        QCOMPARE(noInformationScore(truth, fromProbabilities(p), {}, m_catalog.metrics.require("accuracy")), 0.5);
    }

private:
    static double mean5(const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values) sum += value;
        return sum / static_cast<double>(values.size());
    }
};

QTEST_APPLESS_MAIN(RefitsTest)
#include "test_refits.moc"
