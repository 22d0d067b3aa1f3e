// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QTreeWidget>

#include "document_fixture.h"
#include "pages/data/data_edits.h"
#include "pages/data/data_page.h"
#include "pages/data/edit_dialog.h"
#include "pages/data/edit_list.h"
#include "pages/data/spelling_dialog.h"

using namespace holdout;

namespace {

EditSpec renaming(const std::string& from, const std::string& to) {
    EditSpec spec{"rename", {}, true};
    spec.params.set("column", from);
    spec.params.set("to", to);
    return spec;
}

}  // namespace

/// Edits of the table on the Data page.
class EditsPageTest : public QObject {
    Q_OBJECT
private slots:
    void editsAreMadeSwitchedMovedAndUndone() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        ExperimentDocument& document = fixture.document;
        const auto has = [&](const char* name) { return document.data()->table.indexOf(name).has_value(); };
        document.edit("rename", [](ExperimentSpec& spec) { addEdit(spec, renaming("city", "town")); });
        document.edit("rename", [](ExperimentSpec& spec) { addEdit(spec, renaming("income", "pay")); });
        QTRY_VERIFY(has("town") && has("pay"));
        auto* list = page.settings()->findChild<EditList*>("edits");
        QVERIFY(list);
        const auto rows = [&] {
            QList<QWidget*> found;
            for (auto* row : list->findChildren<QWidget*>("edit"))
                if (!row->isHidden()) found << row;
            return found;
        };
        QTRY_COMPARE(rows().size(), 2);  // rows that are new are shown when events are next handled
        rows()[0]->findChild<QCheckBox*>()->click();
        QTRY_VERIFY(has("city") && has("pay"));
        QTRY_COMPARE(rows().size(), 2);
        rows()[1]->findChild<QToolButton*>("up")->click();
        QCOMPARE(document.spec().data.edits[0].params, renaming("income", "pay").params);
        QTRY_COMPARE(rows().size(), 2);
        rows()[0]->findChild<QToolButton*>("remove")->click();
        QTRY_VERIFY(has("income"));
        QCOMPARE(document.spec().data.edits.size(), std::size_t{1});
        while (document.undoStack().canUndo()) document.undoStack().undo();
        QTRY_VERIFY(has("city") && has("income"));
        QVERIFY(document.spec().data.edits.empty());
    }

    void rolesFollowARenaming() {
        ExperimentSpec spec;
        spec.data.roles.target = "bought";
        spec.data.roles.ignored = {"code"};
        addEdit(spec, renaming("bought", "sold"));
        addEdit(spec, renaming("code", "number"));
        QCOMPARE(spec.data.roles.target, std::string("sold"));
        QCOMPARE(spec.data.roles.ignored, std::vector<std::string>{"number"});
    }

    void theDialogSaysWhatCannotBeDone() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const EditInfo& filter = fixture.document.catalog().edits.require("filter");
        ParamSet params;
        params.set("where", std::string("incom > 3"));
        EditDialog dialog(filter, fixture.document.data()->table, params, nullptr);
        QVERIFY(!dialog.findChild<QPushButton*>("apply")->isEnabled());
        auto* where = dialog.findChild<QWidget*>("where");
        QVERIFY(where);
        auto* field = where->findChild<QLineEdit*>();
        QVERIFY(field);
        field->setText("income > 3");
        emit field->textEdited("income > 3");
        QVERIFY(dialog.findChild<QPushButton*>("apply")->isEnabled());
        QVERIFY(*dialog.spec().params.find("where") == ParamValue(std::string("income > 3")));
    }

    void spellingsAreMergedWhenTicked() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        ExperimentDocument& document = fixture.document;
        EditSpec shout{"derive", {}, true};
        shout.params.set("name", std::string("loud"));
        shout.params.set("formula", std::string("if(income > 30, upper(city), city)"));
        document.edit("derive", [&](ExperimentSpec& spec) { addEdit(spec, shout); });
        QTRY_VERIFY(document.data()->table.indexOf("loud").has_value());
        SpellingDialog dialog(document, "loud", nullptr);
        auto* tree = dialog.findChild<QTreeWidget*>("clusters");
        QTRY_VERIFY(tree->topLevelItemCount() > 0);
        QVERIFY(dialog.edits().empty());
        QVERIFY(!dialog.findChild<QPushButton*>("merge")->isEnabled());
        tree->topLevelItem(0)->setCheckState(0, Qt::Checked);
        const std::vector<EditSpec> edits = dialog.edits();
        QCOMPARE(edits.size(), std::size_t{1});
        QCOMPARE(edits[0].id, std::string("merge"));
        QVERIFY(dialog.findChild<QPushButton*>("merge")->isEnabled());
    }
};

QTEST_MAIN(EditsPageTest)
#include "test_edits.moc"
