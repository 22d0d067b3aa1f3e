// SPDX-License-Identifier: GPL-3.0-or-later
// What the program says must be true where the truth is known: on pure noise a tuned score is too good and its nested
// estimate is not, and of two models that are the same nobody is named the better.
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/paired_tests.h"
#include "evaluate/statistics.h"
#include "tune/nested.h"

using namespace holdout;

namespace {

/// Columns that have nothing to do with the two classes, of which there are as many rows.
Dataset noise(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    RandomStream random(Seed{seed});
    std::vector<ColumnPtr> parts;
    for (std::size_t c = 0; c < columns; ++c) {
        std::vector<double> values(rows);
        for (double& value : values) value = random.normal();
        parts.push_back(Column::numbers("x" + std::to_string(c), std::move(values)));
    }
    std::vector<std::uint32_t> classes(rows);
    for (std::size_t i = 0; i < rows; ++i) classes[i] = i % 2;
    random.shuffle(classes);
    parts.push_back(Column::categories("y", std::move(classes), {"no", "yes"}));
    return makeDataset(Table(std::move(parts)), Roles{.target = "y"}, Task::Classification);
}

/// A learnable half: the classes follow the first column, with noise.
Dataset learnable(std::size_t rows, std::uint64_t seed) {
    RandomStream random(Seed{seed});
    std::vector<double> x(rows), z(rows);
    std::vector<std::uint32_t> classes(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        x[i] = random.normal();
        z[i] = random.normal();
        classes[i] = x[i] + random.normal() > 0;
    }
    return makeDataset(
        Table({Column::numbers("x", x), Column::numbers("z", z), Column::categories("y", classes, {"no", "yes"})}),
        Roles{.target = "y"}, Task::Classification);
}

}  // namespace

class HonestyTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    SilentProgress m_silent;

    TuneSpec search() const {
        TuneSpec tune{.search = "random", .params = {}, .metric = "accuracy", .space = {}};
        tune.params.set("trials", std::int64_t{30});
        tune.space = {{.name = "max_depth", .low = 1, .high = 12, .integer = true},
                      {.name = "min_samples_leaf", .low = 1, .high = 20, .integer = true}};
        tune.nested = 5;
        return tune;
    }

private slots:
    /// Averaged over data sets, so that the bounds are tight: the nested estimate of eight sets of 120 rows has a
    /// standard error near 0.5 / sqrt(8 × 120) = 0.016.
    void onPureNoiseTheBestScoreRisesAndTheNestedEstimateStaysAtChance() {
        const PipelineSpec tree{.prepare = {}, .model = {.id = "tree", .params = {}}};
        const SplitSpec inner{.id = "k-fold", .params = {}};
        std::vector<double> best, nested;
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const Dataset data = noise(120, 6, seed);
            JobContext context{{}, {}, m_silent, Seed{seed}};
            Warnings warnings;
            const auto folds = makeFolds(inner, m_catalog.splits, data, Seed{seed}, warnings);
            const StudyResult study =
                runStudy(data, tree, search(), folds, {"accuracy"}, m_catalog, m_searches, {}, context, {});
            best.push_back(study.trials[study.best.value()].score);
            nested.push_back(runNested(data, tree, search(), inner, {"accuracy"}, m_catalog, m_searches, context).mean);
        }
        qInfo("best of 30 trials %.3f, nested %.3f", mean(best), mean(nested));
        QVERIFY2(mean(best) > 0.54, qPrintable(QString::number(mean(best))));
        QVERIFY2(std::abs(mean(nested) - 0.5) < 0.05, qPrintable(QString::number(mean(nested))));
        QVERIFY(optimismOf(mean(best), mean(nested), Direction::HigherIsBetter) > 0.04);
    }

    void theNestedEstimateDoesNotDependOnThreads() {
        const PipelineSpec tree{.prepare = {}, .model = {.id = "tree", .params = {}}};
        const Dataset data = noise(80, 3, 5);
        std::vector<NestedResult> results;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                JobContext context{{}, {}, m_silent, Seed{3}};
                results.push_back(runNested(data, tree, search(), {.id = "k-fold", .params = {}}, {"accuracy"},
                                            m_catalog, m_searches, context));
            });
        }
        QVERIFY(results[0] == results[1] && results[0] == results[2]);
        QCOMPARE(results[0].folds.size(), 5U);
        QVERIFY(QString::fromStdString(optimismSentence(0.6, results[0], m_catalog.metrics.require("accuracy")))
                    .contains("best trial"));
    }

    /// Forests that differ in their seed alone, each pair on its own 100 rows and ten folds.
    void identicalModelsUnderDifferentSeedsDoNotDiffer() {
        PipelineSpec forest{.prepare = {}, .model = {.id = "forest", .params = {}}};
        forest.model.params.set("trees", std::int64_t{5});
        constexpr std::size_t kCases = 200;
        std::vector<char> corrected(kCases), bayesian(kCases), wilcoxon(kCases);
        parallelFor(kCases, [&](std::size_t i) {
            const Dataset data = learnable(100, 1000 + i);
            Warnings warnings;
            const auto folds = makeFolds({.id = "k-fold", .params = {}}, m_catalog.splits, data, Seed{i}, warnings);
            std::vector<std::vector<double>> scores;
            for (const std::uint64_t seed : {1, 2}) {
                JobContext context{{}, {}, m_silent, Seed{seed + 10 * i}};
                scores.emplace_back();
                for (const FoldResult& fold : evaluateFolds(data, forest, folds, {"accuracy"}, m_catalog, context, {}))
                    scores.back().push_back(fold.scores.at("accuracy"));
            }
            std::vector<double> differences;
            for (std::size_t f = 0; f < folds.size(); ++f) differences.push_back(scores[0][f] - scores[1][f]);
            const Interval interval = correctedResampledT(differences, 1.0 / 9);
            corrected[i] = interval.low <= 0 && interval.high >= 0;
            const Posterior posterior = bayesianCorrelatedT(differences, 1.0 / 9, 0.01);
            bayesian[i] = posterior.above < 0.95 && posterior.below < 0.95;
            wilcoxon[i] = wilcoxonSignedRank(differences).pValue >= 0.05;
        });
        const auto share = [](const std::vector<char>& held) {
            return static_cast<double>(std::count(held.begin(), held.end(), 1)) / static_cast<double>(held.size());
        };
        qInfo("no difference: corrected t %.3f, Bayesian %.3f, Wilcoxon %.3f", share(corrected), share(bayesian),
              share(wilcoxon));
        QVERIFY(share(corrected) >= 0.95);
        QVERIFY(share(bayesian) >= 0.95);
    }
};

QTEST_APPLESS_MAIN(HonestyTest)
#include "test_honesty.moc"
