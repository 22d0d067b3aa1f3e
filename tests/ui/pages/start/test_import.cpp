// SPDX-License-Identifier: GPL-3.0-or-later
// What is decided before a file is opened: sealed rows, the target, and ways to open it that never hold all of it.
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>

#include <nlohmann/json.hpp>

#include "charts/chart_card.h"
#include "document_fixture.h"
#include "forms/page_parts.h"
#include "pages/data/data_page.h"
#include "pages/start/import_dialog.h"
#include "pages/start/seal_choice.h"
#include "pages/start/start_page.h"
#include "pages/start/stream_dialog.h"

using namespace holdout;

namespace {

void choose(QComboBox* box, int index) {
    box->setCurrentIndex(index);
    emit box->activated(index);
}

/// Rows whose class follows x with some noise; enough for several pieces.
QString writeLarge(const DocumentFixture& fixture) {
    const QString path = fixture.folder.filePath("clicks.csv");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
    file.write("x,z,place,clicked\n");
    RandomStream random(Seed{3});
    for (int i = 0; i < 20'000; ++i) {
        const double x = random.normal(), y = random.normal();
        file.write(QStringLiteral("%1,%2,%3,%4\n").arg(x, 0, 'f', 4).arg(y, 0, 'f', 4).arg(QChar(u'a' + i % 4)).arg(2 * x - y + random.normal() > 0 ? "yes" : "no").toUtf8());
    }
    return path;
}

template <typename Dialog>
Dialog* shown(QWidget& parent, const char* name) {
    return parent.findChild<Dialog*>(name);
}

}  // namespace

