// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "data/file_format.h"
#include "experiment/project.h"
#include "noisy_line.h"
#include "read_fixture.h"

using namespace holdout;
using holdout::test::errorOf;
using holdout::testing::noisyLine;
namespace fs = std::filesystem;

namespace {

ExperimentSpec smallSpec() {
    ExperimentSpec spec;
    spec.name = "small";
    spec.data.source = "small.csv";
    spec.data.roles.target = "y";
    spec.data.task = Task::Regression;
    spec.pipeline.model.id = "ridge";
    spec.tune = TuneSpec{.search = "grid", .params = {}, .metric = {}, .space = {{.name = "lambda", .low = 0.01, .high = 1, .scale = Scale::Log, .choices = {}, .steps = 4}}};
    return spec;
}

}  // namespace

class ProjectTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Run ran(RunObserver& observer, const Finished& finished = {}) const {
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        return runExperiment(smallSpec(), noisyLine(), m_catalog, m_searches, finished, context, observer);
    }

private slots:
    void keepsARunToTheLastBit() {
        const auto project = Project::create(path("a.holdout"));
        ProjectRecorder recorder(*project);
        const Run run = ran(recorder);
        project->finishRun(recorder.runId(), run);
        const Run loaded = Project::open(path("a.holdout"))->loadRun(recorder.runId(), m_catalog, m_searches);
        QCOMPARE(firstDifference(run, loaded), std::string());
        QVERIFY(loaded.spec == run.spec);
        QCOMPARE(loaded.evaluation.folds.size(), 10U);
        QCOMPARE(loaded.study->trials.size(), 4U);

        project->copyTo(path("copy.holdout"));
        QCOMPARE(firstDifference(run, Project::open(path("copy.holdout"))->loadRun(1, m_catalog, m_searches)), std::string());
    }

    /// Above a megabyte, so that the fingerprint is not known when the run begins.
    ReadResult largeData(const fs::path& at) const {
        {
            std::ofstream file(at);
            file << "x,y,note\n";
            const std::string note(30'000, '.');
            for (int i = 0; i < 40; ++i) file << i % 7 << ',' << i % 5 + i << ',' << i << note << '\n';
        }
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        ReadResult read = readTable(at, {}, context);
        read.table = Table({read.table.columnPtr(0), read.table.columnPtr(1)});
        return read;
    }

    void theFingerprintIsRecordedBesideTheTraining() {
        const ReadResult read = largeData(path("large.csv"));
        QVERIFY(!read.sha256.ifKnown());
        const auto project = Project::create(path("large.holdout"));
        ProjectRecorder recorder(*project);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        const Run run = runExperiment(smallSpec(), read, m_catalog, m_searches, {}, context, recorder);
        QCOMPARE(run.data.sha256, sha256OfFile(path("large.csv")));
        QVERIFY(project->runData(recorder.runId()) == run.data);  // before the run is written down as finished
    }

    void aRunOnAFileThatIsWrittenToWarnsAndHasNone() {
        const ReadResult read = largeData(path("growing.csv"));
        std::ofstream(path("growing.csv"), std::ios::app) << "1,2,3\n";
        RunObserver none;
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        const Run run = runExperiment(smallSpec(), read, m_catalog, m_searches, {}, context, none);
        QCOMPARE(run.data.sha256, std::string());
        QVERIFY(std::any_of(run.warnings.begin(), run.warnings.end(), [](const Warning& warning) {
            return warning.message.find("written to while it was being read") != std::string::npos;
        }));
        QVERIFY(!run.data.fingerprint.empty());  // of the table, which a replay compares
    }

    void keepsNotANumberAndNegativeZero() {
        const auto project = Project::create(path("nan.holdout"));
        RunObserver none;
        const std::int64_t id = project->beginRun(ran(none));
        Trial trial;
        trial.number = 3;
        trial.params = {{"lambda", 1.0}, {"depth", std::int64_t{1}}};
        trial.score = std::numeric_limits<double>::quiet_NaN();
        trial.folds = {-0.0, std::numeric_limits<double>::infinity(), 0.1, 5e-324};
        trial.scores["rmse"] = -0.0;
        project->recordTrial(id, trial);
        const Trial back = project->finishedParts(id).trials.at(0);
        QVERIFY(std::isnan(back.score));
        QVERIFY(back.params == trial.params);
        QVERIFY(std::memcmp(back.folds.data(), trial.folds.data(), 4 * sizeof(double)) == 0);
        QVERIFY(std::signbit(back.scores.at("rmse")));
    }

    void resumesToTheSameBits() {
        struct Collector : RunObserver {
            Finished parts;
            void trialFinished(const Trial& trial) override { parts.trials.push_back(trial); }
            void foldFinished(const FoldResult& fold) override { parts.folds.push_back(fold); }
        } all, rest;
        const Run whole = ran(all);
        Finished half = all.parts;
        half.folds.resize(6);
        const Run resumed = ran(rest, half);
        QCOMPARE(rest.parts.trials.size(), 0U);
        QCOMPARE(rest.parts.folds.size(), 4U);
        QCOMPARE(firstDifference(whole, resumed), std::string());
    }

    /// Ended by hand, left by a crash after two folds and resumed: as if those epochs had been asked for at first.
    void resumesATrainingThatWasEndedByHand() {
        ExperimentSpec spec = smallSpec();
        spec.tune.reset();
        spec.pipeline.model = {.id = "mlp", .params = {}};
        spec.pipeline.model.params.set("epochs", std::int64_t{200});
        struct EndAtFive : Progress {
            std::stop_source finish;
            void report(double, std::string_view) override {}
            void trace(const TracePoint& point) override {
                if (point.epoch == 5) finish.request_stop();
            }
        } progress;
        const auto project = Project::create(path("ended.holdout"));
        ProjectRecorder recorder(*project);
        JobContext context{{}, progress.finish.get_token(), progress, Seed{}};
        const Run ended = runExperiment(spec, noisyLine(), m_catalog, m_searches, {}, context, recorder);
        project->recordFold(recorder.runId(), ended.evaluation.folds[0]);
        project->recordFold(recorder.runId(), ended.evaluation.folds[1]);

        const ExperimentSpec kept = specFromJson(project->runSpecification(recorder.runId()), m_catalog, m_searches);
        QVERIFY(kept == ended.spec);
        QVERIFY(kept != spec);
        SilentProgress silent;
        JobContext later{{}, {}, silent, Seed{}};
        RunObserver none;
        const Finished parts = project->finishedParts(recorder.runId());
        const Run resumed = runExperiment(kept, noisyLine(), m_catalog, m_searches, parts, later, none);
        QCOMPARE(firstDifference(ended, resumed), std::string());
    }

    void namesTheFirstDifference() {
        RunObserver none;
        const Run before = ran(none);
        Run after = before;
        after.evaluation.folds[2].scores["rmse"] += 1e-12;
        QVERIFY(QString::fromStdString(firstDifference(before, after)).startsWith("rmse of fold 3 was "));
        after = before;
        after.data.byColumn[1].fingerprint = after.data.fingerprint = "other";
        QCOMPARE(firstDifference(before, after), std::string("the data differ: column y holds other cells"));
    }

    /// version-1.holdout was written by format 1 from version-1.json and small.csv beside it.
    void opensVersionOne() {
        fs::copy_file(HOLDOUT_FIXTURES "/experiment/version-1.holdout", path("one.holdout"));
        const auto project = Project::open(path("one.holdout"));
        QCOMPARE(project->runs().size(), 1U);
        const Run run = project->loadRun(1, m_catalog, m_searches);
        QCOMPARE(run.spec.name, std::string("small ridge"));
        QCOMPARE(run.study->trials.size(), 2U);
        QCOMPARE(run.evaluation.folds.size(), 3U);
        QVERIFY(std::abs(run.evaluation.scores.at("mae").mean - 0.39198928943480343) < 1e-15);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        const ReadResult read = readCsv(HOLDOUT_FIXTURES "/experiment/small.csv", {}, context);
        QCOMPARE(dataDifference(run.data, recordOf(read, "")), std::string());
        StepNotes notes;
        const Eigen::VectorXd predicted = run.model->predict(read.table, notes).values;
        QVERIFY((predicted - run.truth.values).cwiseAbs().mean() < 0.4);
        project->renameRun(1, "renamed");
        QCOMPARE(project->runs()[0].name, std::string("renamed"));
    }

    void readsWhatMayNotBeWritten() {
        const fs::path folder = path("locked %20?"), file = folder / "run #1.holdout";
        fs::create_directory(folder);
        RunObserver none;
        {
            const auto project = Project::create(file);
            project->finishRun(project->beginRun(ran(none)), ran(none));
        }
        for (const fs::path& marked : {file, folder}) {
            const fs::perms before = fs::status(marked).permissions();
            fs::permissions(marked, fs::perms::owner_read | fs::perms::owner_exec);
            const auto project = Project::open(file);
            QVERIFY(project->isReadOnly());
            QCOMPARE(firstDifference(ran(none), project->loadRun(1, m_catalog, m_searches)), std::string());
            QVERIFY(errorOf([&] { project->renameRun(1, "other"); }).find("cannot be written") != std::string::npos);
            fs::remove(path("written.holdout"));
            project->copyTo(path("written.holdout"));
            fs::permissions(marked, before);
        }
        const auto copy = Project::open(path("written.holdout"));
        QVERIFY(!copy->isReadOnly());
        copy->renameRun(1, "other");
        QCOMPARE(copy->runs().at(0).name, std::string("other"));
    }

    void anEmptyFileIsAnEmptyProject() {
        std::ofstream(path("empty.holdout")).flush();
        const auto project = Project::open(path("empty.holdout"));
        QVERIFY(project->runs().empty());
        RunObserver none;
        QCOMPARE(project->beginRun(ran(none)), std::int64_t{1});
        QCOMPARE(Project::open(path("empty.holdout"))->runs().size(), 1U);
    }

    void refusesWhatItCannotUse() {
        std::ofstream(path("text.holdout")) << "This is text, and long enough to be more than the header of a database file, by far.";
        QVERIFY(errorOf([&] { Project::open(path("text.holdout")); }).find("no Holdout project") != std::string::npos);
        SQLite::Database(path("other.holdout").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (a)");
        QVERIFY(errorOf([&] { Project::open(path("other.holdout")); }).find("no Holdout project") != std::string::npos);
        Project::create(path("newer.holdout"));
        SQLite::Database(path("newer.holdout").string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
        QVERIFY(errorOf([&] { Project::open(path("newer.holdout")); }).find("Install a newer version") != std::string::npos);
        QVERIFY(errorOf([&] { Project::open(path("absent.holdout")); }).find("no such file") != std::string::npos);
        QVERIFY(errorOf([&] { Project::create(path("no/such/folder.holdout")); }).find("folder exists") != std::string::npos);
        QVERIFY(errorOf([&] { Project::create(path("b.holdout"))->loadRun(7, m_catalog, m_searches); }).find("no run 7") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ProjectTest)
#include "test_project.moc"
