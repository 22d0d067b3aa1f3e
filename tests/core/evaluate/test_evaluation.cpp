// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <set>

#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "evaluate/statistics.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

namespace {

PipelineSpec logistic(double lambda) {
    PipelineSpec spec{.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = "logistic"}};
    spec.model.params.set("lambda", lambda);
    return spec;
}

std::vector<Fold> tenFolds(const Dataset& data, const Catalog& catalog) {
    Warnings warnings;
    return makeFolds({.id = "k-fold"}, catalog.splits, data, Seed{3}, warnings);
}

bool sameScores(const FoldResult& a, const FoldResult& b) {
    return std::equal(a.scores.begin(), a.scores.end(), b.scores.begin(), b.scores.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && sameBits(x.second, y.second);
    });
}

}  // namespace

class EvaluationTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const std::vector<std::string> m_metrics = {"accuracy", "log-loss", "roc-auc"};
    SilentProgress m_silent;

    JobContext context(std::stop_token stop = {}) { return {stop, {}, m_silent, Seed{7}}; }

private slots:
    void everyRowIsScoredOnceAndTheLedgerIsClean() {
        const Dataset data = toyDataset(203, 3, Task::Classification);
        const auto folds = tenFolds(data, m_catalog);
        JobContext job = context();
        const auto results = evaluateFolds(data, logistic(0.01), folds, m_metrics, m_catalog, job, {});
        QCOMPARE(results.size(), 10U);
        std::multiset<RowId> scored;
        for (const FoldResult& fold : results) {
            scored.insert(fold.testRows.begin(), fold.testRows.end());
            QCOMPARE(fold.predictions.size(), fold.testRows.size());
            QCOMPARE(fold.ledger.size(), 2U);
            for (const LedgerEntry& entry : fold.ledger) {
                QCOMPARE(entry.rowsSeen, fold.trainRows);
                QCOMPARE(entry.heldOutRowsSeen, 0);
                QVERIFY(!entry.learnt.empty());
            }
        }
        QCOMPARE(scored.size(), data.size());
        QCOMPARE(std::set<RowId>(scored.begin(), scored.end()).size(), data.size());
    }

    void heldOutRowsDoNotTouchWhatIsFitted() {
        // The same training rows, other held-out rows: the predictions of a fixed row must keep their bits.
        const Table table = toyTable(100, 3, Task::Classification);
        Fold fold;
        for (std::uint32_t i = 0; i < 100; ++i) (i < 80 ? fold.train : fold.test).push_back(i);
        std::vector<double> changed(table.column(0).numbers().begin(), table.column(0).numbers().end());
        for (std::size_t i = 81; i < 100; ++i) changed[i] += 1000;
        const Table other = table.withColumn(0, Column::numbers("x0", changed));
        JobContext job = context();
        const auto before = evaluateFolds(makeDataset(table, {.target = "y"}, {}), logistic(0.01), {fold}, m_metrics, m_catalog, job, {});
        const auto after = evaluateFolds(makeDataset(other, {.target = "y"}, {}), logistic(0.01), {fold}, m_metrics, m_catalog, job, {});
        QVERIFY(sameBits(before[0].predictions.probabilities(0, 0), after[0].predictions.probabilities(0, 0)));
        QCOMPARE(before[0].ledger, after[0].ledger);
        QVERIFY(!sameBits(before[0].predictions.probabilities(5, 0), after[0].predictions.probabilities(5, 0)));
    }

    void threadsDoNotChangeABit() {
        const Dataset data = toyDataset(300, 4, Task::Classification);
        const auto folds = tenFolds(data, m_catalog);
        std::vector<PipelineSpec> candidates;
        for (const double lambda : {0.001, 0.01, 0.1, 1.0}) candidates.push_back(logistic(lambda));
        std::vector<std::vector<CandidateResult>> all;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                JobContext job = context();
                all.push_back(evaluateCandidates(data, candidates, folds, m_metrics, m_catalog, Keep::Everything, job, {}));
            });
        }
        for (std::size_t c = 0; c < candidates.size(); ++c)
            for (std::size_t f = 0; f < folds.size(); ++f) {
                QVERIFY(sameScores(all[0][c].folds[f], all[1][c].folds[f]));
                QVERIFY(sameScores(all[0][c].folds[f], all[2][c].folds[f]));
            }
    }

    void aPathGivesWhatFittingAloneGives() {
        const Dataset data = toyDataset(300, 4, Task::Classification);
        const auto folds = tenFolds(data, m_catalog);
        const std::vector<PipelineSpec> candidates = {logistic(0.001), logistic(0.1)};
        JobContext job = context();
        QCOMPARE(pathGroups(candidates, m_catalog.models).size(), 1U);
        const auto together = evaluateCandidates(data, candidates, folds, m_metrics, m_catalog, Keep::Everything, job, {});
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            const auto alone = evaluateFolds(data, candidates[c], folds, m_metrics, m_catalog, job, {});
            for (std::size_t f = 0; f < folds.size(); ++f) {
                // Both stop at a gradient near 1e-9, so probabilities agree to about 1e-8.
                const auto gap = (together[c].folds[f].predictions.probabilities - alone[f].predictions.probabilities).cwiseAbs();
                QVERIFY2(gap.maxCoeff() < 1e-7, qPrintable(QString::number(gap.maxCoeff())));
            }
        }
    }

    void groupsShareAPathOnlyWhenNothingElseDiffers() {
        std::vector<PipelineSpec> candidates = {logistic(1), logistic(2), logistic(3)};
        candidates[1].prepare.pop_back();
        candidates[2].model.params.set("penalty", std::string("l1"));
        QCOMPARE(pathGroups(candidates, m_catalog.models).size(), 3U);
        candidates[2] = logistic(3);
        QCOMPARE(pathGroups(candidates, m_catalog.models).size(), 2U);
    }

    void anErrorEndsItsCandidateOnly() {
        const Dataset data = toyDataset(60, 2, Task::Classification);
        PipelineSpec withoutOneHot = logistic(0.01);
        withoutOneHot.prepare.pop_back();
        JobContext job = context();
        const auto results = evaluateCandidates(data, {withoutOneHot, logistic(0.01)}, tenFolds(data, m_catalog), m_metrics,
                                                m_catalog, Keep::ScoresOnly, job, {});
        QVERIFY(results[0].error);
        QVERIFY(QString(results[0].error->what()).contains("colour"));
        QVERIFY(!results[1].error);
        QVERIFY(results[1].folds[9].scores.at("accuracy") > 0.5);
        QCOMPARE(results[1].folds[9].predictions.size(), 0U);
    }

    void stopsWhenAsked() {
        const Dataset data = toyDataset(60, 2, Task::Classification);
        std::stop_source stop;
        JobContext job = context(stop.get_token());
        std::size_t finished = 0;
        QVERIFY_EXCEPTION_THROWN(evaluateFolds(data, logistic(0.01), tenFolds(data, m_catalog), m_metrics, m_catalog, job,
                                               [&](const FoldResult&) {
                                                   ++finished;
                                                   stop.request_stop();
                                               }),
                                 Cancelled);
        QVERIFY(finished < 10);
    }

    void foldsAreSummarisedByTheCorrectedT() {
        const Dataset data = toyDataset(200, 2, Task::Classification);
        JobContext job = context();
        const auto folds = evaluateFolds(data, logistic(0.01), tenFolds(data, m_catalog), m_metrics, m_catalog, job, {});
        const auto scores = summarise(data, folds, m_metrics, m_catalog.metrics, Seed{1});
        const ScoreSummary& accuracy = scores.at("accuracy");
        const Interval expected = correctedResampledT(accuracy.folds, 1.0 / 9);
        QVERIFY(std::abs(accuracy.low - expected.low) < 1e-12);
        QVERIFY(std::abs(accuracy.high - std::min(1.0, expected.high)) < 1e-12);
        QVERIFY(QString::fromStdString(accuracy.interval).contains("Nadeau"));
    }

    void intervalsEndWhereTheScaleEnds() {
        const Dataset data = toyDataset(20, 2, Task::Classification);
        std::vector<FoldResult> folds(4);
        const double accuracies[] = {1, 1, 0.6, 1};
        for (std::size_t i = 0; i < folds.size(); ++i) {
            folds[i].trainRows = 15;
            folds[i].testRows = {0, 1, 2, 3, 4};
            folds[i].scores["accuracy"] = accuracies[i];
        }
        const ScoreSummary accuracy = summarise(data, folds, {"accuracy"}, m_catalog.metrics, Seed{1}).at("accuracy");
        QVERIFY(correctedResampledT(accuracy.folds, 1.0 / 3).high > 1);
        QCOMPARE(accuracy.high, 1.0);
        QVERIFY(accuracy.low < accuracy.mean && accuracy.low > 0);
    }

    void oneFoldIsSummarisedByItsRows() {
        const Dataset data = toyDataset(500, 2, Task::Classification);
        JobContext job = context();
        Warnings warnings;
        const auto folds = makeFolds({.id = "hold-out"}, m_catalog.splits, data, Seed{3}, warnings);
        const auto results = evaluateFolds(data, logistic(0.01), folds, {"accuracy"}, m_catalog, job, {});
        const ScoreSummary accuracy = summarise(data, results, {"accuracy"}, m_catalog.metrics, Seed{1}).at("accuracy");
        QVERIFY(std::isnan(accuracy.sd));
        QVERIFY(accuracy.low < accuracy.mean && accuracy.mean < accuracy.high);
        // Wilson's interval is near mean ± 1.96 standard errors; a fifth of its width is the tolerance.
        const double half = 1.96 * std::sqrt(accuracy.mean * (1 - accuracy.mean) / 100);
        QVERIFY(std::abs(accuracy.high - accuracy.low - 2 * half) < 0.4 * half);
    }

    void foldsOfOneRowArePooled() {
        const Dataset data = toyDataset(40, 2, Task::Classification);
        JobContext job = context();
        Warnings warnings;
        const auto folds = makeFolds({.id = "leave-one-out"}, m_catalog.splits, data, Seed{3}, warnings);
        const auto results = evaluateFolds(data, logistic(0.1), folds, m_metrics, m_catalog, job, {});
        const ScoreSummary auc = summarise(data, results, m_metrics, m_catalog.metrics, Seed{1}).at("roc-auc");
        QVERIFY(auc.mean > 0.5 && auc.mean <= 1);
        QVERIFY(QString::fromStdString(auc.interval).contains("DeLong"));
        const auto all = summarise(data, results, m_metrics, m_catalog.metrics, Seed{1});
        QVERIFY(QString::fromStdString(all.at("log-loss").interval).contains("bootstrap"));
        QVERIFY(QString::fromStdString(all.at("accuracy").interval).contains("Wilson"));
    }
};

QTEST_APPLESS_MAIN(EvaluationTest)
#include "test_evaluation.moc"
