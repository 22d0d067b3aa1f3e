// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "document_fixture.h"

using namespace holdout;

class DocumentTest : public QObject {
    Q_OBJECT
private slots:
    void guessesAnExperimentForAFile() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const ExperimentDocument& document = fixture.document;
        QCOMPARE(document.data()->table.rows(), std::size_t{60});
        QVERIFY(document.profile());
        QCOMPARE(document.spec().data.roles.target, std::string("bought"));
        QVERIFY(document.task() == Task::Classification);
        QCOMPARE(document.spec().pipeline.model.id, std::string("logistic"));
        QCOMPARE(document.spec().pipeline.prepare.front().id, std::string("impute"));
        QVERIFY(document.isUnnamed());
        QVERIFY(QFile::exists(QString::fromStdString(document.projectPath().string())));
    }

    /// The window's thread takes over what is ready: it writes nothing, and no page is told anything twice.
    void openingLeavesTheWindowNothingToDo() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        QSignalSpy data(&document, &ExperimentDocument::dataChanged), profile(&document, &ExperimentDocument::profileChanged),
            spec(&document, &ExperimentDocument::specChanged), project(&document, &ExperimentDocument::projectChanged);
        std::optional<nlohmann::json> written;
        connect(&document, &ExperimentDocument::dataChanged, &document, [&] { written = Project::open(document.projectPath())->specification(); });
        QVERIFY(fixture.openData());
        QCOMPARE(data.count(), 1);
        QCOMPARE(profile.count(), 1);
        QCOMPARE(spec.count(), 1);
        QCOMPARE(project.count(), 1);
        QVERIFY(document.isWritten());
        QVERIFY(written && *written == specToJson(document.spec()));  // in the project before the first page was told
    }

    /// Neither an experiment that nothing was done in nor a file whose reading was given up leaves a project behind.
    void projectsThatHoldNothingGo() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        QTRY_VERIFY(fixture.jobs.isIdle());
        const std::size_t before = ExperimentDocument::unnamedProjects().size();
        document.newProject();
        QCOMPARE(ExperimentDocument::unnamedProjects().size(), before + 1);
        QVERIFY(fixture.openData());
        QTRY_VERIFY(fixture.jobs.isIdle());
        QCOMPARE(ExperimentDocument::unnamedProjects().size(), before + 1);
        document.openData(fixture.dataPath().toStdString());
        document.newProject();
        QTRY_VERIFY(fixture.jobs.isIdle());
        QCOMPARE(ExperimentDocument::unnamedProjects().size(), before + 2);  // the one that was shown, and the new one
    }

    void undoesRedoesAndMergesEdits() {
        DocumentFixture fixture;
        ExperimentDocument& document = fixture.document;
        const std::uint64_t before = document.spec().seed;
        QSignalSpy changed(&document, &ExperimentDocument::specChanged);
        const auto setSeed = [&](std::uint64_t seed, const QString& key) {
            document.edit("set seed", [=](ExperimentSpec& spec) { spec.seed = seed; }, key);
        };
        setSeed(5, "drag");
        setSeed(6, "drag");
        setSeed(7, "drag");
        setSeed(8, {});
        QCOMPARE(document.undoStack().count(), 2);
        QCOMPARE(changed.count(), 4);
        document.undoStack().undo();
        QCOMPARE(document.spec().seed, std::uint64_t{7});
        document.undoStack().undo();
        QCOMPARE(document.spec().seed, before);
        document.undoStack().redo();
        QCOMPARE(document.spec().seed, std::uint64_t{7});
        setSeed(7, {});
        QCOMPARE(document.undoStack().count(), 2);  // what changes nothing is no step
    }

    void keepsRunsInTheProject() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        ExperimentDocument& document = fixture.document;
        QSignalSpy failed(&document, &ExperimentDocument::failed);
        document.run(ExperimentDocument::RunKind::Evaluate);
        QVERIFY(document.runJob() != 0);
        QTRY_COMPARE_WITH_TIMEOUT(document.runs().size(), std::size_t{1}, 30000);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.front().at(0).toString()));
        QCOMPARE(document.runJob(), JobId{0});
        const Run& run = *document.currentRun();
        QCOMPARE(document.live()->folds.size(), run.evaluation.folds.size());
        QVERIFY(!document.live()->running);

        const QString saved = fixture.folder.filePath("shop.holdout");
        document.saveAs(saved.toStdString());
        QCOMPARE(document.projectName(), QString("shop.holdout"));

        ExperimentDocument other(fixture.catalog, fixture.searches, fixture.jobs);
        QSignalSpy opened(&other, &ExperimentDocument::runsChanged);
        other.openProject(saved.toStdString());
        QVERIFY(opened.wait(10000));
        QVERIFY(other.spec() == document.spec());
        QCOMPARE(other.data()->sha256.value(), document.data()->sha256.value());
        QCOMPARE(other.runs().size(), std::size_t{1});
        const Run& again = *other.currentRun();
        QCOMPARE(again.id, run.id);
        QCOMPARE(again.evaluation.folds.size(), run.evaluation.folds.size());
        for (std::size_t i = 0; i < run.evaluation.folds.size(); ++i)
            QVERIFY(again.evaluation.folds[i].scores == run.evaluation.folds[i].scores);  // to the last bit
    }

    void liveStateIsWithoutPredictions() {
        LiveRun live;
        FoldResult fold;
        fold.predictions.classes = {0, 1};
        fold.scores["accuracy"] = 1;
        live.foldFinished(fold);
        const auto state = live.snapshotSince(0);
        QVERIFY(state);
        QCOMPARE(state->folds.front().scores.at("accuracy"), 1.0);
        QVERIFY(state->folds.front().predictions.classes.empty());
        QVERIFY(!live.snapshotSince(state->version));
    }

    void readsAgainWhenAnEditOfTypesIsUndone() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        ExperimentDocument& document = fixture.document;
        const auto typeOfCode = [&] { return document.data()->table.column(0).type(); };
        QCOMPARE(typeOfCode(), ColumnType::Number);
        document.edit("read as category", [](ExperimentSpec& spec) { spec.data.types["code"] = ColumnType::Category; });
        QTRY_COMPARE(typeOfCode(), ColumnType::Category);
        document.undoStack().undo();
        QTRY_COMPARE(typeOfCode(), ColumnType::Number);
    }

    void readsTheOldFileWhenItsReplacementIsUndone() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        ExperimentDocument& document = fixture.document;
        QFile other(fixture.folder.filePath("other.csv"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        other.write("income,bought\n1,yes\n2,no\n3,yes\n");
        other.close();
        document.edit("take another file",
                      [&](ExperimentSpec& spec) { spec.data.source = other.fileName().toStdString(); });
        QTRY_COMPARE(document.data()->table.rows(), std::size_t{3});
        document.undoStack().undo();
        QTRY_COMPARE(document.data()->table.rows(), std::size_t{60});
        QCOMPARE(QString::fromStdString(document.dataPath().string()), fixture.dataPath());
    }

    void onlyTheLatestReadingCounts() {
        DocumentFixture fixture;
        QFile other(fixture.folder.filePath("other.csv"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        other.write("income,bought\n1,yes\n2,no\n3,yes\n");
        other.close();
        ExperimentDocument& document = fixture.document;
        QSignalSpy changed(&document, &ExperimentDocument::dataChanged);
        document.openData(fixture.dataPath().toStdString());
        const JobId first = document.readJob();
        document.openData(other.fileName().toStdString());
        QVERIFY(document.readJob() != 0 && document.readJob() != first);
        QTRY_VERIFY(fixture.jobs.isIdle());
        QTRY_COMPARE(document.readJob(), JobId{0});
        QCOMPARE(changed.count(), 1);
        QCOMPARE(document.data()->table.rows(), std::size_t{3});
    }

    void tellsOfAFileThatIsNoTable() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const ExperimentSpec before = fixture.document.spec();
        QSignalSpy failed(&fixture.document, &ExperimentDocument::failed);
        fixture.document.openData(fixture.folder.filePath("none.csv").toStdString());
        QVERIFY(failed.wait(10000));
        QVERIFY(!failed.front().at(0).toString().isEmpty());
        QCOMPARE(fixture.document.readJob(), JobId{0});
        QVERIFY(fixture.document.spec() == before);  // what was there stays
        QVERIFY(fixture.document.data());
    }

    void takesUpTheLastRunOfAProjectThatNobodyEdited() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const ExperimentSpec spec = fixture.document.spec();
        const QString file = fixture.folder.filePath("run.holdout");
        {
            SilentProgress silent;
            JobContext context{{}, {}, silent, Seed{}};
            const auto project = Project::create(file.toStdString());
            ProjectRecorder recorder(*project);
            const Run run =
                runExperiment(spec, *fixture.document.data(), fixture.catalog, fixture.searches, {}, context, recorder);
            project->finishRun(recorder.runId(), run);
        }
        ExperimentDocument second(fixture.catalog, fixture.searches, fixture.jobs);
        second.openProject(file.toStdString());
        QTRY_VERIFY(second.data());
        QVERIFY(second.spec().pipeline == spec.pipeline);
        QCOMPARE(second.spec().data.roles.target, spec.data.roles.target);
    }

    void offersToGoOnWithARunThatWasInterrupted() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        ExperimentSpec spec = fixture.document.spec();
        spec.name = "broken off";
        const QString file = fixture.folder.filePath("broken.holdout");
        SilentProgress silent;
        RunObserver nobody;
        JobContext context{{}, {}, silent, Seed{}};
        const ReadResult& data = *fixture.document.data();
        const Run unbroken = runExperiment(spec, data, fixture.catalog, fixture.searches, {}, context, nobody);
        std::int64_t id = 0;
        {  // as a crash leaves it: begun, one fold there, no end
            const auto project = Project::create(file.toStdString());
            id = project->beginRun(unbroken);
            project->recordFold(id, unbroken.evaluation.folds.front());
        }
        ExperimentDocument second(fixture.catalog, fixture.searches, fixture.jobs);
        QSignalSpy interrupted(&second, &ExperimentDocument::runInterrupted);
        second.openProject(file.toStdString());
        QTRY_COMPARE(interrupted.count(), 1);
        QCOMPARE(interrupted.front().at(0).toLongLong(), qlonglong{id});
        QCOMPARE(interrupted.front().at(1).toString(), QString("broken off"));
        second.resume(id);
        QTRY_COMPARE_WITH_TIMEOUT(second.runs().size(), std::size_t{1}, 30000);
        QCOMPARE(QString::fromStdString(firstDifference(unbroken, *second.runs().front())), QString());

        ExperimentDocument third(fixture.catalog, fixture.searches, fixture.jobs);
        QSignalSpy again(&third, &ExperimentDocument::runInterrupted);
        third.openProject(file.toStdString());
        QTRY_VERIFY(third.data());
        QCOMPARE(again.count(), 0);  // it has come to its end
    }

    void goesOnInACopyOfAProjectThatMayNotBeWritten() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const QString file = fixture.folder.filePath("locked.holdout");
        fixture.document.saveAs(file.toStdString());
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner));
        ExperimentDocument second(fixture.catalog, fixture.searches, fixture.jobs);
        QSignalSpy failed(&second, &ExperimentDocument::failed), changed(&second, &ExperimentDocument::projectChanged);
        second.openProject(file.toStdString());
        QTRY_VERIFY(second.data());
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.front().at(0).toString().contains("may be read but not written"));
        QVERIFY(second.projectPath() != file.toStdString());
        second.edit("name", [](ExperimentSpec& spec) { spec.name = "renamed"; });
        second.saveAs(fixture.folder.filePath("free.holdout").toStdString());
        QCOMPARE(failed.count(), 1);
        QVERIFY(QFile::exists(fixture.folder.filePath("free.holdout")));
    }

    void aJobMayOutliveItsDocument() {
        DocumentFixture fixture;
        QSignalSpy idle(&fixture.jobs, &JobQueue::idle);
        {
            ExperimentDocument shortLived(fixture.catalog, fixture.searches, fixture.jobs);
            shortLived.openData(fixture.dataPath().toStdString());
        }
        QVERIFY(idle.wait(10000));
        QVERIFY(fixture.jobs.isIdle());
    }
};

QTEST_MAIN(DocumentTest)
#include "test_document.moc"
