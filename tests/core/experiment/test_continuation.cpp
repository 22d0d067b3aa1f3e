// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "experiment/continuation.h"
#include "experiment/runner.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

class ContinuationTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    SilentProgress m_silent;

    struct Counter final : RunObserver {
        std::size_t trials = 0;
        void trialFinished(const Trial&) override { ++trials; }
    };

    static ExperimentSpec bayes(std::int64_t trials) {
        ExperimentSpec spec;
        spec.data.source = "toy.csv";
        spec.data.roles.target = "y";
        spec.pipeline = {.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = "logistic"}};
        spec.validate.params.set("folds", std::int64_t{3});
        spec.tune = TuneSpec{.search = "bayes", .metric = "log-loss"};
        spec.tune->params.set("trials", trials);
        spec.tune->space = {{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log}};
        return spec;
    }

    /// Of a model that is fitted alone: a longer study may fit more strengths of a path in one pass, which changes the rounding.
    static ExperimentSpec bayesOfTrees(std::int64_t trials) {
        ExperimentSpec spec = bayes(trials);
        spec.pipeline.model = {.id = "boosting"};
        spec.pipeline.model.params.set("trees", std::int64_t{5});
        return spec;
    }

    Run run(const ExperimentSpec& spec, const std::vector<Trial>& known, Counter& counter) {
        JobContext job{{}, {}, m_silent, Seed{spec.seed}};
        ReadResult read{.table = toyTable(90, 2, Task::Classification)};
        return runExperiment(spec, read, m_catalog, m_searches, {known, {}}, job, counter);
    }

private slots:
    void anExtendedStudyIsALongerOne() {
        Counter first, more, whole;
        const Run short_ = run(bayesOfTrees(8), {}, first);
        const auto study = extendedStudy(short_, m_catalog, m_searches, 6);
        QVERIFY(study);
        const Run extended = run(study->spec, study->known, more);
        const Run unbroken = run(bayesOfTrees(14), {}, whole);
        QCOMPARE(more.trials, std::size_t{6});
        QCOMPARE(extended.study->trials.size(), std::size_t{14});
        for (std::size_t i = 0; i < 14; ++i) {
            QCOMPARE(extended.study->trials[i].params, unbroken.study->trials[i].params);
            QVERIFY(sameBits(extended.study->trials[i].score, unbroken.study->trials[i].score));
        }
    }

    void aForkTakesTheTrialsAlong() {
        Counter first, second;
        const Run before = run(bayes(8), {}, first);
        ExperimentSpec spec = bayes(5);
        spec.tune->search = "random";
        const Continuation study = forkedStudy(before, spec, m_catalog);
        QCOMPARE(study.known.size(), std::size_t{8});
        const Run forked = run(study.spec, study.known, second);
        QCOMPARE(second.trials, std::size_t{5});
        QCOMPARE(forked.study->trials.size(), std::size_t{13});
        QVERIFY(sameBits(forked.study->trials[3].score, before.study->trials[3].score));
    }

    void aForkOfAnotherQuestionComputesAnew() {
        Counter first, second;
        const Run before = run(bayes(6), {}, first);
        ExperimentSpec spec = bayes(6);
        spec.seed = 9;
        const Continuation study = forkedStudy(before, spec, m_catalog);
        QVERIFY(study.known.empty());
        QCOMPARE(study.spec.tune->propose.size(), std::size_t{6});
    }

    void aGridIsNotExtended() {
        Counter counter;
        ExperimentSpec spec = bayes(5);
        spec.tune->search = "grid";
        spec.tune->params = {};
        QVERIFY(!extendedStudy(run(spec, {}, counter), m_catalog, m_searches, 5));
    }
};

QTEST_APPLESS_MAIN(ContinuationTest)
#include "test_continuation.moc"
