// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "page_fixture.h"
#include "pages/tune/space_editor.h"

using namespace holdout;

class SpaceEditorTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { PageFixture::prepare(); }

    void init() {
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        m_fixture->document.edit("start", [](ExperimentSpec& spec) {
            spec.pipeline.model = {"logistic", {}};
            spec.tune.emplace();
        });
        m_editor = std::make_unique<SpaceEditor>(m_fixture->document, nullptr);
    }
    void cleanup() {
        m_editor.reset();
        m_fixture.reset();
    }

    void addsADimensionWithTheRangeThatItsSpecSuggests() {
        addLambda();
        const SearchSpace& space = document().spec().tune->space;
        QCOMPARE(space.size(), 1u);
        QCOMPARE(space[0].name, "lambda");
        QVERIFY(space[0].low > 0 && space[0].low < space[0].high);
        QCOMPARE(space[0].scale, Scale::Log);
        QVERIFY(row());
        document().undoStack().undo();
        QVERIFY(document().spec().tune->space.empty());
    }

    void showsWhatIsSuggestedAndTakesItOverWithTheFirstEdit() {
        document().edit("no tuning", [](ExperimentSpec& spec) { spec.tune.reset(); });
        QVERIFY(row());
        type("low", "0.002");
        QVERIFY(document().spec().tune);
        QCOMPARE(document().spec().tune->space[0].low, 0.002);
        document().undoStack().undo();
        QVERIFY(!document().spec().tune);
    }

    void takesAnEndThatIsAllowed() {
        addLambda();
        type("low", "0.001");
        QCOMPARE(document().spec().tune->space[0].low, 0.001);
        type("steps", "7");
        QCOMPARE(document().spec().tune->space[0].steps, std::optional(7));
        type("steps", "");
        QVERIFY(!document().spec().tune->space[0].steps);
    }

    void marksAnEndThatIsNot_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("no number") << "small";
        QTest::newRow("breaks the rule") << "-1";
        QTest::newRow("above the other end") << "1e9";
    }
    void marksAnEndThatIsNot() {
        QFETCH(QString, text);
        addLambda();
        const double before = document().spec().tune->space[0].low;
        type("low", text);
        QCOMPARE(document().spec().tune->space[0].low, before);
        QCOMPARE(row()->findChild<QLineEdit*>("low")->property("invalid").toBool(), true);
    }

    void removesADimension() {
        addLambda();
        row()->findChild<QToolButton*>("remove")->click();
        QVERIFY(document().spec().tune->space.empty());
        QVERIFY(!row() || !row()->isVisibleTo(m_editor.get()));
    }

    void aConditionHangsOnAnotherParametersValues() {
        addLambda();
        QVERIFY(!row()->findChild<QToolButton*>("when"));  // there is nothing to hang on
        m_editor->findChild<QAction*>("penalty")->trigger();
        auto* when = row()->findChild<QToolButton*>("when");
        QVERIFY(when);
        const auto trigger = [&](const char* name) {
            auto* action = row()->findChild<QToolButton*>("when")->findChild<QAction*>(name);
            QVERIFY2(action, name);
            action->trigger();
        };
        trigger("penalty=l1");
        trigger("penalty=l2");
        const Dimension& lambda = document().spec().tune->space[0];
        QCOMPARE(lambda.when->param, std::string("penalty"));
        QCOMPARE(lambda.when->values.size(), std::size_t{2});
        QVERIFY(row()->findChild<QToolButton*>("when")->text().contains("penalty is l1 or l2"));
        QVERIFY(checkedSpace(document().spec().tune->space, document().spec().pipeline, document().catalog())[0].when == lambda.when);
        trigger("penalty=l1");
        QCOMPARE(document().spec().tune->space[0].when->values.size(), std::size_t{1});
        trigger("always");
        QVERIFY(!document().spec().tune->space[0].when);
        trigger("penalty=l1");
        m_editor->findChild<QWidget*>("dimension.penalty")->findChild<QToolButton*>("remove")->click();
        QVERIFY(!document().spec().tune->space[0].when);  // it went with what it hung on
    }

private:
    ExperimentDocument& document() { return m_fixture->document; }
    QWidget* row() {
        const auto rows = m_editor->findChildren<QWidget*>("dimension.lambda");
        for (QWidget* found : rows)
            if (found->isVisibleTo(m_editor.get())) return found;
        return nullptr;
    }
    void addLambda() {
        auto* action = m_editor->findChild<QAction*>("lambda");
        QVERIFY(action);
        action->trigger();
    }
    void type(const char* field, const QString& text) {
        auto* line = row()->findChild<QLineEdit*>(field);
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    }
    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<SpaceEditor> m_editor;
};

QTEST_MAIN(SpaceEditorTest)
#include "test_space_editor.moc"
