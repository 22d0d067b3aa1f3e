// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <set>

#include "base/parallel.h"
#include "study_fixture.h"
#include "tune/sampling.h"

using namespace holdout;
using namespace holdout::test;

namespace {

PipelineSpec elasticNet() {
    PipelineSpec spec{.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = "logistic"}};
    spec.model.params.set("penalty", std::string("elastic-net"));
    return spec;
}

TuneSpec grid() {
    TuneSpec tune{.search = "grid", .metric = "log-loss"};
    tune.space = {{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log, .steps = 5},
                  {.name = "l1_ratio", .low = 0, .high = 1, .steps = 3}};
    return tune;
}

bool sameTrials(const std::vector<Trial>& a, const std::vector<Trial>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Trial& x, const Trial& y) {
        return x.number == y.number && x.params == y.params && sameBits(x.score, y.score) &&
               std::equal(x.folds.begin(), x.folds.end(), y.folds.begin(), y.folds.end(), sameBits);
    });
}

}  // namespace

class StudyTest : public QObject {
    Q_OBJECT
    StudyFixture m_with{150, 4, {"accuracy", "log-loss"}};

    StudyResult run(const TuneSpec& tune, const std::vector<Trial>& known = {}, const TrialSink& sink = {},
                    const PipelineSpec& base = elasticNet(), std::stop_token stop = {}) {
        return m_with.run(base, tune, known, sink, stop);
    }

    void expectError(const TuneSpec& tune, const char* part) {
        try {
            run(tune);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(part), error.what());
        }
    }

private slots:
    void gridTriesEveryCombinationOnce() {
        std::vector<Trial> told;
        const StudyResult result = run(grid(), {}, [&](const Trial& trial) { told.push_back(trial); });
        QCOMPARE(result.trials.size(), 15U);
        QCOMPARE(told.size(), 15U);
        std::set<std::pair<double, double>> points;
        for (const Trial& trial : result.trials) {
            points.emplace(std::get<double>(trial.params.at("lambda")), std::get<double>(trial.params.at("l1_ratio")));
            QCOMPARE(trial.folds.size(), 4U);
            QVERIFY(trial.scores.contains("accuracy"));
        }
        QCOMPARE(points.size(), 15U);
        QVERIFY(points.contains({1e-4, 0.0}) && points.contains({1.0, 1.0}));
        for (const Trial& trial : result.trials) QVERIFY(trial.score >= result.trials[*result.best].score);
    }

    void aBrokenStudyEndsWithTheSameBits() {
        const StudyResult whole = run(grid());
        for (const std::size_t kept : {0U, 1U, 7U, 14U, 15U}) {
            const std::vector<Trial> known(whole.trials.begin(), whole.trials.begin() + static_cast<std::ptrdiff_t>(kept));
            std::size_t told = 0;
            const StudyResult resumed = run(grid(), known, [&](const Trial&) { ++told; });
            QCOMPARE(told, 15 - kept);
            QVERIFY(sameTrials(whole.trials, resumed.trials));
            QCOMPARE(resumed.best, whole.best);
        }
    }

    void threadsDoNotChangeABit() {
        std::vector<StudyResult> results;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] { results.push_back(run(grid())); });
        }
        QVERIFY(sameTrials(results[0].trials, results[1].trials));
        QVERIFY(sameTrials(results[0].trials, results[2].trials));
    }

    void aLongerRandomSearchBeginsWithTheSamePoints() {
        TuneSpec tune = grid();
        tune.search = "random";
        tune.params.set("trials", std::int64_t{5});
        const StudyResult five = run(tune);
        tune.params.set("trials", std::int64_t{8});
        const StudyResult eight = run(tune);
        for (std::size_t i = 0; i < 5; ++i) QCOMPARE(five.trials[i].params, eight.trials[i].params);
        for (const Trial& trial : eight.trials) {
            const double lambda = std::get<double>(trial.params.at("lambda"));
            QVERIFY(lambda >= 1e-4 && lambda <= 1);
        }
    }

    void parametersOfStepsCanBeTuned() {
        PipelineSpec base = elasticNet();
        base.prepare.insert(base.prepare.begin(), {.id = "impute"});
        TuneSpec tune{.search = "grid"};
        tune.space = {{.name = "prepare.0.with", .choices = {std::string("mean"), std::string("median")}}};
        const StudyResult result = run(tune, {}, {}, base);
        QCOMPARE(result.trials.size(), 2U);
        const PipelineSpec best = withParams(base, result.trials[1].params, m_with.catalog);
        QCOMPARE(*best.prepare[0].params.find("with"), ParamValue(std::string("median")));
    }

    void aFailedTrialDoesNotEndTheStudy() {
        PipelineSpec base = elasticNet();
        TuneSpec tune{.search = "grid"};
        // Without one-hot columns chosen, the colour stays a category, and no model takes it.
        tune.space = {{.name = "prepare.1.columns", .choices = {std::string("categories"), std::string("x0")}}};
        const StudyResult result = run(tune, {}, {}, base);
        QCOMPARE(result.trials[0].state, TrialState::Complete);
        QCOMPARE(result.trials[1].state, TrialState::Failed);
        QVERIFY(!result.trials[1].error.empty());
        QCOMPARE(*result.best, 0U);
    }

    void cancelKeepsWhatFinished() {
        std::stop_source stop;
        std::size_t told = 0;
        QVERIFY_EXCEPTION_THROWN(run(grid(), {},
                                     [&](const Trial&) {
                                         ++told;
                                         stop.request_stop();
                                     },
                                     elasticNet(), stop.get_token()),
                                 Cancelled);
        QVERIFY(told >= 1 && told < 15);
    }

    void badSpacesAreExplained() {
        TuneSpec tune = grid();
        tune.space[0].name = "lamda";
        expectError(tune, "Did you mean lambda?");
        tune = grid();
        tune.space[0].low = 0;
        expectError(tune, "Begin above 0");
        tune = grid();
        tune.space[1].high = 2;
        expectError(tune, "l1_ratio");
        tune = grid();
        tune.space.clear();
        expectError(tune, "search space is empty");
        tune = grid();
        tune.space[1].name = "prepare.9.with";
        expectError(tune, "prepare.N.PARAMETER");
        tune = grid();
        tune.search = "gird";
        expectError(tune, "Did you mean grid?");
    }

    void positionsAndValuesAreInverse() {
        const Dimension log{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log};
        for (const double p : {0.0, 0.25, 0.5, 1.0}) QVERIFY(std::abs(positionOf(log, valueAt(log, p)) - p) < 1e-12);
        const Dimension whole{.name = "k", .low = 1, .high = 3, .integer = true};
        QCOMPARE(gridValues(whole, 7).size(), 3U);
    }
};

QTEST_APPLESS_MAIN(StudyTest)
#include "test_study.moc"
