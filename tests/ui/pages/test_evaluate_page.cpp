// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "charts/chart_card.h"
#include "page_fixture.h"
#include "pages/evaluate/evaluate_page.h"
#include "pages/evaluate/ledger_table.h"

using namespace holdout;

class EvaluatePageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        PageFixture::prepare();
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        m_page = std::make_unique<EvaluatePage>(m_fixture->document);
        m_page->settings();
    }
    void cleanupTestCase() {
        m_page.reset();
        m_fixture.reset();
    }

    void dotsAppearAsFoldsFinish() {
        std::vector<std::size_t> seen;
        const auto connection =
            QObject::connect(&m_fixture->document, &ExperimentDocument::liveChanged, m_page.get(), [&] {
                const auto* strip = std::get_if<StripChart>(&card("folds")->chart());
                if (strip && !strip->columns.empty()) seen.push_back(strip->columns.front().values.size());
            });
        m_fixture->run();
        QObject::disconnect(connection);
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        const auto& strip = std::get<StripChart>(card("folds")->chart());
        QCOMPARE(strip.columns.front().values.size(), 10U);
        QVERIFY(strip.columns.front().low < strip.columns.front().high);
    }

    void curvesHaveBands() {
        m_page->showTab("curves");
        for (const char* name : {"roc", "precisionRecall", "gain", "lift"}) {
            QTRY_VERIFY_WITH_TIMEOUT(!isEmpty(card(name)->chart()), 10'000);
            const auto& chart = std::get<LineChart>(card(name)->chart());
            QVERIFY2(!chart.series.front().low.empty(), name);
            QVERIFY(!chart.sentence.empty());
        }
        QTRY_VERIFY_WITH_TIMEOUT(!isEmpty(card("calibration")->chart()), 10'000);
        QCOMPARE(std::get<LineChart>(card("calibration")->chart()).series.size(), 3U);
    }

    void theSliderMovesTheCounts() {
        m_page->showTab("threshold");
        auto* slider = m_page->findChild<QSlider*>("threshold");
        slider->setValue(0);
        const Eigen::MatrixXd all = std::get<HeatMap>(card("confusion")->chart()).values;
        QCOMPARE(all(0, 0) + all(1, 0), 0.0);  // every row is said to be positive
        slider->setValue(slider->maximum());
        const Eigen::MatrixXd none = std::get<HeatMap>(card("confusion")->chart()).values;
        QVERIFY(none(0, 1) + none(1, 1) < all.sum() / 2);
        QCOMPARE(none.sum(), all.sum());
        m_page->findChild<QDoubleSpinBox*>("costFalseNegative")->setValue(20);
        m_page->findChild<QPushButton*>("leastCost")->click();
        QVERIFY(slider->value() < slider->maximum() / 2);
        QVERIFY(m_page->findChild<QLabel*>("thresholdSentence")->text().contains("recall"));
    }

    void theLearningCurveComesPointByPoint() {
        m_page->showTab("learning");
        m_page->findChild<QPushButton*>("startLearning")->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            std::get_if<LineChart>(&card("learningCurve")->chart()) &&
                QString::fromStdString(chartSentence(card("learningCurve")->chart())).contains("more rows"),
            60'000);
        const auto& chart = std::get<LineChart>(card("learningCurve")->chart());
        QCOMPARE(chart.series.size(), 3U);  // training, validation, extrapolated
        auto* param = m_page->findChild<QComboBox*>("curveParam");
        param->setCurrentIndex(param->findData("lambda"));
        QVERIFY(param->currentIndex() >= 0);
        m_page->findChild<QPushButton*>("startValidation")->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            QString::fromStdString(chartSentence(card("validationCurve")->chart())).startsWith("Best at"), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->findChild<QPushButton*>("startValidation")->text(), "Validation curve",
                                  60'000);
    }

    void thePathSetsItsStrength() {
        m_page->showTab("path");
        QTRY_VERIFY_WITH_TIMEOUT(!isEmpty(card("pathScore")->chart()), 60'000);
        const auto& path = std::get<LineChart>(card("coefficientPath")->chart());
        QVERIFY(path.series.size() >= 3 && !path.markers.empty());
        const double best = path.markers.front().x;
        auto* button = m_page->findChild<QPushButton*>("useBest");
        QVERIFY(button->isEnabled());
        const ExperimentSpec before = m_fixture->document.spec();
        button->click();
        const ParamSet& params = m_fixture->document.spec().pipeline.model.params;
        QCOMPARE(std::get<double>(*params.find("lambda")), best);
        QVERIFY(m_page->findChild<QLabel*>("said")->text().contains("lambda"));
        m_fixture->document.undoStack().undo();
        QVERIFY(m_fixture->document.spec() == before);
    }

    void onlyTabsThatSuitTheModelAreOffered() {
        QVERIFY(isOffered("Path") && isOffered("Curves") && !isOffered("Tree"));
    }

    void groupsOfAnyColumn() {
        m_page->showTab("fairness");
        auto* column = m_page->findChild<QComboBox*>("groupColumn");
        QCOMPARE(column->currentText(), "kind");
        QCOMPARE(std::get<StripChart>(card("selectionRate")->chart()).columns.size(), 2U);
        column->setCurrentText("a");
        emit column->activated(column->currentIndex());
        QCOMPARE(std::get<StripChart>(card("selectionRate")->chart()).columns.size(), 4U);
    }

    void spoiltRows() {
        m_page->showTab("robustness");
        m_page->findChild<QPushButton*>("startRobustness")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!isEmpty(card("noise")->chart()), 60'000);
        QVERIFY(m_page->findChild<QLabel*>("robustnessSentence")->text().contains("hurts most"));
    }

    void theTreeIsDrawnAsDeepAsAskedFor() {
        m_fixture->document.edit("tree", [](ExperimentSpec& spec) { spec.pipeline.model = {"forest", {}}; });
        m_fixture->run();
        m_page->showTab("tree");
        QTRY_VERIFY_WITH_TIMEOUT(!isEmpty(card("treeChart")->chart()), 20'000);
        const auto tree = [&] { return std::get<TreeChart>(card("treeChart")->chart()); };
        QCOMPARE(tree().title, std::string("Tree 1 of 100"));
        const auto depthOf = [](const TreeChart& chart) {
            int depth = 0;
            for (const TreeChart::Node& node : chart.nodes) depth = std::max(depth, node.depth);
            return depth;
        };
        QCOMPARE(depthOf(tree()), 3);
        m_page->findChild<QSpinBox*>("treeDepth")->setValue(2);
        QCOMPARE(depthOf(tree()), 2);
        m_page->findChild<QSpinBox*>("treeNumber")->setValue(7);
        QCOMPARE(tree().title, std::string("Tree 7 of 100"));
        QVERIFY(isOffered("Tree") && !isOffered("Path"));
    }

    void theLedgerIsATab() {
        m_page->showTab("ledger");
        QVERIFY(m_page->findChild<LedgerTable*>()->rowCount() > 0);
    }

private:
    bool isOffered(const QString& title) {
        const auto* bar = m_page->findChild<QTabBar*>("tabs");
        for (int i = 0; i < bar->count(); ++i)
            if (bar->tabText(i) == title) return bar->isTabVisible(i);
        return false;
    }
    ChartCard* card(const char* name) { return m_page->findChild<ChartCard*>(name); }
    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<EvaluatePage> m_page;
};

QTEST_MAIN(EvaluatePageTest)
#include "test_evaluate_page.moc"
