// SPDX-License-Identifier: GPL-3.0-or-later
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>

#include "document_fixture.h"
#include "pages/data/data_page.h"
#include "pages/data/seal_settings.h"
#include "pages/evaluate/evaluate_page.h"
#include "pages/evaluate/sealed_tab.h"
#include "theme/widgets.h"

using namespace holdout;

/// The sealed test set: set aside on the Data page, opened on the Evaluate page.
class SealTest : public QObject {
    Q_OBJECT
private slots:
    void sealedRowsAreShownNowhere() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        auto* note = page.findChild<Note*>("sealed");
        QVERIFY(note->isHidden());
        seal(fixture, page, 25);
        QCOMPARE(fixture.document.data()->table.rows() + fixture.document.data()->sealed->rows(), std::size_t(60));
        QCOMPARE(fixture.document.profile()->rows, std::int64_t(fixture.document.data()->table.rows()));
        QCOMPARE(page.findChild<QTableView*>("table")->model()->rowCount(), int(fixture.document.data()->table.rows()));
        QVERIFY(!note->isHidden());
        QVERIFY(page.railSummary().contains("sealed"));
        // The numbers of the rows that are left are those of the file.
        const auto rows = fixture.document.fileRows();
        QVERIFY(rows && rows->size() == fixture.document.data()->table.rows() && rows->back() >= rows->size());
        auto* button = page.settings()->findChild<QPushButton*>("seal");
        QSignalSpy data(&fixture.document, &ExperimentDocument::dataChanged);
        button->click();  // nothing has been made of it yet: given back without a word
        QVERIFY(data.wait(10'000));
        QCOMPARE(fixture.document.data()->table.rows(), std::size_t(60));
        QVERIFY(fixture.document.openings().empty());
    }

    void openingIsCountedAndScored() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        DataPage page(document);
        EvaluatePage evaluate(document);
        QVERIFY(fixture.openData());
        seal(fixture, page, 25);
        runOnce(document);
        evaluate.showTab("sealed");
        auto* tab = evaluate.findChild<SealedTab*>();
        QVERIFY(tab && tab->refusal(*document.currentRun()).isEmpty());
        auto* scores = tab->findChild<QTableWidget*>("sealedScores");
        auto* openings = tab->findChild<QTableWidget*>("openings");
        QCOMPARE(openings->rowCount(), 0);
        open(*tab, document);
        const auto run = document.currentRun();
        QVERIFY(run->sealed);
        QCOMPARE(run->sealed->opening, std::int64_t(1));
        QCOMPARE(std::size_t(run->sealed->rows), document.data()->sealed->rows());
        QCOMPARE(std::size_t(scores->rowCount()), run->evaluation.scores.size());
        QCOMPARE(openings->rowCount(), 1);
        QVERIFY(openings->item(0, 1)->text().startsWith("20"));
        open(*tab, document);
        QCOMPARE(document.currentRun()->sealed->opening, std::int64_t(2));
        QCOMPARE(openings->rowCount(), 2);
        // Other rows than those of the run are not scored for it.
        document.edit("seal others", [](ExperimentSpec& spec) { spec.data.sealed->seed = 99; });
        QCOMPARE(document.openings().size(), std::size_t(3));
        QCOMPARE(document.openings().back().run, std::int64_t(0));
        QSignalSpy failed(&document, &ExperimentDocument::failed);
        document.openSealed(run->id);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(document.openings().size(), std::size_t(3));
    }

    void givingBackAfterARunAsksAndCounts() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        seal(fixture, page, 20);
        runOnce(fixture.document);
        page.settings()->findChild<QPushButton*>("seal")->click();
        auto* box = page.settings()->findChild<QMessageBox*>("unsealBox");
        QVERIFY(box);
        QVERIFY(fixture.document.spec().data.sealed);
        for (auto* button : box->buttons())
            if (box->buttonRole(button) == QMessageBox::AcceptRole) button->click();
        QVERIFY(!fixture.document.spec().data.sealed);
        QCOMPARE(fixture.document.openings().size(), std::size_t(1));
    }

private:
    static void seal(DocumentFixture& fixture, DataPage& page, int share) {
        auto* settings = page.settings()->findChild<SealSettings*>();
        QVERIFY(settings);
        settings->findChild<QDoubleSpinBox*>("sealShare")->setValue(share);
        QSignalSpy data(&fixture.document, &ExperimentDocument::dataChanged);
        settings->findChild<QPushButton*>("seal")->click();
        QVERIFY(data.wait(10'000));
        QVERIFY(fixture.document.data()->sealed);
    }

    static void runOnce(ExperimentDocument& document) {
        document.run(ExperimentDocument::RunKind::Evaluate);
        QTRY_COMPARE_WITH_TIMEOUT(document.runs().size(), std::size_t(1), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(document.runJob(), JobId(0), 20'000);
    }

    static void open(SealedTab& tab, ExperimentDocument& document) {
        QSignalSpy opened(&document, &ExperimentDocument::sealOpened);
        tab.findChild<QPushButton*>("openSeal")->click();
        auto* box = tab.findChild<QMessageBox*>("sealBox");
        QVERIFY(box);
        box->findChild<QPushButton*>("confirmOpening")->click();
        QVERIFY(opened.wait(20'000));
        QTRY_VERIFY(!tab.findChild<QMessageBox*>("sealBox"));
    }
};

QTEST_MAIN(SealTest)
#include "test_seal.moc"
