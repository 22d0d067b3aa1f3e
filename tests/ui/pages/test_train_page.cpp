// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "charts/chart_card.h"
#include "page_fixture.h"
#include "pages/train/train_page.h"

using namespace holdout;

class TrainPageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        PageFixture::prepare();
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        m_page = std::make_unique<TrainPage>(m_fixture->document);
        m_page->resize(1000, 1400);
        m_page->show();
    }
    void cleanupTestCase() {
        m_page.reset();
        m_fixture.reset();
    }

    void theBoundaryIsLive_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("rounds");
        QTest::addColumn<int>("count");
        // The network comes last: what follows here looks at it.
        QTest::newRow("boosting") << "boosting" << "trees" << 20'000;
        QTest::newRow("forest") << "forest" << "trees" << 5000;
        QTest::newRow("network") << "mlp" << "epochs" << 4000;
    }
    /// Regions come while the model trains, and finer ones when it has ended.
    void theBoundaryIsLive() {
        QFETCH(QString, model);
        QFETCH(QString, rounds);
        QFETCH(int, count);
        document().edit("model", [&](ExperimentSpec& spec) {
            spec.pipeline.model = {model.toStdString(), {}};
            spec.pipeline.model.params.set(rounds.toStdString(), std::int64_t{count});
            if (model != "forest") spec.pipeline.model.params.set("patience", std::int64_t{count});
            spec.validate.params.set("folds", std::int64_t{2});
        });
        document().run(ExperimentDocument::RunKind::Evaluate);
        QTRY_VERIFY_WITH_TIMEOUT(document().live()->model != nullptr, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(boundary() && boundary()->winner.rows() == Eigen::Index{48}, 60'000);
        const bool wasLive = document().runJob() != 0;
        document().jobs().finishEarly(document().runJob());
        QTRY_COMPARE_WITH_TIMEOUT(document().runJob(), JobId(0), 120'000);
        QTRY_COMPARE_WITH_TIMEOUT(boundary()->winner.rows(), Eigen::Index{80}, 20'000);
        QVERIFY(wasLive);
    }

    void theColumnsAreChosen() {
        auto* x = m_page->findChild<QComboBox*>("boundaryX");
        auto* y = m_page->findChild<QComboBox*>("boundaryY");
        QCOMPARE(x->count(), 2);
        QVERIFY(x->currentText() != y->currentText());
        const QString before = x->currentText();
        x->setCurrentText(y->currentText());
        emit x->activated(x->currentIndex());
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(boundary()->x.label), x->currentText(), 20'000);
        QCOMPARE(QString::fromStdString(boundary()->y.label), before);
    }

    /// The curves of the run before stand behind those of this one.
    void curvesAreOverlaid() {
        document().edit("short", [](ExperimentSpec& spec) { spec.pipeline.model.params.set("epochs", std::int64_t{20}); });
        m_fixture->run();
        bool found = false;
        for (const ChartCard* card : m_page->findChildren<ChartCard*>()) {
            if (chartTitle(card->chart()) != "Loss by epoch" && chartTitle(card->chart()) != "Score by epoch") continue;
            const auto& chart = std::get<LineChart>(card->chart());
            QVERIFY(chart.series.front().dashed && chart.series.front().name.starts_with("previous"));
            QVERIFY(!chart.series.back().dashed);
            found = true;
        }
        QVERIFY(found);
    }

private:
    ExperimentDocument& document() { return m_fixture->document; }
    const BoundaryChart* boundary() { return std::get_if<BoundaryChart>(&m_page->findChild<ChartCard*>("boundary")->chart()); }

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<TrainPage> m_page;
};

QTEST_MAIN(TrainPageTest)
#include "test_train_page.moc"
