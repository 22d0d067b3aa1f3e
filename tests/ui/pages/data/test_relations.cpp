// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>

#include "charts/chart_card.h"
#include "document_fixture.h"
#include "pages/data/data_edits.h"
#include "pages/data/data_page.h"
#include "pages/data/data_relations.h"
#include "theme/widgets.h"

using namespace holdout;

namespace {

QPushButton* buttonOf(QWidget* settings, const QString& words) {
    for (auto* button : settings->findChildren<QPushButton*>())
        if (button->text().contains(words) && !button->isHidden() && !button->parentWidget()->isHidden()) return button;
    return nullptr;
}

/// 400 rows: "spy" tells the answer outright, which is rare; "note" is a text of which some are missing.
QString writeLeaky(const QTemporaryDir& folder) {
    const QString path = folder.filePath("leaky.csv");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write("size,spy,noise,kind,answer\n");
    for (int i = 0; i < 400; ++i) {
        const bool yes = i % 40 == 7;
        file.write(QStringLiteral("%1,%2,%3,%4,%5\n")
                       .arg(i * 7 % 101)
                       .arg(yes ? 9 : i % 4)
                       .arg(i % 9 == 0 ? QString() : QString::number((i * 53) % 97))
                       .arg(i % 4 == 0 ? "a" : i % 4 == 1 ? "b" : "c", i == 11 ? "" : yes ? "yes" : "no")
                       .toUtf8());
    }
    return path;
}

void openLeaky(DocumentFixture& fixture) {
    DataHint hint;
    hint.target = "answer";
    fixture.document.openData(writeLeaky(fixture.folder).toStdString(), hint);
}

}  // namespace

