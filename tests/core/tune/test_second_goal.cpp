// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "experiment/records.h"
#include "insight/run_charts.h"
#include "insight/tuning_model.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

/// A study that weighs its score against the size of the model or the time of training.
class SecondGoalTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();

    /// The trials of a study of trees on toy data.
    std::vector<Trial> trialsOf(const TuneSpec& tune, std::size_t rows, const std::string& metric,
                                const std::vector<Trial>& known = {}) const {
        const Dataset data = toyDataset(rows, 3, Task::Classification);
        Warnings warnings;
        SplitSpec split{.id = "k-fold"};
        split.params.set("folds", std::int64_t{3});
        const std::vector<Fold> folds = makeFolds(split, m_catalog.splits, data, Seed{3}, warnings);
        const PipelineSpec base{.prepare = {{.id = "one-hot"}}, .model = {.id = "tree"}};
        SilentProgress silent;
        JobContext job{{}, {}, silent, Seed{7}};
        return runStudy(data, base, tune, folds, {metric}, m_catalog, m_searches, known, job, {}).trials;
    }
    std::vector<Trial> depths(SecondGoal against) const {
        TuneSpec tune{.search = "grid", .against = against};
        tune.space = {{.name = "max_depth", .low = 1, .high = 6, .integer = true, .steps = 3}};
        return trialsOf(tune, 200, "accuracy");
    }
    /// A Bayesian search for trees that score well and train quickly or are small; `known` are there already.
    std::vector<Trial> searched(SecondGoal against, const std::vector<Trial>& known) const {
        TuneSpec tune{.search = "bayes", .metric = "log-loss", .against = against};
        tune.params.set("trials", std::int64_t{9});
        tune.params.set("batch", std::int64_t{1});
        tune.params.set("prune", std::string("folds"));  // which a second goal does without
        tune.space = {{.name = "max_depth", .low = 1, .high = 8, .integer = true},
                      {.name = "min_samples_leaf", .low = 1, .high = 30, .integer = true}};
        return trialsOf(tune, 120, "log-loss", known);
    }
    static Trial trial(std::size_t number, double score, double seconds, std::int64_t bytes) {
        return {.number = number, .score = score, .seconds = seconds, .bytes = bytes};
    }
    const MetricInfo& accuracy() const { return m_catalog.metrics.require("accuracy"); }

