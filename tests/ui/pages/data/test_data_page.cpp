// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>

#include "base/digest.h"
#include "document/table_files.h"
#include "document_fixture.h"
#include "pages/data/data_edits.h"
#include "pages/data/data_page.h"

using namespace holdout;

namespace {

/// Chooses as a person does: the box tells that it was activated.
void choose(QComboBox* box, const QString& text) {
    const int index = box->findText(text);
    QVERIFY2(index >= 0, qPrintable(text));
    box->setCurrentIndex(index);
    emit box->activated(index);
}

}  // namespace

class DataPageTest : public QObject {
    Q_OBJECT
private slots:
    void showsTheTable() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(page.railSummary().isEmpty());
        QVERIFY(!page.isDone());
        QVERIFY(fixture.openData());
        QCOMPARE(page.railSummary(), QString("60 × 4"));
        QVERIFY(page.isDone());
        const auto* table = page.findChild<QTableView*>("table");
        QCOMPARE(table->model()->rowCount(), 60);
        QCOMPARE(table->model()->columnCount(), 4);
    }

    void whatTheReaderDoubtsStandsAmongTheFindings() {
        DocumentFixture fixture;
        QFile file(fixture.dataPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("version,won,y\n");
        for (int i = 0; i < 40; ++i) file.write(QStringLiteral("%1,%2,%3\n").arg(i % 2 ? "1.10" : "1.1", i % 3 ? "" : "x").arg(i % 5).toUtf8());
        file.close();
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        const auto tells = [&](const QString& words) {
            const QList<QLabel*> labels = page.settings()->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](QLabel* label) {
                const QWidget* note = label->parentWidget();
                return note && note->objectName() == "finding" && label->text().contains(words);
            });
        };
        QTRY_VERIFY(tells("1.10 and 1.1 are the same"));
        const auto buttons = [&] {
            QStringList words;
            for (QPushButton* button : page.settings()->findChildren<QPushButton*>()) words << button->text();
            return words;
        };
        QTRY_VERIFY(buttons().contains("Write out yes and no"));  // no numbers, though a formula does it
        for (QPushButton* button : page.settings()->findChildren<QPushButton*>())
            if (button->text() == "Read as text") {
                button->click();
                break;
            }
        QCOMPARE(fixture.document.spec().data.types.at("version"), ColumnType::Text);
        QTRY_VERIFY_WITH_TIMEOUT(!tells("1.10 and 1.1 are the same"), 10'000);
    }

    void theFingerprintOfALargeFileFollowsTheTable() {
        DocumentFixture fixture;
        QFile file(fixture.dataPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("x,bought\n");
        for (int i = 0; i < 150'000; ++i) file.write(i % 3 == 0 ? "123456,yes\n" : "654321,no\n");
        file.close();
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        auto* chip = page.findChild<QLabel*>("fingerprint");
        QVERIFY(chip);
        QTRY_VERIFY(fixture.jobs.isIdle());
        const QString digits = QString::fromStdString(sha256OfFile(fixture.dataPath().toStdString()));
        QVERIFY2(chip->text().contains(digits.left(4)) && chip->text().contains(digits.right(4)), qPrintable(chip->text()));
        QVERIFY(chip->toolTip().contains(digits));
    }

    void choosesATargetAndFitsTheModelToIt() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        const ExperimentSpec before = fixture.document.spec();
        choose(page.settings()->findChild<QComboBox*>("target"), "income");
        const ExperimentSpec& spec = fixture.document.spec();
        QCOMPARE(spec.data.roles.target, std::string("income"));
        QVERIFY(fixture.document.task() == Task::Regression);
        QCOMPARE(spec.pipeline.model.id, std::string("ridge"));
        QVERIFY(spec.data.roles.of("bought") == Role::Feature);
        QCOMPARE(fixture.document.undoStack().count(), 1);
        fixture.document.undoStack().undo();
        QVERIFY(fixture.document.spec() == before);
        QCOMPARE(page.settings()->findChild<QComboBox*>("target")->currentText(), QString("bought"));
    }

    void readsAColumnAsAnotherType() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        const ExperimentSpec before = fixture.document.spec();
        page.chooseColumn("code");
        auto* type = page.settings()->findChild<QComboBox*>("type");
        QCOMPARE(type->currentText(), QString("number"));
        choose(type, "category");
        const auto typeOfCode = [&] { return fixture.document.data()->table.column(0).type(); };
        QTRY_COMPARE(typeOfCode(), ColumnType::Category);
        QCOMPARE(type->currentText(), QString("category"));
        fixture.document.undoStack().undo();
        QVERIFY(fixture.document.spec() == before);
        QTRY_COMPARE(typeOfCode(), ColumnType::Number);
        QCOMPARE(type->currentText(), QString("number"));
    }

    void showsTheOptionsOfTheFormat() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        const auto shown = [&](const char* name) { return !page.settings()->findChild<QWidget*>(name)->isHidden(); };
        QSignalSpy changed(&fixture.document, &ExperimentDocument::dataChanged);
        fixture.document.openData(HOLDOUT_FIXTURES "/files/people.xlsx");
        QVERIFY(changed.wait(10'000));
        QVERIFY(shown("sheet") && shown("skip") && !shown("delimiter") && !shown("table"));
        auto* sheet = page.settings()->findChild<QComboBox*>("sheet");
        QCOMPARE(sheet->currentText(), QString("Measured"));
        sheet->setCurrentIndex(sheet->findText("Far"));
        emit sheet->textActivated("Far");
        QVERIFY(changed.wait(10'000));
        QCOMPARE(fixture.document.data()->table.rows(), 1U);
        QVERIFY(fixture.openData());
        QVERIFY(!shown("sheet") && shown("delimiter") && shown("quote") && shown("thousands"));
        auto* skip = page.settings()->findChild<QSpinBox*>("skip");
        skip->setValue(1);
        QVERIFY(changed.wait(10'000));
        QCOMPARE(*fixture.document.spec().data.skip, std::uint64_t{1});
        QCOMPARE(fixture.document.data()->table.rows(), 60U);  // without a header now
        fixture.document.undoStack().undo();
        QTRY_COMPARE(fixture.document.data()->format.skip, std::size_t{0});
        auto* unfold = page.settings()->findChild<QToolButton*>("unfoldHead");
        unfold->setChecked(true);
        QVERIFY(page.settings()->findChild<QPlainTextEdit*>("fileHead")->toPlainText().startsWith("code,income,city,bought\n"));
    }

    void showsPictures() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QSignalSpy changed(&fixture.document, &ExperimentDocument::dataChanged);
        fixture.document.openData(HOLDOUT_FIXTURES "/files/shapes");
        QVERIFY(changed.wait(10'000));
        QCOMPARE(fixture.document.spec().data.roles.target, std::string("class"));
        const QAbstractItemModel* model = page.findChild<QTableView*>("table")->model();
        const auto picture = model->index(1, 0).data(Qt::DecorationRole).value<QImage>();
        QCOMPARE(picture.size(), QSize(40, 20));
        QCOMPARE(picture.pixelColor(5, 5), QColor(255, 0, 0));
        QCOMPARE(picture.pixelColor(35, 15), QColor(0, 0, 255));
        QVERIFY(!model->index(4, 0).data(Qt::DecorationRole).isValid());  // damaged
    }

    void exportsTheTable() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        QSignalSpy noted(&fixture.document, &ExperimentDocument::noted);
        const QString path = fixture.folder.filePath("out.arff");
        fixture.document.exportTable(path.toStdString());
        QVERIFY(noted.wait(10'000));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith("@relation out\n"));
        QSignalSpy failed(&fixture.document, &ExperimentDocument::failed);
        fixture.document.exportTable(fixture.folder.filePath("out.pdf").toStdString());
        QVERIFY(failed.wait(10'000));
    }

    void keepsWhatIsPasted() {
        DocumentFixture fixture;
        QVERIFY(!looksLikeTable("one word\n"));
        QVERIFY_THROWS_EXCEPTION(Error, keepPasted("one word"));
        const auto path = keepPasted("a\tb\n1\tx\n2\ty\n");
        QSignalSpy changed(&fixture.document, &ExperimentDocument::dataChanged);
        fixture.document.openData(path);
        QVERIFY(changed.wait(10'000));
        QCOMPARE(fixture.document.data()->table.rows(), 2U);
        QCOMPARE(withEnding("x", "JSON lines (*.jsonl *.ndjson)"), QString("x.jsonl"));
        QCOMPARE(withEnding("x.csv", "JSON lines (*.jsonl *.ndjson)"), QString("x.csv"));
        QVERIFY(openFilters(Projects::With).contains("*.xlsx") && !openFilters(Projects::Without).contains("holdout"));
        QVERIFY(exportFilters().contains("ARFF (*.arff)"));
    }

    void ignoresAColumn() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        page.chooseColumn("city");
        choose(page.settings()->findChild<QComboBox*>("role"), "ignored");
        QVERIFY(fixture.document.spec().data.roles.of("city") == Role::Ignored);
        fixture.document.undoStack().undo();
        QVERIFY(fixture.document.spec().data.roles.of("city") == Role::Feature);
    }

    void addsTheStepThatMendsAFinding() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        fixture.document.edit("clear", [](ExperimentSpec& spec) { spec.pipeline.prepare.clear(); });
        const ExperimentSpec before = fixture.document.spec();
        page.chooseColumn("income");
        QPushButton* add = nullptr;
        for (auto* button : page.settings()->findChildren<QPushButton*>())
            if (button->text().startsWith("Add step") && !button->isHidden()) add = button;
        QVERIFY(add);
        add->click();
        const auto& steps = fixture.document.spec().pipeline.prepare;
        QCOMPARE(steps.size(), std::size_t{1});
        QCOMPARE(steps[0].id, std::string("impute"));
        QVERIFY(*steps[0].params.find("columns") == ParamValue(std::string("income")));
        fixture.document.undoStack().undo();
        QVERIFY(fixture.document.spec() == before);
    }

    void knowsWhichFindingsAreMended() {
        const Catalog catalog = builtinCatalog();
        ExperimentSpec spec;
        const Finding finding{"age", "Cells are missing.", "impute"};
        QVERIFY(!isMended(spec, finding, ColumnType::Number, catalog));
        StepSpec step{"impute", {}, true};
        step.params.set("columns", std::string("categories"));
        spec.pipeline.prepare = {step};
        QVERIFY(!isMended(spec, finding, ColumnType::Number, catalog));
        QVERIFY(isMended(spec, finding, ColumnType::Category, catalog));
        spec.pipeline.prepare[0].enabled = false;
        QVERIFY(!isMended(spec, finding, ColumnType::Category, catalog));
        spec.data.roles.ignored = {"age"};
        QVERIFY(!isMendable(spec, finding, ColumnType::Number, catalog));
    }
};

QTEST_MAIN(DataPageTest)
#include "test_data_page.moc"
