// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>
#include <array>
#include <cmath>

#include "forms/param_editor.h"
#include "forms/choice_box.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "forms/slider_scale.h"

using namespace holdout;

Q_DECLARE_METATYPE(holdout::ParamValue)

namespace {

const std::array<ParamSpec, 7> specs{
    ParamSpec{"penalty", "Penalty", "Which norm", std::string("l2"), OneOf{{{"none", "none"}, {"l2", "L2"}}},
              Scale::Linear, std::nullopt, ParamGroup::Regularisation},
    ParamSpec{"lambda", "Lambda", "Strength", 0.01, RealRange{.low = 0}, Scale::Log, EnabledWhen{"penalty", {"l2"}},
              ParamGroup::Regularisation, std::pair{1e-5, 10.0}},
    ParamSpec{"epochs", "Epochs", "How long", std::int64_t{100}, IntegerRange{1, 1000}, Scale::Linear, std::nullopt,
              ParamGroup::Training},
    ParamSpec{"hidden", "Hidden layers", "Widths", std::vector<std::int64_t>{64, 32}, IntegerList{.low = 1}},
    ParamSpec{"stratify", "Stratify", "Keep shares", true, AnyBool{}},
    ParamSpec{"columns", "Columns", "Which", std::string("all"), ColumnChoice{}},
    ParamSpec{"fill", "Fill", "With what", std::string("x"), AnyText{}},
};

QWidget* fieldOf(ParamForm& form, const char* id) { return form.findChild<ParamEditor*>(id)->focusProxy(); }

QLineEdit* lineOf(ParamForm& form, const char* id) {
    QWidget* field = fieldOf(form, id);
    if (auto* box = qobject_cast<QComboBox*>(field)) return box->lineEdit();
    return qobject_cast<QLineEdit*>(field);
}

void type(QLineEdit* line, const QString& text) {
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
    QTest::keyClick(line, Qt::Key_Return);
}

}  // namespace

class ParamFormTest : public QObject {
    Q_OBJECT
private slots:
    /// A choice that is too long for its box ends in dots, and the tooltip has the whole of it.
    void longChoicesEndInDots() {
        ChoiceBox box;
        box.addItems({"Bayesian (Gaussian process)", "TPE"});
        box.resize(400, 30);
        QCOMPARE(box.shownText(), box.currentText());
        box.resize(110, 30);
        QVERIFY(box.shownText().endsWith(QChar(0x2026)) && box.currentText().startsWith(box.shownText().chopped(1)));
        box.setCurrentIndex(1);
        QCOMPARE(box.shownText(), QString("TPE"));
    }

    void initTestCase() { qRegisterMetaType<holdout::ParamValue>(); }

    void everyKindHasAnEditorThatShowsItsValue() {
        ParamForm form;
        ParamSet values;
        values.set("lambda", 1e-4);
        form.setParams(specs, values);
        form.show();
        QCOMPARE(form.findChildren<ParamEditor*>().size(), qsizetype(specs.size()));
        QCOMPARE(lineOf(form, "lambda")->text(), "1e-4");
        QCOMPARE(lineOf(form, "epochs")->text(), "100");
        QCOMPARE(lineOf(form, "hidden")->text(), "64, 32");
        QCOMPARE(lineOf(form, "columns")->text(), "all");
        QCOMPARE(qobject_cast<QComboBox*>(fieldOf(form, "penalty"))->currentText(), "L2");
        QVERIFY(qobject_cast<QCheckBox*>(fieldOf(form, "stratify"))->isChecked());
        QVERIFY(form.findChild<ParamEditor*>("lambda")->toolTip().contains("Default: 0.01"));
    }

    void typingAGoodValueEmitsItAndLeavingTheFieldEndsTheGesture() {
        ParamForm form;
        form.setParams(specs, {});
        form.show();
        QSignalSpy edited(&form, &ParamForm::edited);
        type(lineOf(form, "lambda"), "0.5");
        QVERIFY(edited.size() >= 2);
        QCOMPARE(edited.last()[0].toString(), "lambda");
        QCOMPARE(std::get<double>(edited.last()[1].value<ParamValue>()), 0.5);
        QCOMPARE(edited.last()[2].toBool(), false);
        QCOMPARE(edited.first()[2].toBool(), true);
        type(lineOf(form, "hidden"), "8 4");
        QCOMPARE(std::get<std::vector<std::int64_t>>(edited.last()[1].value<ParamValue>()), (std::vector<std::int64_t>{8, 4}));
        QCOMPARE(lineOf(form, "hidden")->text(), "8, 4");
    }