private slots:
    void deeperTreesAreLarger() {
        std::vector<Trial> trials = depths(SecondGoal::Size);
        std::sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) {
            return std::get<std::int64_t>(a.params.at("max_depth")) < std::get<std::int64_t>(b.params.at("max_depth"));
        });
        QCOMPARE(trials.size(), std::size_t{3});
        QVERIFY(trials[0].bytes > 0 && trials[0].bytes < trials[1].bytes && trials[1].bytes < trials[2].bytes);
        const std::vector<Trial> again = depths(SecondGoal::Size);
        for (const Trial& one : again)
            QVERIFY(std::any_of(trials.begin(), trials.end(), [&](const Trial& t) { return t.params == one.params && t.bytes == one.bytes; }));
    }

    void aSearchForSizeIsTheSameAgain() {
        const std::vector<Trial> once = searched(SecondGoal::Size, {}), again = searched(SecondGoal::Size, {}),
                                 scoreOnly = searched(SecondGoal::None, {});
        QCOMPARE(once.size(), std::size_t{9});
        bool isOther = false;
        for (std::size_t i = 0; i < once.size(); ++i) {
            QVERIFY(once[i].params == again[i].params && once[i].score == again[i].score && once[i].bytes == again[i].bytes);
            QCOMPARE(once[i].state, TrialState::Complete);
            isOther = isOther || once[i].params != scoreOnly[i].params;
        }
        QVERIFY(isOther);
        const auto smallest = [](const std::vector<Trial>& trials) {
            std::int64_t bytes = trials.front().bytes;
            for (const Trial& one : trials) bytes = std::min(bytes, one.bytes);
            return bytes;
        };
        // The small end of the front is looked for as well: a tree of depth 1.
        QVERIFY(std::any_of(once.begin(), once.end(), [&](const Trial& t) {
            return t.bytes == smallest(once) && std::get<std::int64_t>(t.params.at("max_depth")) <= 2;
        }));
    }

    /// Seconds are measured, but a resumed study takes those that were recorded: it goes on with the same trial.
    void aResumedSearchForTimeTakesTheRecordedTimes() {
        const std::vector<Trial> all = searched(SecondGoal::Time, {});
        const std::vector<Trial> known(all.begin(), all.begin() + 6);
        const std::vector<Trial> resumed = searched(SecondGoal::Time, known);
        QCOMPARE(resumed.size(), all.size());
        for (std::size_t i = 0; i < 7; ++i) QVERIFY(resumed[i].params == all[i].params);
        for (std::size_t i = 0; i < 6; ++i) QCOMPARE(resumed[i].seconds, all[i].seconds);
    }

    void sizesAreMeasuredOnlyWhenAskedFor() {
        for (const Trial& one : depths(SecondGoal::Time)) QCOMPARE(one.bytes, std::int64_t{0});
    }

    void theFrontIsThatOfTheGoal() {
        const std::vector<Trial> trials{trial(0, 0.8, 1, 900), trial(1, 0.9, 3, 100), trial(2, 0.7, 0.5, 50), trial(3, 0.85, 4, 100)};
        QCOMPARE(paretoFront(trials, Direction::HigherIsBetter, SecondGoal::Time), (std::vector<std::size_t>{2, 0, 1}));
        QCOMPARE(paretoFront(trials, Direction::HigherIsBetter, SecondGoal::Size), (std::vector<std::size_t>{2, 1}));
        const LineChart chart = tradeOffChart(trials, accuracy(), SecondGoal::Size);
        QCOMPARE(chart.series[0].y, (std::vector<double>{0.7, 0.9}));
        QCOMPARE(chart.series[0].x[1], 100.0 / 1024);
    }

    void aTrialOfLessBudgetIsNotOnTheFront() {
        std::vector<Trial> trials{trial(0, 0.8, 1, 1), trial(1, 0.9, 0.1, 1)};
        trials[1].budget = 0.5;
        QCOMPARE(paretoFront(trials, Direction::HigherIsBetter), std::vector<std::size_t>{0});
    }

    void isWrittenAndRead() {
        const Trial read = trialFromRecord(toRecord(trial(3, 0.5, 2, 12345)));
        QCOMPARE(read.bytes, std::int64_t{12345});
        const char* const text = R"({"data": {"source": "a.csv", "target": "y"}, "model": {"id": "ridge"},
                                     "tune": {"space": {"lambda": {}}, "against": "size"}})";
        const ExperimentSpec spec = specFromJson(parseJson(text, "spec"), m_catalog, m_searches);
        QCOMPARE(spec.tune->against, SecondGoal::Size);
        QVERIFY(specFromJson(specToJson(spec), m_catalog, m_searches) == spec);
        nlohmann::json bad = specToJson(spec);
        bad["tune"]["against"] = "money";
        QVERIFY_THROWS_EXCEPTION(Error, specFromJson(bad, m_catalog, m_searches));
    }

    void aRandomSearchIsHeldBeside() {
        const auto searched = [](const char* search, std::vector<double> scores) {
            Run run;
            run.id = 9;
            run.spec.pipeline.model.id = "ridge";
            run.spec.tune = TuneSpec{.search = search, .space = {{.name = "lambda", .low = 0.1, .high = 1}}};
            run.study.emplace();
            for (std::size_t i = 0; i < scores.size(); ++i) run.study->trials.push_back(trial(i, scores[i], 1, 0));
            return run;
        };
        const Run bayes = searched("bayes", {0.5, 0.8}), random = searched("random", {0.6, 0.4, 0.85});
        QVERIFY(isRandomSearchOf(random, bayes.spec));
        QVERIFY(!isRandomSearchOf(bayes, bayes.spec));
        Run other = random;
        other.spec.pipeline.model.params.set("lambda", 0.3);  // searched, so it does not matter what it was
        QVERIFY(isRandomSearchOf(other, bayes.spec));
        other.spec.seed = 99;
        QVERIFY(!isRandomSearchOf(other, bayes.spec));
        LineChart chart = bestScoreChart(bayes.study->trials, 2, accuracy());
        addRandomSearch(chart, random, "random", accuracy());
        QCOMPARE(chart.series.size(), std::size_t{2});
        QCOMPARE(chart.series[1].y, (std::vector<double>{0.6, 0.6, 0.85}));
        QVERIFY(chart.sentence.ends_with("Random search got there at trial 3."));
    }
};

QTEST_APPLESS_MAIN(SecondGoalTest)
#include "test_second_goal.moc"
