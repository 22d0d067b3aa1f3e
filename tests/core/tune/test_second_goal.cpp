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

    std::vector<Trial> depths(SecondGoal against) const {
        const Dataset data = toyDataset(200, 3, Task::Classification);
        Warnings warnings;
        SplitSpec split{.id = "k-fold"};
        split.params.set("folds", std::int64_t{3});
        const std::vector<Fold> folds = makeFolds(split, m_catalog.splits, data, Seed{3}, warnings);
        const PipelineSpec base{.prepare = {{.id = "one-hot"}}, .model = {.id = "tree"}};
        TuneSpec tune{.search = "grid", .against = against};
        tune.space = {{.name = "max_depth", .low = 1, .high = 6, .integer = true, .steps = 3}};
        SilentProgress silent;
        JobContext job{{}, {}, silent, Seed{7}};
        return runStudy(data, base, tune, folds, {"accuracy"}, m_catalog, m_searches, {}, job, {}).trials;
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