    void aBadValueIsMarkedAndNotEmitted_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("text");
        QTest::newRow("below") << "lambda" << "-1";
        QTest::newRow("no number") << "lambda" << "abc";
        QTest::newRow("not finite") << "lambda" << "inf";
        QTest::newRow("not whole") << "epochs" << "0.5";
        QTest::newRow("above") << "epochs" << "-5";
        QTest::newRow("list") << "hidden" << "0";
        QTest::newRow("unknown column") << "columns" << "nmae";
    }

    void aBadValueIsMarkedAndNotEmitted() {
        QFETCH(QString, id);
        QFETCH(QString, text);
        ParamForm form;
        form.setColumns({"name", "age"});
        form.setParams(specs, {});
        form.show();
        QSignalSpy edited(&form, &ParamForm::edited);
        type(lineOf(form, qPrintable(id)), text);
        QCOMPARE(edited.size(), 0);
        auto* problem = form.findChild<QLabel*>(id + ".problem");
        QVERIFY(problem->isVisible());
        QVERIFY(!problem->text().isEmpty());
        QCOMPARE(fieldOf(form, qPrintable(id))->property("invalid").toBool(), true);
        form.setParams(specs, {});
        QVERIFY(!problem->isVisible());
        QCOMPARE(fieldOf(form, qPrintable(id))->property("invalid").toBool(), false);
    }

    void aChoiceHidesWhatHangsOnIt() {
        ParamForm form;
        form.setParams(specs, {});
        form.show();
        QVERIFY(form.findChild<ParamEditor*>("lambda")->isVisible());
        auto* box = qobject_cast<QComboBox*>(fieldOf(form, "penalty"));
        box->setFocus();
        QSignalSpy edited(&form, &ParamForm::edited);
        QTest::keyClick(box, Qt::Key_Up);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(std::get<std::string>(edited[0][1].value<ParamValue>()), "none");
        QVERIFY(!form.findChild<ParamEditor*>("lambda")->isVisible());
    }

    void valuesFromOutsideDoNotDisturbTheTyping() {
        ParamForm form;
        form.setParams(specs, {});
        form.show();
        form.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        QLineEdit* line = lineOf(form, "lambda");
        line->setFocus();
        line->selectAll();
        connect(&form, &ParamForm::edited, &form, [&](const QString& id, const ParamValue& value) {
            ParamSet values;
            values.set(id.toStdString(), value);
            form.setParams(specs, values);
        });
        QTest::keyClicks(line, "0.050");
        QCOMPARE(line->text(), "0.050");
        QCOMPARE(QApplication::focusWidget(), line);
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(line->text(), "0.05");
    }

    void theSliderWalksTheUsualRange() {
        ParamForm form;
        form.setParams(specs, {});
        form.show();
        auto* slider = form.findChild<ParamEditor*>("lambda")->findChild<QSlider*>();
        QSignalSpy edited(&form, &ParamForm::edited);
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(std::get<double>(edited.last()[1].value<ParamValue>()), 10.0);
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(std::get<double>(edited.last()[1].value<ParamValue>()), 1e-5);
        QCOMPARE(lineOf(form, "lambda")->text(), "1e-5");
    }

    void groupsAreShownInTheOrderAskedFor() {
        ParamForm form;
        form.setParams(specs, {}, {ParamGroup::Regularisation, ParamGroup::Training});
        form.show();
        QVERIFY(form.findChild<ParamEditor*>("epochs"));
        QVERIFY(!form.findChild<ParamEditor*>("hidden"));
        QVERIFY(form.findChild<ParamEditor*>("penalty")->mapTo(&form, QPoint()).y() <
                form.findChild<ParamEditor*>("epochs")->mapTo(&form, QPoint()).y());
    }

    void scalesGoThereAndBack() {
        const SliderScale log = *SliderScale::of(specs[1]);
        for (int i = 0; i <= log.positions(); ++i) QVERIFY(std::abs(log.positionOf(log.valueAt(i)) - i) <= 2);
        const SliderScale linear = *SliderScale::of(specs[2]);
        QCOMPARE(linear.valueAt(0), 1.0);
        QCOMPARE(linear.valueAt(linear.positions()), 1000.0);
        QVERIFY(!SliderScale::of(specs[3]));
    }

    // C = 1 / (n lambda), alpha = n lambda (ridge), alpha = lambda (elastic net): from the objectives in
    // scikit-learn's user guide, "Linear models".
    void lambdaHasItsEquivalents() {
        QVERIFY(lambdaEquivalent("logistic", 0.01, 1000).contains("C = 0.1"));
        QVERIFY(lambdaEquivalent("ridge", 0.01, 1000).contains("alpha = 10"));
        QVERIFY(lambdaEquivalent("elastic-net", 0.01, 1000).contains("alpha = 0.01"));
        QVERIFY(lambdaEquivalent("forest", 0.01, 1000).isEmpty());
    }

    /// What is left at "none of it" is not worth a word; a range's lower end that happens to be 0 is.
    void summarySkipsAmountsThatAreOff() {
        const std::array<ParamSpec, 3> amounts{
            ParamSpec{"pool", "Pool rarer than", "", 0.0, RealRange{.low = 0, .high = 1}},
            ParamSpec{"low", "Lowest", "", 0.0, RealRange{.low = -1, .high = 1}},
            ParamSpec{"high", "Highest", "", 1.0, RealRange{.low = 0, .high = 1}},
        };
        QCOMPARE(paramSummary(amounts, {}), QString("lowest 0 · highest 1"));
        ParamSet pooled;
        pooled.set("pool", 0.05);
        QCOMPARE(paramSummary(amounts, pooled), QString("pool rarer than 0.05 · lowest 0 · highest 1"));
    }
};

QTEST_MAIN(ParamFormTest)
#include "test_param_form.moc"
