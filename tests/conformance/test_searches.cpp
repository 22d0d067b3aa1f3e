// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every registered search.
#include <QtTest>
#include <set>

#include "base/parallel.h"
#include "toy_data.h"
#include "tune/sampling.h"

using namespace holdout;
using namespace holdout::test;

namespace {

/// Real, whole, choice and conditional parameters, of model and step. `l1_ratio` matters only with the elastic net.
TuneSpec mixedTuning(std::string_view search) {
    TuneSpec tune{.search = std::string(search), .metric = "log-loss"};
    tune.space = {{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log, .steps = 3},
                  {.name = "penalty", .choices = {std::string("l2"), std::string("elastic-net")}},
                  {.name = "l1_ratio", .low = 0, .high = 1, .steps = 3}};
    return tune;
}

TuneSpec treeTuning(std::string_view search) {
    TuneSpec tune{.search = std::string(search), .metric = "log-loss"};
    tune.space = {{.name = "max_depth", .low = 1, .high = 4, .integer = true},
                  {.name = "min_samples_leaf", .low = 1, .high = 3, .integer = true}};
    return tune;
}

/// Few trials, where the search has a number of them.
void makeSmall(TuneSpec& tune, const SearchInfo& info) {
    if (findSpec(info.params, "trials")) tune.params.set("trials", std::int64_t{info.id == "halving" ? 9 : 14});
    if (findSpec(info.params, "initial")) tune.params.set("initial", std::int64_t{6});
    if (findSpec(info.params, "least")) tune.params.set("least", 1.0 / 9);
}

bool sameTrials(const std::vector<Trial>& a, const std::vector<Trial>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Trial& x, const Trial& y) {
        return x.number == y.number && x.params == y.params && sameBits(x.score, y.score) && x.budget == y.budget &&
               x.state == y.state &&
               std::equal(x.folds.begin(), x.folds.end(), y.folds.begin(), y.folds.end(), sameBits);
    });
}

}  // namespace

class SearchConformanceTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    const std::vector<std::string> m_metrics = {"log-loss"};
    const Dataset m_data = toyDataset(120, 3, Task::Classification);
    std::vector<Fold> m_folds;
    SilentProgress m_silent;

    StudyResult run(const TuneSpec& tune, const PipelineSpec& base, const std::vector<Trial>& known = {},
                    const TrialSink& sink = {}) {
        JobContext job{{}, {}, m_silent, Seed{7}};
        return runStudy(m_data, base, tune, m_folds, m_metrics, m_catalog, m_searches, known, job, sink);
    }

    static PipelineSpec logistic() {
        return {.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = "logistic"}};
    }

    void addSearches() {
        QTest::addColumn<QString>("id");
        for (const SearchInfo& info : m_searches.all()) QTest::newRow(info.id.data()) << QString(info.id.data());
    }

    TuneSpec tuning(const QString& id) {
        TuneSpec tune = mixedTuning(id.toStdString());
        makeSmall(tune, m_searches.require(tune.search));
        return tune;
    }

