// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QTimer>

#include <nlohmann/json.hpp>

#include "pages/data/data_page.h"
#include "pages/start/import_dialog.h"
#include "shell/main_window.h"
#include "shell/message_banner.h"
#include "theme/widgets.h"
#include "window_bench.h"

using namespace holdout;
using namespace holdout::test;

class MainWindowTest : public QObject {
    Q_OBJECT

    /// A window on a document, as main makes them.
    struct Opened {
        explicit Opened(Bench& bench) : theme(*qApp), document(bench.catalog, bench.searches, bench.jobs), window(document, theme, 2) {
            window.show();
        }
        Theme theme;
        ExperimentDocument document;
        MainWindow window;
    };

private slots:
    void beginsAtTheStart() {
        Bench bench;
        Opened opened(bench);
        QCOMPARE(opened.window.currentPage(), "start");
        QVERIFY(!opened.window.findChild<QPushButton*>("run")->isEnabled());
    }

    void openingDataLeadsToTheFirstPageAndAllowsToRun() {
        Bench bench;
        Opened opened(bench);
        const auto data = bench.write("messy.csv", messyCsv(120));
        QSignalSpy profiled(&opened.document, &ExperimentDocument::profileChanged);
        opened.window.openPath(data);
        QVERIFY(profiled.count() > 0 || profiled.wait(20'000));
        QCOMPARE(opened.document.spec().data.roles.target, "survived");
        QTRY_COMPARE(opened.window.currentPage(), "data");
        QVERIFY(opened.window.findChild<QPushButton*>("run")->isEnabled());
    }

    void theRailAndTheKeyboardWalkThroughThePages() {
        Bench bench;
        Opened opened(bench);
        for (const char* id : {"data", "prepare", "model", "train", "evaluate", "tune", "compare"}) {
            auto* entry = opened.window.findChild<QAbstractButton*>(QString("rail.") + id);
            QVERIFY2(entry, id);
            QTest::mouseClick(entry, Qt::LeftButton);
            QCOMPARE(opened.window.currentPage(), id);
        }
        auto* model = opened.window.findChild<QAbstractButton*>("rail.model");
        opened.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&opened.window));
        QTest::mouseClick(model, Qt::LeftButton);
        model->setFocus();
        QTest::keyClick(model, Qt::Key_Down);
        QCOMPARE(opened.window.currentPage(), "train");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QCOMPARE(opened.window.currentPage(), "prepare");
    }

