// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "page_fixture.h"
#include "pages/prepare/prepare_page.h"
#include "pages/prepare/preview_model.h"
#include "theme/elided_label.h"

using namespace holdout;

namespace {

std::vector<std::string> stepIds(const ExperimentDocument& document) {
    std::vector<std::string> ids;
    for (const StepSpec& step : document.spec().pipeline.prepare) ids.push_back(step.id);
    return ids;
}

QWidget* card(PreparePage& page, int step) { return page.findChild<QWidget*>(QString("step%1").arg(step)); }

}  // namespace

class PreparePageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { PageFixture::prepare(); }

    void init() {
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->open();
        m_fixture->document.edit("start", [](ExperimentSpec& spec) {
            spec.pipeline.prepare = {{"impute", {}, true}, {"standardize", {}, true}};
        });
        m_page = std::make_unique<PreparePage>(m_fixture->document);
        m_page->show();  // what is not seen is not filled
    }
    void cleanup() {
        m_page.reset();
        m_fixture.reset();
    }

    void addsAStepFromTheMenuAndUndoes() {
        auto* action = m_page->findChild<QAction*>("min-max");
        QVERIFY(action);
        action->trigger();
        QCOMPARE(stepIds(document()).size(), 3u);
        QVERIFY(stepIds(document()) != (std::vector<std::string>{"impute", "standardize"}));
        QCOMPARE(stepIds(document())[static_cast<std::size_t>(m_page->selectedStep())], "min-max");
        QVERIFY(card(*m_page, 2)->isVisibleTo(m_page.get()));
        document().undoStack().undo();
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"impute", "standardize"}));
        QVERIFY(!card(*m_page, 2)->isVisibleTo(m_page.get()));
    }

    void reordersByButtonAndByKeyboard() {
        card(*m_page, 1)->findChild<QToolButton*>("up")->click();
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"standardize", "impute"}));
        QTest::keyClick(card(*m_page, 0), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"impute", "standardize"}));
        QVERIFY(!card(*m_page, 0)->findChild<QToolButton*>("up")->isEnabled());
        QVERIFY(!card(*m_page, 1)->findChild<QToolButton*>("down")->isEnabled());
        document().undoStack().undo();
        document().undoStack().undo();
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"impute", "standardize"}));
    }

    void switchesAStepOffAndOnAgainByUndo() {
        auto* box = card(*m_page, 0)->findChild<QCheckBox*>("enabled");
        QVERIFY(box->isChecked());
        box->click();
        QVERIFY(!document().spec().pipeline.prepare[0].enabled);
        document().undoStack().undo();
        QVERIFY(document().spec().pipeline.prepare[0].enabled);
        QVERIFY(box->isChecked());
    }

    void aLongSummaryEndsInDots() {
        m_page->show();
        document().edit("add", [](ExperimentSpec& spec) { spec.pipeline.prepare = {{"tf-idf", {}, true}}; });
        auto* summary = card(*m_page, 0)->findChild<ElidedLabel*>("summary");
        QVERIFY(summary->text().size() > 60);
        summary->resize(200, 20);
        QVERIFY(summary->shownText().endsWith(QChar(0x2026)) && summary->shownText().size() < summary->text().size());
        summary->resize(2'000, 20);
        QCOMPARE(summary->shownText(), summary->text());
    }

    void withoutATargetItSaysWhatIsMissing() {
        m_page->show();
        document().edit("no target", [](ExperimentSpec& spec) { spec.data.roles.target.clear(); });
        const auto told = [&] {
            for (auto* label : m_page->findChildren<QLabel*>())
                if (label->isVisible() && label->text().startsWith("Choose what to predict")) return true;
            return false;
        };
        QTRY_VERIFY(told());
    }

    void picturesAndTermsAreShownAsTheyAre() {
        const Table pictures({std::make_shared<const Column>("image", ImageValues{1, {{2, 2}}, {0, 4}, {7, 7, 7, 7}}, MissingMask())});
        PreviewModel model;
        model.setTables(pictures, pictures);
        QVERIFY(model.hasPictures());
        QVERIFY(!model.index(0, 0).data(Qt::DecorationRole).value<QImage>().isNull());
        const Table numbers({Column::numbers("x", {1, 2})});
        model.setTables(numbers, numbers);
        QVERIFY(!model.hasPictures() && !model.index(0, 0).data(Qt::DecorationRole).isValid());
    }

    void removesAStep() {
        QTest::keyClick(card(*m_page, 0), Qt::Key_Delete);
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"standardize"}));
        document().undoStack().undo();
        QCOMPARE(stepIds(document()), (std::vector<std::string>{"impute", "standardize"}));
    }

private:
    ExperimentDocument& document() { return m_fixture->document; }
    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<PreparePage> m_page;
};

QTEST_MAIN(PreparePageTest)
#include "test_prepare_page.moc"
