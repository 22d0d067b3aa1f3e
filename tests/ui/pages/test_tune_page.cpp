// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>
#include <QtWidgets>

#include "charts/chart_card.h"
#include "charts/surface_3d.h"
#include "page_fixture.h"
#include "pages/tune/tune_charts.h"
#include "pages/tune/tune_page.h"

using namespace holdout;

class TunePageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { PageFixture::prepare(); }

    void init() {
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        document().edit("start", [](ExperimentSpec& spec) {
            spec.pipeline.model = {"logistic", {}};
            spec.pipeline.model.params.set("penalty", std::string("elastic-net"));
            spec.tune = TuneSpec{.search = "bayes"};
            spec.tune->params.set("trials", std::int64_t{8});
            spec.tune->space = {{.name = "lambda", .low = 1e-4, .high = 1, .scale = Scale::Log},
                                {.name = "l1_ratio", .low = 0, .high = 1}};
        });
        m_page = std::make_unique<TunePage>(document());
        m_page->resize(1000, 1400);
        m_page->show();
    }
    void cleanup() {
        m_page.reset();
        m_fixture.reset();
    }

    void drawsTheModelOfTheScore() {
        tune();
        QTRY_VERIFY_WITH_TIMEOUT(cardNamed("Tuning surface"), 20'000);
        QTRY_VERIFY(cardNamed("Where it will look next") && cardNamed("Importance") &&
                    cardNamed("Best score by trial"));
        const auto* replay = m_page->findChild<QSlider*>("replay");
        QCOMPARE(replay->maximum(), 8);
        QCOMPARE(replay->value(), 8);
    }

    /// Without OpenGL, as under the tests' platform, the button says why it does nothing; with it, it does.
    void threeDimensionsAreOfferedWhereTheyWork() {
        tune();
        auto* in3d = m_page->findChild<QPushButton*>("in3d");
        QTRY_VERIFY_WITH_TIMEOUT(cardNamed("Tuning surface") && in3d->isVisible(), 20'000);
        if (QGuiApplication::platformName() == "offscreen") QVERIFY(!whyNo3d().isEmpty());
        QCOMPARE(in3d->isEnabled(), whyNo3d().isEmpty());
        QVERIFY(in3d->toolTip().contains(whyNo3d()));
        QTest::mouseClick(in3d, Qt::LeftButton);
        const auto* space = m_page->findChild<Surface3d*>();
        QCOMPARE(space != nullptr && space->isVisible(), whyNo3d().isEmpty());
        QCOMPARE(cardNamed("Tuning surface")->isVisible(), !whyNo3d().isEmpty());
        if (space) QCOMPARE(space->shownTrials(), std::size_t{8});
    }

    void replayShowsTheStudyAsItWas() {
        tune();
        QTRY_VERIFY_WITH_TIMEOUT(cardNamed("Tuning surface"), 20'000);
        m_page->findChild<QSlider*>("replay")->setValue(5);
        QTRY_COMPARE_WITH_TIMEOUT(std::get<HeatMap>(cardNamed("Tuning surface")->chart()).trials.x.size(),
                                  std::size_t{5}, 20'000);
        QCOMPARE(std::get<LineChart>(cardNamed("Best score by trial")->chart()).series.front().x.size(),
                 std::size_t{5});
    }

    void aClickOnTheSurfaceProposesAPoint() {
        tune();
        QTRY_VERIFY_WITH_TIMEOUT(cardNamed("Tuning surface"), 20'000);
        emit cardNamed("Tuning surface")->pointed(0.01, 0.25);
        const std::vector<ProposedPoint>& proposed = document().spec().tune->propose;
        QCOMPARE(proposed.size(), std::size_t{1});
        QCOMPARE(std::get<double>(proposed[0].params.at("lambda")), 0.01);
        QCOMPARE(std::get<double>(proposed[0].params.at("l1_ratio")), 0.25);
        QCOMPARE(proposed[0].after, std::size_t{8});
        click("extendTuning");
        QTRY_COMPARE_WITH_TIMEOUT(document().runs().size(), std::size_t{2}, 60'000);
        const std::vector<Trial>& trials = document().currentRun()->study->trials;
        QCOMPARE(trials.size(), std::size_t{8 + 1 + 25});
        QVERIFY(trials[8].isProposed);
    }

    void forkBeginsWithTheTrials() {
        tune();
        document().edit("random", [](ExperimentSpec& spec) {
            spec.tune->search = "random";
            spec.tune->params = {};
            spec.tune->params.set("trials", std::int64_t{4});
        });
        click("forkTuning");
        QTRY_COMPARE_WITH_TIMEOUT(document().runs().size(), std::size_t{2}, 60'000);
        QCOMPARE(document().currentRun()->study->trials.size(), std::size_t{12});
    }

    void trialsAreWeighedAgainstTheSizeOfTheModel() {
        document().edit("weigh", [](ExperimentSpec& spec) { spec.tune->against = SecondGoal::Size; });
        tune();
        QTRY_VERIFY_WITH_TIMEOUT(cardNamed("Accuracy against size"), 20'000);
        const auto* table = m_page->findChild<QTableView*>("trials")->model();
        QCOMPARE(table->headerData(table->columnCount() - 1, Qt::Horizontal).toString(), QString("Size"));
        int marked = 0;
        for (int row = 0; row < table->rowCount(); ++row) marked += table->index(row, 0).data().toString().startsWith("◆");
        QCOMPARE(marked, static_cast<int>(std::get<LineChart>(cardNamed("Accuracy against size")->chart()).series[0].x.size()));
    }

    void aRandomSearchIsRunAndDrawnBeside() {
        tune();
        const std::int64_t shown = document().currentRun()->id;
        QTRY_VERIFY(button("randomTuning")->isVisible());
        click("randomTuning");
        QTRY_COMPARE_WITH_TIMEOUT(document().runs().size(), std::size_t{2}, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(document().runJob(), JobId(0), 20'000);
        QTRY_COMPARE(document().currentRun()->id, shown);
        QTRY_VERIFY_WITH_TIMEOUT(QString::fromStdString(chartSentence(cardNamed("Best score by trial")->chart())).contains("Random search"), 20'000);
        const auto& chart = std::get<LineChart>(cardNamed("Best score by trial")->chart());
        QCOMPARE(chart.series.back().x.size(), std::size_t{8});
        QVERIFY(!button("randomTuning")->isVisible());
    }

    void aPausedStudyGoesOn() {
        document().edit("long", [](ExperimentSpec& spec) { spec.tune->params.set("trials", std::int64_t{60}); });
        document().run(ExperimentDocument::RunKind::Tune);
        QTRY_VERIFY_WITH_TIMEOUT(button("pauseTuning")->isVisible() && document().live()->trials.size() >= 8, 60'000);
        click("pauseTuning");
        QTRY_COMPARE_WITH_TIMEOUT(document().runJob(), JobId(0), 20'000);
        QVERIFY(document().runs().empty());
        QTRY_COMPARE(button("pauseTuning")->text(), QString("Resume"));
        click("pauseTuning");
        QTRY_COMPARE_WITH_TIMEOUT(document().runs().size(), std::size_t{1}, 120'000);
        QCOMPARE(document().currentRun()->study->trials.size(), std::size_t{60});
    }

private:
    ExperimentDocument& document() { return m_fixture->document; }

    void tune() {
        document().run(ExperimentDocument::RunKind::Tune);
        QTRY_COMPARE_WITH_TIMEOUT(document().runs().size(), std::size_t{1}, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(document().runJob(), JobId(0), 20'000);
    }
    QPushButton* button(const char* name) { return m_page->findChild<QPushButton*>(name); }
    void click(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    ChartCard* cardNamed(const std::string& title) {
        for (ChartCard* card : m_page->findChildren<ChartCard*>())
            if (chartTitle(card->chart()) == title && !isEmpty(card->chart())) return card;
        return nullptr;
    }

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<TunePage> m_page;
};

QTEST_MAIN(TunePageTest)
#include "test_tune_page.moc"