    void aBadFileIsExplainedAndNothingIsLost() {
        Bench bench;
        Opened opened(bench);
        QVERIFY(Bench::open(opened.document, bench.write("messy.csv", messyCsv(120))));
        const ExperimentSpec before = opened.document.spec();
        QSignalSpy failed(&opened.document, &ExperimentDocument::failed);
        opened.window.openPath(bench.write("empty.csv", ""));
        QVERIFY(failed.count() > 0 || failed.wait(20'000));
        const QStringList messages = opened.window.findChild<MessageBanner*>()->messages();
        QCOMPARE(messages.size(), 1);
        QVERIFY(messages.first().contains("empty"));
        QVERIFY(opened.document.spec() == before);
        QVERIFY(opened.document.data());
    }

    void aProjectOfAHugeFileAsksHowToOpenItUntilItIsKnown() {
        Bench bench;
        Opened opened(bench);
        const auto data = bench.write("huge.csv", "a,b\n1,2\n");
        std::error_code refused;
        std::filesystem::resize_file(data, std::uintmax_t{1} << 42, refused);
        if (refused) QSKIP("This file system holds no file of 4 TB, even one with a hole.");
        const auto path = data.parent_path() / "huge.holdout";
        ExperimentSpec spec;
        spec.data.source = data.string();
        Project::create(path)->setSpecification(specToJson(spec));
        auto* banner = opened.window.findChild<MessageBanner*>();
        opened.window.openPath(path);
        QTRY_COMPARE(banner->messages().size(), 1);
        QVERIFY(banner->messages().first().contains("hardly fits"));
        banner->findChild<QPushButton*>()->click();
        QTRY_COMPARE(banner->messages().size(), 0);
        auto* dialog = opened.window.findChild<ImportDialog*>();
        QVERIFY(dialog && dialog->findChild<QRadioButton*>("sample")->isEnabled());
        dialog->reject();
        QTRY_COMPARE(banner->messages().size(), 1);
        // The Data page does not pretend that nothing is open.
        banner->clear();
        opened.window.showPage("data");
        auto* empty = opened.window.findChild<DataPage*>()->findChild<EmptyState*>();
        QVERIFY(empty->findChild<QLabel*>()->text().contains("huge.csv"));
        empty->button()->click();
        QTRY_COMPARE(banner->messages().size(), 1);
        QVERIFY(banner->messages().first().contains("hardly fits"));
    }

    void theWindowGivesTheSameBitsAsTheRunner() {
        Bench bench;
        Opened opened(bench);
        const auto data = bench.write("messy.csv", messyCsv(200));
        QVERIFY(Bench::open(opened.document, data));
        opened.document.edit("tune", [](ExperimentSpec& spec) {
            spec.pipeline.model.params.set("penalty", std::string("elastic-net"));
            spec.tune = TuneSpec{.search = "grid"};
            spec.tune->space = {{.name = "l1_ratio", .low = 0, .high = 1, .steps = 3},
                                {.name = "lambda", .low = 1e-3, .high = 1, .scale = Scale::Log, .steps = 4}};
        });
        QVERIFY(Bench::run(opened.document, ExperimentDocument::RunKind::Tune));
        const Run& fromWindow = *opened.document.runs().back();
        QCOMPARE(fromWindow.study->trials.size(), 12U);

        SilentProgress silent;
        RunObserver nobody;
        std::string difference = "not run";
        bench.arena.run([&] {
            JobContext context{{}, {}, silent, Seed{1}};
            const ReadResult read = readData(fromWindow.spec.data, bench.catalog.edits, data.parent_path(), context);
            const Run again = runExperiment(fromWindow.spec, read, bench.catalog, bench.searches, {}, context, nobody);
            difference = firstDifference(fromWindow, again);
        });
        QCOMPARE(difference, "");
    }

    void undoTakesBackAnEditFromTheButton() {
        Bench bench;
        Opened opened(bench);
        QVERIFY(Bench::open(opened.document, bench.write("messy.csv", messyCsv(120))));
        const ExperimentSpec before = opened.document.spec();
        opened.document.edit("name", [](ExperimentSpec& spec) { spec.name = "renamed"; });
        auto* undo = opened.window.findChild<QPushButton*>("undo");
        QVERIFY(undo->isEnabled());
        QTest::mouseClick(undo, Qt::LeftButton);
        QVERIFY(opened.document.spec() == before);
    }

    /// A profile in the background, a preview: nobody would miss them.
    void whatNobodyAskedForDoesNotStandInTheWayOfClosing() {
        Bench bench;
        Opened opened(bench);
        std::atomic<int> working = 0;
        for (const JobLane lane : {JobLane::Aside, JobLane::Background}) {
            JobQueue::Request endless;
            endless.lane = lane;
            endless.work = [&](JobContext& context) {
                ++working;
                while (true) context.throwIfStopped();
            };
            bench.jobs.submit(std::move(endless));
        }
        QTRY_COMPARE(working, 2);
        opened.window.close();
        QVERIFY(!QApplication::activeModalWidget());
        QTRY_VERIFY(!opened.window.isVisible());
        QVERIFY(bench.jobs.isIdle());
    }

    void closingWhileWorkRunsAsksStopsAndKeepsWhatFinished() {
        Bench bench;
        Opened opened(bench);
        std::atomic<bool> isWorking = false;
        JobQueue::Request endless;
        endless.title = "Endless";
        endless.work = [&](JobContext& context) {
            isWorking = true;
            while (true) context.throwIfStopped();
        };
        bench.jobs.submit(std::move(endless));
        QTRY_VERIFY(isWorking);
        QTimer::singleShot(0, this, [] {
            auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(question);
            QTest::mouseClick(question->buttons().first(), Qt::LeftButton);
        });
        QSignalSpy idle(&bench.jobs, &JobQueue::idle);
        opened.window.close();
        QVERIFY(idle.count() > 0 || idle.wait(5000));
        QTRY_VERIFY(!opened.window.isVisible());
    }
};

QTEST_MAIN(MainWindowTest)
#include "test_main_window.moc"
