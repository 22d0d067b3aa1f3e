// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "charts/chart_card.h"
#include "insight/run_charts.h"
#include "page_fixture.h"
#include "pages/compare/compare_page.h"
#include "pages/compare/compare_tables.h"
#include "pages/compare/run_checklist.h"

using namespace holdout;

class ComparePageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        PageFixture::prepare();
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        m_page = std::make_unique<ComparePage>(m_fixture->document);
        m_settings = m_page->settings();
    }
    void cleanupTestCase() {
        m_page.reset();
        m_fixture.reset();
    }

    void saysWhatToDoWithoutRuns() {
        QVERIFY(scores()->rowCount() == 0);
        QVERIFY(m_page->findChild<QPushButton*>("emptyAction")->isVisibleTo(m_page.get()));
    }

    void twoRunsAreComparedPairByPair() {
        runWith("logistic");
        runWith("baseline");
        QCOMPARE(list()->count(), 2);
        QCOMPARE(scores()->rowCount(), 2);
        auto* pairs = m_page->findChild<PairTable*>("pairs");
        QCOMPARE(pairs->rowCount(), 2);
        QVERIFY(!pairs->item(0, 2)->text().isEmpty());
        QVERIFY(pairs->item(0, 1)->text().isEmpty());  // nobody is compared with itself
        QVERIFY(line().contains("2 of 2 runs selected"));
        QVERIFY(line().contains("paired"));
    }

    void theVerdictFollowsTheTest() {
        const std::vector<const Run*> runs{document().runs()[0].get(), document().runs()[1].get()};
        const MetricRegistry& metrics = document().catalog().metrics;
        const PairedComparison pair = compareRuns(*runs[0], *runs[1], "accuracy", metrics);
        QVERIFY2(pair.pValue < 0.05, "the logistic model has learnt what the baseline cannot");
        const auto verdict = [&](const std::vector<const Run*>& of, PairMethod method) {
            return QString::fromStdString(pairVerdict(of, {"a", "b"}, "accuracy", metrics, method, 0.01));
        };
        QVERIFY(verdict(runs, PairMethod::CorrectedT).contains("is better than every other"));
        QVERIFY(verdict(runs, PairMethod::BayesianT).contains("is better than every other"));
        QVERIFY(verdict({runs[0], runs[0]}, PairMethod::CorrectedT).contains("No run is clearly best"));
        QVERIFY(verdict({runs[0], runs[0]}, PairMethod::McNemar).contains("No run is clearly best"));
        QVERIFY(verdict({runs[0], runs[0]}, PairMethod::BayesianT).contains("practically equal"));
        QVERIFY(verdict(runs, PairMethod::FiveByTwoF).contains("set folds to 2"));
    }

    void theMethodIsChosen() {
        auto* method = m_settings->findChild<QComboBox*>("method");
        QCOMPARE(method->count(), 5);
        QVERIFY(!m_settings->findChild<QDoubleSpinBox*>("rope")->isVisibleTo(m_settings));
        method->setCurrentIndex(method->findData("bayesian-t"));
        emit method->activated(method->currentIndex());
        QVERIFY(m_settings->findChild<QDoubleSpinBox*>("rope")->isVisibleTo(m_settings));
        QVERIFY(m_page->findChild<PairTable*>("pairs")->item(0, 2)->toolTip().contains("practically equal"));
        method->setCurrentIndex(0);
        emit method->activated(0);
    }

    void whatDiffersIsNamed() {
        auto* table = m_page->findChild<DifferenceTable*>("differences");
        QCOMPARE(table->rowCount() > 0, true);
        QStringList keys;
        for (int row = 0; row < table->rowCount(); ++row) keys << table->item(row, 0)->text();
        QVERIFY2(keys.contains("Model"), qPrintable(keys.join(' ')));
    }

    void uncheckingARunTakesItOut() {
        list()->item(0)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY(m_page->findChild<QPushButton*>("emptyAction") != nullptr && line().isEmpty());
        QCOMPARE(list()->chosen().size(), 1u);
        list()->item(0)->setCheckState(Qt::Checked);
        QTRY_COMPARE(list()->chosen().size(), 2u);
        QCOMPARE(scores()->rowCount(), 2);
    }

    void otherFoldsGiveAWarning() {
        document().edit("other folds", [](ExperimentSpec& spec) { spec.seed = 99; });
        runWith("logistic");
        QCOMPARE(list()->chosen().size(), 3u);
        QVERIFY(!line().contains("paired"));
        const auto labels = m_page->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisibleTo(m_page.get()) && label->text().contains("not comparable one to one");
        }));
    }

    void renamesThroughTheList() {
        const std::int64_t id = document().runs().back()->id;
        list()->item(0)->setText("Other folds");
        QTRY_COMPARE(QString::fromStdString(document().runs().back()->spec.name), "Other folds");
        QCOMPARE(document().runs().back()->id, id);
        QCOMPARE(list()->item(0)->text(), "Other folds");
    }

    void aRemovedRunIsGone() {
        document().removeRun(document().runs().back()->id);
        QCOMPARE(list()->count(), 2);
        QCOMPARE(list()->chosen().size(), 2u);
        QVERIFY(line().contains("paired"));
    }

    /// Half of a small window has no room for them beside the folds.
    void namesOfRunsAreNotCut() {
        for (const char* name : {"Logistic regression, all columns", "Baseline, most frequent class"})
            list()->item(name[0] == 'L' ? 1 : 0)->setText(name);
        m_page->show();
        auto* pairs = m_page->findChild<PairTable*>("pairs");
        struct Reach : QTableView {
            using QTableView::sizeHintForColumn;
        };
        const auto wanted = [&] { return (pairs->*(&Reach::sizeHintForColumn))(0); };
        for (const int width : {760, 1500}) {
            m_page->resize(width, 900);
            QTRY_VERIFY2(pairs->columnWidth(0) >= wanted(), qPrintable(QString("%1 of %2").arg(pairs->columnWidth(0)).arg(wanted())));
        }
    }

    void curvesOfOtherDataAreLeftOut() {
        std::vector<std::shared_ptr<const Run>> runs(document().runs().begin(), document().runs().end());
        QCOMPARE(std::get<LineChart>(curvesOf(runs)).series.size(), std::size_t{2});
        QVERIFY(chartSentence(curvesOf(runs)).find("Left out") == std::string::npos);
        Run other = *runs[0];
        other.spec.name = "Of other rows";
        other.data.fingerprint += "x";
        runs.insert(runs.begin(), std::make_shared<const Run>(other));
        const auto chart = std::get<LineChart>(curvesOf(runs));
        QCOMPARE(chart.series.size(), std::size_t{2});
        QVERIFY(chart.sentence.find("Left out, being of other data: ") != std::string::npos);
        QVERIFY(chart.sentence.find("Of other rows") != std::string::npos);
        // In the colours of their places, as everywhere on the page.
        QCOMPARE(chart.series[0].runIndex, 1);
        QCOMPARE(chart.series[1].runIndex, 2);
    }

private:
    ExperimentDocument& document() { return m_fixture->document; }
    RunChecklist* list() { return m_settings->findChild<RunChecklist*>("runs"); }
    ScoreTable* scores() { return m_page->findChild<ScoreTable*>("scores"); }
    QString line() { return m_page->findChild<QLabel*>("pageLine")->text(); }
    void runWith(const char* model) {
        document().edit("model", [&](ExperimentSpec& spec) { spec.pipeline.model = {model, {}}; });
        m_fixture->run();
    }
    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<ComparePage> m_page;
    QWidget* m_settings = nullptr;
};

QTEST_MAIN(ComparePageTest)
#include "test_compare_page.moc"
