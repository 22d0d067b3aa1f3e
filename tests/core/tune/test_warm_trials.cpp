// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "study_fixture.h"
#include "tune/trial_batch.h"

using namespace holdout;
using namespace holdout::test;

namespace {

/// A network whose every kind of state matters: moments, dropout, an order of rows, a schedule, running statistics.
PipelineSpec network(const std::string& schedule) {
    PipelineSpec spec{.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = "mlp"}};
    spec.model.params.set("epochs", std::int64_t{27});
    spec.model.params.set("optimizer", std::string("adam"));
    spec.model.params.set("dropout", 0.2);
    spec.model.params.set("batch_norm", true);
    spec.model.params.set("schedule", schedule);
    return spec;
}

TuneSpec hyperband() {
    TuneSpec tune{.search = "hyperband", .metric = "log-loss"};
    tune.space = {{.name = "learning_rate", .low = 1e-4, .high = 0.1, .scale = Scale::Log},
                  {.name = "batch_size", .low = 8, .high = 64, .scale = Scale::Log, .integer = true}};
    return tune;
}

}  // namespace

/// Trials that go on with more epochs from the network that fewer have left.
class WarmTrialsTest : public QObject {
    Q_OBJECT
    StudyFixture m_with{90, 3, {"log-loss"}};

    std::vector<Trial> study(const PipelineSpec& base, const std::vector<Trial>& known = {}) {
        return m_with.run(base, hyperband(), known).trials;
    }

    std::vector<Trial> batch(const PipelineSpec& base, const std::vector<Point>& points, double budget, WarmTrials* warm) {
        const BatchSetting setting{m_with.data, base, m_with.folds, m_with.metrics, m_with.catalog, "log-loss", Direction::LowerIsBetter,
                                   {Resource::Kind::Epochs, epochParameter}, false, false, warm};
        std::vector<Trial> trials(points.size());
        for (std::size_t i = 0; i < points.size(); ++i) trials[i] = {.number = i, .params = points[i], .budget = budget};
        JobContext job{{}, {}, m_with.silent, Seed{7}};
        return evaluateBatch(setting, std::move(trials), {}, nullptr, job, [](Trial&) {});
    }

    static std::vector<Point> points() {
        return {{{"learning_rate", 0.001}}, {{"learning_rate", 0.01}}, {{"learning_rate", 0.05}}};
    }

private slots:
    void epochsInRungsGiveTheBitsOfEpochsInOneGo_data() {
        QTest::addColumn<QString>("schedule");
        for (const char* schedule : {"constant", "step", "cosine", "one-cycle", "plateau"}) QTest::newRow(schedule) << schedule;
    }
    void epochsInRungsGiveTheBitsOfEpochsInOneGo() {
        QFETCH(QString, schedule);
        PipelineSpec base = network(schedule.toStdString());
        base.model.params.set("validation_fraction", schedule == "step" ? 0.2 : 0.0);
        WarmTrials warm;
        for (const double budget : {1.0 / 27, 1.0 / 9, 1.0 / 3, 1.0}) {
            const std::vector<Trial> gone = batch(base, points(), budget, &warm), anew = batch(base, points(), budget, nullptr);
            for (std::size_t i = 0; i < gone.size(); ++i) {
                QCOMPARE(gone[i].state, TrialState::Complete);
                for (std::size_t f = 0; f < m_with.folds.size(); ++f) QVERIFY(sameBits(gone[i].folds[f], anew[i].folds[f]));
            }
            if (budget < 1) QVERIFY(warm.find(points()[0]) && warm.bytes() > 0);
        }
    }

    /// What was kept is gone on with, or the scores would not depend on it.
    void theKeptStateIsTaken() {
        const PipelineSpec base = network("constant");
        WarmTrials warm;
        batch(base, points(), 1.0 / 3, &warm);
        std::vector<WarmFit> others = *warm.find(points()[2]);
        QCOMPARE(others.size(), m_with.folds.size());
        QCOMPARE(others[0].epochs, std::int64_t{9});
        warm.keep(points()[0], 0.5, others);  // the network of another learning rate
        const std::vector<Trial> gone = batch(base, points(), 1, &warm), anew = batch(base, points(), 1, nullptr);
        QVERIFY(gone[0].score != anew[0].score);
        QVERIFY(sameBits(gone[1].score, anew[1].score));
        QVERIFY(gone[2].seconds > others[0].seconds + others[1].seconds + others[2].seconds);
    }

    void theCostliestAreForgottenWhenThereIsTooMuch() {
        const auto fit = [](std::size_t bytes) {
            return std::vector<WarmFit>{{std::make_shared<const std::string>(bytes, 'x'), 1, 0.0}};
        };
        WarmTrials warm(100);
        warm.keep(points()[0], 0.3, fit(40));
        warm.keep(points()[1], 0.9, fit(40));
        warm.keep(points()[2], 0.5, fit(40));
        QVERIFY(warm.find(points()[0]) && !warm.find(points()[1]) && warm.find(points()[2]));
        QCOMPARE(warm.bytes(), std::size_t{80});
        warm.keep(points()[0], 0.3, fit(10));
        QCOMPARE(warm.bytes(), std::size_t{50});
        warm.forgetAllBut(std::vector<Proposal>{Proposal{points()[0], 1}});
        QVERIFY(warm.find(points()[0]) && !warm.find(points()[2]));
        QCOMPARE(warm.bytes(), std::size_t{10});
    }

    /// After a crash the states are gone: what goes on trains anew, to the same bits.
    void aBrokenStudyEndsWithTheSameBits() {
        const PipelineSpec base = network("cosine");
        const std::vector<Trial> whole = study(base);
        for (const std::size_t kept : {std::size_t{5}, std::size_t{27}, std::size_t{30}, whole.size()}) {
            const std::vector<Trial> resumed =
                study(base, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(std::min(kept, whole.size()))});
            QCOMPARE(resumed.size(), whole.size());
            for (std::size_t i = 0; i < whole.size(); ++i) {
                QVERIFY(resumed[i].params == whole[i].params);
                QVERIFY(sameBits(resumed[i].score, whole[i].score));
            }
        }
    }

    void threadsDoNotChangeABit() {
        const PipelineSpec base = network("plateau");
        std::vector<std::vector<Trial>> studies;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] { studies.push_back(study(base)); });
        }
        for (const std::vector<Trial>& other : studies)
            for (std::size_t i = 0; i < studies[0].size(); ++i) QVERIFY(sameBits(other[i].score, studies[0][i].score));
    }
};

QTEST_APPLESS_MAIN(WarmTrialsTest)
#include "test_warm_trials.moc"