class ImportTest : public QObject {
    Q_OBJECT
private slots:
    void rowsAreSealedBeforeAnythingIsShown() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        StartPage start(document);
        DataPage data(document);
        auto* share = start.findChild<QComboBox*>("sealShareAtImport");
        QCOMPARE(share->currentIndex(), 0);
        choose(share, 3);
        start.findChild<QSpinBox*>("sealSeedAtImport")->setValue(5);
        QVERIFY(document.sealAtImport() && document.sealAtImport()->fraction == 0.3 && document.sealAtImport()->seed == 5);
        // At no moment there is a table or profile of all rows.
        std::vector<std::size_t> seen;
        connect(&document, &ExperimentDocument::dataChanged, this, [&] { seen.push_back(document.data()->table.rows()); });
        connect(&document, &ExperimentDocument::profileChanged, this, [&] { seen.push_back(static_cast<std::size_t>(document.profile()->rows)); });
        QVERIFY(fixture.openData());
        QVERIFY(document.data()->sealed);
        const std::size_t left = document.data()->table.rows();
        QCOMPARE(left + document.data()->sealed->rows(), std::size_t(60));
        QCOMPARE(document.data()->sealed->rows(), std::size_t(18));
        QVERIFY(!seen.empty() && std::all_of(seen.begin(), seen.end(), [=](std::size_t rows) { return rows == left; }));
        QVERIFY(document.spec().data.sealed == document.sealAtImport());
        QCOMPARE(QString::fromStdString(document.spec().data.roles.target), QString("bought"));
        QVERIFY(document.fileRows() && document.fileRows()->size() == left);
        QCOMPARE(data.findChild<QTableView*>("table")->model()->rowCount(), int(left));
        // No undo brings them back, and the lines of the file are not shown.
        QVERIFY(!document.undoStack().canUndo());
        data.settings()->findChild<QToolButton*>("unfoldHead")->setChecked(true);
        const QString head = data.settings()->findChild<QPlainTextEdit*>("fileHead")->toPlainText();
        QVERIFY(head.startsWith("code,income,city,bought\n") && head.contains("sealed") && !head.contains("Bern"));
        disconnect(&document, nullptr, this, nullptr);
        // The same rows as sealing them afterwards by the same seed sets aside.
        const RowIds atImport = *document.fileRows();
        document.setSealAtImport(std::nullopt);
        QVERIFY(fixture.openData());
        QVERIFY(!document.data()->sealed);
        QSignalSpy again(&document, &ExperimentDocument::dataChanged);
        document.edit("seal", [](ExperimentSpec& spec) { spec.data.sealed = SealedSpec{0.3, true, 5}; });
        QVERIFY(again.wait(10'000));
        QCOMPARE(*document.fileRows(), atImport);
    }

    void theDialogOpensWithATargetAndASeal() {
        DocumentFixture fixture;
        QWidget parent;
        auto* dialog = new ImportDialog(fixture.document, fixture.dataPath().toStdString(), &parent);
        QVERIFY(dialog->way() == ImportDialog::Way::Whole);
        QVERIFY(dialog->findChild<QLabel*>("memorySentence")->text().contains("free"));
        auto* target = dialog->findChild<QComboBox*>("targetAtImport");
        QCOMPARE(target->count(), 5);
        choose(target, target->findText("city"));
        choose(dialog->findChild<SealChoice*>()->findChild<QComboBox*>("sealShareAtImport"), 1);
        QSignalSpy changed(&fixture.document, &ExperimentDocument::dataChanged);
        dialog->findChild<QPushButton*>("openIt")->click();
        QVERIFY(changed.wait(10'000));
        QCOMPARE(QString::fromStdString(fixture.document.spec().data.roles.target), QString("city"));
        QVERIFY(fixture.document.data()->sealed && fixture.document.data()->sealed->rows() == 6);
    }

    void aFileThatHardlyFitsIsAskedAbout() {
        DocumentFixture fixture;
        const QString path = fixture.folder.filePath("huge.csv");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b,c,d\n1,2,3,4\n");
        file.close();
        std::error_code refused;
        std::filesystem::resize_file(path.toStdString(), std::uintmax_t{1} << 42, refused);
        if (refused) QSKIP("This file system holds no file of 4 TB, even one with a hole.");
        QSignalSpy tooLarge(&fixture.document, &ExperimentDocument::tooLarge);
        fixture.document.openData(path.toStdString());
        QCOMPARE(tooLarge.count(), 1);
        QCOMPARE(fixture.document.readJob(), JobId(0));
        ImportDialog dialog(fixture.document, path.toStdString());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY(dialog.way() == ImportDialog::Way::Profile);
        QVERIFY(dialog.findChild<QLabel*>("memorySentence")->text().contains("hardly fits"));
    }

    void aProjectOfAFileThatHardlyFitsOpensWithoutIt() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const QString project = fixture.folder.filePath("shop.holdout");
        fixture.document.saveAs(project.toStdString());
        std::error_code refused;
        std::filesystem::resize_file(fixture.dataPath().toStdString(), std::uintmax_t{1} << 42, refused);
        if (refused) QSKIP("This file system holds no file of 4 TB, even one with a hole.");
        ExperimentDocument other(fixture.catalog, fixture.searches, fixture.jobs);
        QSignalSpy tooLarge(&other, &ExperimentDocument::dataTooLarge), missing(&other, &ExperimentDocument::dataMissing);
        other.openProject(project.toStdString());
        QVERIFY(tooLarge.wait(10'000));
        QCOMPARE(tooLarge.front().at(0).toString(), fixture.dataPath());
        QCOMPARE(missing.count(), 0);
        QVERIFY(!other.data());
        QVERIFY(other.spec() == fixture.document.spec());  // all else is there
    }

    void aSampleOfAProjectIsAnExperimentOfItsOwn() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        QSignalSpy changed(&document, &ExperimentDocument::dataChanged);
        // As semicolons stand in the file, the sample must not be read as the project says.
        const QString path = fixture.folder.filePath("visits.csv");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("x;place;clicked\n");
        for (int i = 0; i < 5'000; ++i) file.write(QStringLiteral("%1;%2;%3\n").arg((i * 7919) % 97).arg(i % 3).arg(i % 2 ? "yes" : "no").toUtf8());
        file.close();
        document.openData(path.toStdString());
        QVERIFY(changed.wait(10'000));
        document.edit("question", [](ExperimentSpec& spec) {
            spec.name = "visits";
            spec.data.roles.target = "clicked";
            spec.data.delimiter = ';';
            spec.data.types["place"] = ColumnType::Category;
            spec.pipeline.prepare = {{.id = "one-hot"}};
            spec.pipeline.model = {.id = "naive-bayes"};
        });
        QVERIFY(changed.wait(10'000));
        QSignalSpy failed(&document, &ExperimentDocument::failed);
        document.run(ExperimentDocument::RunKind::Evaluate);
        QTRY_VERIFY_WITH_TIMEOUT(!document.runs().empty() || !failed.isEmpty(), 30'000);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.front().at(0).toString()));
        const QString project = fixture.folder.filePath("visits.holdout");
        document.saveAs(project.toStdString());
        const ExperimentSpec question = document.spec();
        const std::string known = document.runs().front()->data.sha256;

        QWidget parent;
        auto* dialog = new ImportDialog(document, path.toStdString(), &parent, ImportDialog::Purpose::OpenProject);
        QVERIFY(!dialog->findChild<QComboBox*>("targetAtImport")->isVisibleTo(dialog));
        QVERIFY(dialog->findChild<QLabel*>("waysHint")->text().contains("no runs"));
        dialog->findChild<QRadioButton*>("sample")->click();
        dialog->findChild<QSpinBox*>("sampleRows")->setValue(400);
        QSignalSpy noted(&document, &ExperimentDocument::noted);
        dialog->findChild<QPushButton*>("openIt")->click();
        QVERIFY(changed.wait(20'000));
        QVERIFY(noted.front().at(0).toString().contains("sample of visits.csv"));
        QCOMPARE(document.data()->table.rows(), std::size_t(400));
        QCOMPARE(document.data()->table.columns().size(), std::size_t(3));
        QVERIFY(document.data()->table.column(1).type() == ColumnType::Category);
        QVERIFY(document.isUnnamed() && document.runs().empty());
        QCOMPARE(document.spec().name, std::string("visits (sample of 400 rows)"));
        QVERIFY(document.spec().pipeline == question.pipeline && document.spec().validate == question.validate);
        QCOMPARE(document.spec().data.roles.target, std::string("clicked"));
        QVERIFY(document.spec().data.source != question.data.source && !document.spec().data.delimiter);
        document.run(ExperimentDocument::RunKind::Evaluate);
        QTRY_COMPARE_WITH_TIMEOUT(document.runs().size(), std::size_t{1}, 30'000);
        QVERIFY(document.runs().front()->data.sha256 != known);
        // The project is as it was.
        const auto kept = Project::open(project.toStdString());
        QVERIFY(specFromJson(*kept->specification(), fixture.catalog, fixture.searches) == question);
        QCOMPARE(kept->runs().size(), std::size_t{1});
        QCOMPARE(kept->runData(kept->runs().front().id).sha256, known);
    }

    void whatAProjectDoesNotAllowIsNotOffered() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const auto offered = [&](const char* name) {
            const ImportDialog dialog(fixture.document, fixture.dataPath().toStdString(), nullptr, ImportDialog::Purpose::OpenProject);
            return dialog.findChild<QRadioButton*>(name)->isEnabled();
        };
        QVERIFY(offered("whole") && offered("sample") && offered("profile") && offered("stream"));
        fixture.document.edit("edit", [](ExperimentSpec& spec) { spec.data.edits = {EditSpec{.id = "drop-duplicates"}}; });
        QVERIFY(offered("whole") && offered("sample") && offered("profile") && !offered("stream"));
        fixture.document.edit("seal", [](ExperimentSpec& spec) { spec.data.sealed = SealedSpec{}; });
        QVERIFY(offered("whole") && !offered("sample") && !offered("profile") && !offered("stream"));
        const ImportDialog dialog(fixture.document, fixture.dataPath().toStdString(), nullptr, ImportDialog::Purpose::OpenProject);
        QVERIFY(dialog.findChild<QLabel*>("waysHint")->text().contains("sealed"));
        const ImportDialog fresh(fixture.document, fixture.dataPath().toStdString());
        QVERIFY(fresh.findChild<QRadioButton*>("sample")->isEnabled());
    }

    void aModelLearnsAProjectsQuestion() {
        DocumentFixture fixture;
        StreamDialog dialog(fixture.document, writeLarge(fixture).toStdString());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        ExperimentSpec question;
        question.data.source = "clicks.csv";
        question.data.roles.target = "place";
        question.data.roles.ignored = {"clicked"};
        question.pipeline.model = {.id = "naive-bayes"};
        question.tune = TuneSpec{};
        dialog.ask(question);
        dialog.showTraining();
        auto* target = dialog.findChild<QComboBox*>("streamTarget");
        QTRY_COMPARE_WITH_TIMEOUT(target->currentText(), QString("place"), 20'000);
        QCOMPARE(dialog.findChild<QComboBox*>("streamModel")->currentData().toString(), QString("naive-bayes"));
        dialog.findChild<QPushButton*>("streamTrain")->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.session().result(), 30'000);
        QCOMPARE(dialog.session().result()->model->targetName(), std::string("place"));
    }

    void twoFilesOfOneNameHaveSamplesOfTheirOwn() {
        DocumentFixture fixture;
        QVERIFY(QDir(fixture.folder.path()).mkdir("other"));
        const QString other = fixture.folder.filePath("other/shop.csv");
        QVERIFY(QFile::copy(fixture.dataPath(), other));
        const auto first = sampleFile(fixture.dataPath().toStdString(), 10, 1);
        QVERIFY(first != sampleFile(other.toStdString(), 10, 1));
        QVERIFY(first == sampleFile(fixture.dataPath().toStdString(), 10, 1));
    }

    void aSampleIsDrawnAndOpened() {
        DocumentFixture fixture;
        QWidget parent;
        auto* dialog = new ImportDialog(fixture.document, writeLarge(fixture).toStdString(), &parent);
        dialog->findChild<QRadioButton*>("sample")->click();
        dialog->findChild<QSpinBox*>("sampleRows")->setValue(500);
        QSignalSpy changed(&fixture.document, &ExperimentDocument::dataChanged);
        dialog->findChild<QPushButton*>("openIt")->click();
        QVERIFY(changed.wait(20'000));
        QCOMPARE(fixture.document.data()->table.rows(), std::size_t(500));
        QVERIFY(fixture.document.dataPath().filename().string().find("500 rows, seed 1") != std::string::npos);
        QTRY_VERIFY(!shown<StreamDialog>(parent, "streamDialog"));
        const std::string first = fingerprint(fixture.document.data()->table);
        // The same seed draws the same rows.
        auto* again = new StreamDialog(fixture.document, fixture.folder.filePath("clicks.csv").toStdString(), &parent);
        again->drawSample(500, 1, {});
        QVERIFY(changed.wait(20'000));
        QCOMPARE(fingerprint(fixture.document.data()->table), first);
    }

    void aProfileNeedsNoTable() {
        DocumentFixture fixture;
        QWidget parent;
        auto* dialog = new ImportDialog(fixture.document, writeLarge(fixture).toStdString(), &parent);
        dialog->findChild<QRadioButton*>("profile")->click();
        dialog->findChild<QPushButton*>("openIt")->click();
        auto* stream = shown<StreamDialog>(parent, "streamDialog");
        QVERIFY(stream);
        QTRY_VERIFY_WITH_TIMEOUT(stream->session().profileResult(), 20'000);
        auto* columns = stream->findChild<QTableWidget*>("streamColumns");
        QTRY_COMPARE(columns->rowCount(), 4);
        QCOMPARE(columns->item(2, 0)->text(), QString("place"));
        QCOMPARE(columns->item(2, 3)->text(), QString("4"));
        QVERIFY(stream->findChild<QLabel*>("profileSentence")->text().startsWith("20,000 rows"));
        QVERIFY(!fixture.document.data());
    }

    void aModelLearnsRowByRow() {
        DocumentFixture fixture;
        QWidget parent;
        auto* stream = new StreamDialog(fixture.document, writeLarge(fixture).toStdString(), &parent);
        stream->showTraining();
        auto* model = stream->findChild<QComboBox*>("streamModel");
        QTRY_VERIFY_WITH_TIMEOUT(model->count() > 1, 20'000);
        QCOMPARE(stream->findChild<QComboBox*>("streamTarget")->currentText(), QString("clicked"));
        QCOMPARE(model->currentData().toString(), QString("sgd"));
        auto* train = stream->findChild<QPushButton*>("streamTrain");
        QSignalSpy points(&stream->session(), &StreamSession::pointsChanged);
        train->click();
        QVERIFY(!train->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(stream->session().result(), 30'000);
        QVERIFY(points.count() > 0);
        const auto result = stream->session().result();
        QVERIFY(result->isComplete);
        QCOMPARE(result->trainedRows + result->heldOutRows, std::int64_t(20'000));
        QVERIFY(result->heldOut.at("accuracy").mean > 0.8);
        const auto& chart = std::get<LineChart>(stream->findChild<ChartCard*>("prequential")->chart());
        QCOMPARE(chart.series.front().x.size(), result->trace.size());
        QVERIFY(result->trace.size() >= 3);
        QVERIFY(stream->findChild<TileStrip*>("streamScores")->tiles().size() >= 3);
        const auto file = fixture.folder.filePath("clicks.model").toStdString();
        stream->session().saveModel(file);
        QVERIFY(std::filesystem::file_size(file) > 100);
        QTRY_VERIFY(train->isEnabled());
    }

    void naiveBayesLearnsToo() {
        DocumentFixture fixture;
        StreamSession session(fixture.document, writeLarge(fixture).toStdString());
        session.look();
        QTRY_VERIFY_WITH_TIMEOUT(session.head(), 20'000);
        ExperimentSpec spec = session.guess().spec;
        spec.pipeline.model = {.id = "naive-bayes"};
        session.train(spec);
        QTRY_VERIFY_WITH_TIMEOUT(session.result(), 30'000);
        QVERIFY(session.result()->heldOut.at("accuracy").mean > 0.75);
    }

    void whatCannotBeReadIsSaid() {
        DocumentFixture fixture;
        const auto path = fixture.folder.filePath("empty.csv");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        QWidget parent;
        auto* stream = new StreamDialog(fixture.document, path.toStdString(), &parent);
        QTRY_VERIFY(stream->findChild<QLabel*>("streamProblem")->text().contains("empty"));
        QVERIFY(!stream->findChild<QPushButton*>("streamTrain")->isEnabled());
    }
};

QTEST_MAIN(ImportTest)
#include "test_import.moc"