/// What the Data page tells of columns together.
class RelationsPageTest : public QObject {
    Q_OBJECT
private slots:
    void drawsAssociationsAndChoosesByThem() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        auto* relations = page.findChild<DataRelations*>();
        QVERIFY(relations);
        QVERIFY(fixture.openData());
        QTRY_VERIFY(relations->result());
        auto* card = page.findChild<ChartCard*>("associations");
        const auto names = [&] { return std::get<HeatMap>(card->chart()).x.categories; };
        QCOMPARE(names().size(), std::size_t(4));
        auto* measure = page.findChild<QComboBox*>("measure");
        measure->setCurrentIndex(1);
        emit measure->activated(1);
        QCOMPARE(names(), (std::vector<std::string>{"code", "income"}));
        emit card->clicked(2);  // the first cell of the second row
        QCOMPARE(page.settings()->findChild<QComboBox*>("role")->isVisibleTo(page.settings()), true);
        auto* information = page.findChild<ChartCard*>("information");
        QCOMPARE(std::get<BarChart>(information->chart()).y.categories.front(), std::string("income"));
        const auto& classes = std::get<BarChart>(page.findChild<ChartCard*>("classes")->chart());
        QCOMPARE(classes.y.categories, (std::vector<std::string>{"no", "yes"}));
        QCOMPARE(classes.values[0] + classes.values[1], 60.0);
        const auto& missing = std::get<BarChart>(page.findChild<ChartCard*>("missingPatterns")->chart());
        QCOMPARE(missing.values, (std::vector<double>{54, 6}));
    }

    void whatThereIsNothingOfIsSaidOnce() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        const QString path = fixture.folder.filePath("letters.csv");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("text,kind\n");
        for (int i = 0; i < 40; ++i)
            file.write(QStringLiteral("\"this is letter number %1, and it goes on for a while about %2\",%3\n").arg(i).arg(i * i).arg(i % 2 ? "a" : "b").toUtf8());
        file.close();
        DataHint hint;
        hint.target = "kind";
        fixture.document.openData(path.toStdString(), hint);
        auto* relations = page.findChild<DataRelations*>();
        QTRY_VERIFY_WITH_TIMEOUT(relations->result() && fixture.document.profile(), 10'000);
        QVERIFY(relations->result()->relations.columns.size() < 2);
        const auto shown = [&](const char* name) { return !page.findChild<ChartCard*>(name)->isHidden(); };
        QVERIFY(!shown("associations") && !shown("information"));
        const auto states = page.findChildren<EmptyState*>();
        QCOMPARE(std::count_if(states.begin(), states.end(), [](EmptyState* state) { return !state->isHidden(); }), 2);
        QVERIFY(fixture.openData());
        QTRY_VERIFY_WITH_TIMEOUT(relations->result(), 10'000);
        QVERIFY(shown("associations") && shown("information") && shown("missingColumns"));
        QCOMPARE(std::count_if(states.begin(), states.end(), [](EmptyState* state) { return !state->isHidden(); }), 0);
    }

    void aNumberThatIsPredictedIsToldInASentence() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        DataHint hint;
        hint.target = "income";
        fixture.document.openData(fixture.dataPath().toStdString(), hint);
        const auto* card = page.findChild<ChartCard*>("classes");
        QTRY_COMPARE_WITH_TIMEOUT(chartTitle(card->chart()), std::string("Values of income"), 10'000);
        const QString sentence = QString::fromStdString(chartSentence(card->chart()));
        QVERIFY2(sentence.startsWith("Median ") && sentence.contains("half of the rows"), qPrintable(sentence));
    }

    void aColumnThatGivesTheAnswerAwayCanBeIgnored() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        openLeaky(fixture);
        auto* relations = page.findChild<DataRelations*>();
        QTRY_VERIFY_WITH_TIMEOUT(relations->result() && fixture.document.data(), 10'000);
        QTRY_VERIFY(buttonOf(page.settings(), "Ignore spy"));
        buttonOf(page.settings(), "Ignore spy")->click();
        QVERIFY(fixture.document.spec().data.roles.of("spy") == Role::Ignored);
        fixture.document.undoStack().undo();
        QVERIFY(fixture.document.spec().data.roles.of("spy") == Role::Feature);
    }

    void rareClassesAndMissingAnswersHaveRemediesToo() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        openLeaky(fixture);
        auto* relations = page.findChild<DataRelations*>();
        QTRY_VERIFY_WITH_TIMEOUT(relations->result() && fixture.document.data(), 10'000);
        QTRY_VERIFY(buttonOf(page.settings(), "MCC"));
        buttonOf(page.settings(), "MCC")->click();
        const auto metrics = fixture.document.metrics();
        QVERIFY(std::find(metrics.begin(), metrics.end(), "mcc") != metrics.end());
        QTRY_VERIFY(buttonOf(page.settings(), "Drop these rows"));
        QSignalSpy data(&fixture.document, &ExperimentDocument::dataChanged);
        buttonOf(page.settings(), "Drop these rows")->click();
        QVERIFY(data.wait(10'000));
        QCOMPARE(fixture.document.data()->table.rows(), std::size_t(399));
    }
    void numbersThatHideInTextsAreReadAndLearntFrom() {
        const Catalog catalog = builtinCatalog();
        const Table table({Column::textsOf("price", std::vector<std::string>(20, "$5"))});
        ExperimentSpec spec;
        spec.data.roles.ignored = {"price"};
        Finding finding{"price", "The cells are numbers with signs.", ""};
        finding.remedyEdit = EditSpec{"derive", {}, true};
        QVERIFY(!isRemedyTaken(spec, finding));
        takeRemedy(spec, table, finding, catalog);
        QVERIFY(isRemedyTaken(spec, finding));
        QVERIFY(spec.data.roles.of("price") == Role::Feature);
        // A target of amounts is no class.
        ExperimentSpec predicting;
        predicting.data.roles.target = "price";
        predicting.pipeline.model = {"logistic", {}};
        takeRemedy(predicting, table, finding, catalog);
        QVERIFY(predicting.data.task == Task::Regression);
        QVERIFY(catalog.models.require(predicting.pipeline.model.id).can.regression);
    }
};

QTEST_MAIN(RelationsPageTest)
#include "test_relations.moc"
