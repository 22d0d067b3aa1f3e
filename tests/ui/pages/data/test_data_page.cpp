// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QPushButton>
#include <QTableView>

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