private slots:
    void initTestCase() {
        Warnings warnings;
        SplitSpec split{.id = "k-fold"};
        split.params.set("folds", std::int64_t{4});
        m_folds = makeFolds(split, m_catalog.splits, m_data, Seed{3}, warnings);
    }

    void threadsDoNotChangeABit_data() { addSearches(); }
    void threadsDoNotChangeABit() {
        QFETCH(QString, id);
        std::vector<StudyResult> results;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] { results.push_back(run(tuning(id), logistic())); });
        }
        QVERIFY(sameTrials(results[0].trials, results[1].trials));
        QVERIFY(sameTrials(results[0].trials, results[2].trials));
        QCOMPARE(results[0].best, results[2].best);
    }

    void staysWithinTheSpace_data() { addSearches(); }
    void staysWithinTheSpace() {
        QFETCH(QString, id);
        const TuneSpec tune = tuning(id);
        const StudyResult result = run(tune, logistic());
        const SearchSpace space = checkedSpace(tune.space, logistic(), m_catalog);
        QVERIFY(!result.trials.empty());
        for (const Trial& trial : result.trials) {
            QCOMPARE(checkedPoint(space, trial.params), trial.params);
            const bool isElasticNet = trial.params.at("penalty") == ParamValue(std::string("elastic-net"));
            QCOMPARE(trial.params.contains("l1_ratio"), isElasticNet);
            QVERIFY(trial.budget > 0 && trial.budget <= 1);
        }
        QCOMPARE(result.trials[result.best.value()].budget, 1.0);
    }

    void aBrokenStudyEndsWithTheSameBits_data() { addSearches(); }
    void aBrokenStudyEndsWithTheSameBits() {
        QFETCH(QString, id);
        const StudyResult whole = run(tuning(id), logistic());
        for (const std::size_t kept :
             {std::size_t{1}, whole.trials.size() / 2, whole.trials.size() - 1, whole.trials.size()}) {
            const std::vector<Trial> known(whole.trials.begin(),
                                           whole.trials.begin() + static_cast<std::ptrdiff_t>(kept));
            std::size_t told = 0;
            const StudyResult resumed = run(tuning(id), logistic(), known, [&](const Trial&) { ++told; });
            QCOMPARE(told, whole.trials.size() - kept);
            QVERIFY(sameTrials(whole.trials, resumed.trials));
        }
    }

    void anotherSeedOrTheSame_data() { addSearches(); }
    void anotherSeedOrTheSame() {
        QFETCH(QString, id);
        QVERIFY(sameTrials(run(tuning(id), logistic()).trials, run(tuning(id), logistic()).trials));
    }

    void whatAPersonProposesIsTried_data() { addSearches(); }
    void whatAPersonProposesIsTried() {
        QFETCH(QString, id);
        TuneSpec tune = tuning(id);
        tune.propose = {{{{"lambda", 0.02}, {"penalty", std::string("l2")}}, 0},
                        {{{"lambda", 0.03}, {"penalty", std::string("elastic-net")}, {"l1_ratio", 0.25}}, 5}};
        const StudyResult result = run(tune, logistic());
        QCOMPARE(result.trials.front().params, tune.propose[0].params);
        QVERIFY(result.trials.front().isProposed);
        QCOMPARE(std::count_if(result.trials.begin(), result.trials.end(), [](const Trial& t) { return t.isProposed; }), std::ptrdiff_t{2});
        const StudyResult plain = run(tuning(id), logistic());
        QCOMPARE(result.trials.size(), plain.trials.size() + 2);
    }

    void itNeverNeedsMoreTrialsThanItPlans_data() { addSearches(); }
    void itNeverNeedsMoreTrialsThanItPlans() {
        QFETCH(QString, id);
        const TuneSpec tune = tuning(id);
        const std::size_t planned =
            plannedTrials(logistic(), tune, m_folds.front().train.size(), m_catalog, m_searches);
        QVERIFY(run(tune, logistic()).trials.size() <= planned);
    }

    void aSmallSpaceEndsTheSearch_data() { addSearches(); }
    void aSmallSpaceEndsTheSearch() {
        QFETCH(QString, id);
        TuneSpec tune = treeTuning(id.toStdString());
        makeSmall(tune, m_searches.require(tune.search));
        const StudyResult result = run(tune, {.prepare = {{.id = "one-hot"}}, .model = {.id = "tree"}});
        std::set<Point> points;
        for (const Trial& trial : result.trials) points.insert(trial.params);
        QVERIFY(points.size() <= 12);
        // Those that choose by a model of the score, and the grid, do not try the same again.
        if (id == "grid" || id == "bayes") QCOMPARE(points.size(), result.trials.size());
    }

    void aTimeBudgetEndsTheSearch_data() { addSearches(); }
    void aTimeBudgetEndsTheSearch() {
        QFETCH(QString, id);
        TuneSpec tune = tuning(id);
        tune.params.set("seconds", 1e-9);
        if (findSpec(m_searches.require(tune.search).params, "trials")) tune.params.set("trials", std::int64_t{1000});
        const StudyResult result = run(tune, logistic());
        QVERIFY(!result.trials.empty() && result.trials.size() < 1000);
    }

    void pruningNeverLosesTheBest_data() { addSearches(); }
    void pruningNeverLosesTheBest() {
        QFETCH(QString, id);
        TuneSpec tune = tuning(id);
        tune.params.set("prune", std::string("folds"));
        const StudyResult result = run(tune, logistic());
        const Trial& best = result.trials[result.best.value()];
        QCOMPARE(best.state, TrialState::Complete);
        QCOMPARE(best.folds.size(), m_folds.size());
        for (const Trial& trial : result.trials)
            if (trial.state == TrialState::Pruned)
                QVERIFY(trial.folds.size() < m_folds.size() && trial.score > best.score);
    }
};

QTEST_APPLESS_MAIN(SearchConformanceTest)
#include "test_searches.moc"
