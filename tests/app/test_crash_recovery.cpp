// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QThread>

#include "cli_process.h"
#include "experiment/project.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

const char* const specification = R"({"name": "crash", "data": {"source": "toy.csv", "target": "y", "task": "classification"},
 "prepare": [{"step": "standardize"}, {"step": "one-hot"}], "model": {"id": "mlp", "epochs": 12},
 "validate": {"split": "k-fold", "folds": 4}, "metrics": ["accuracy", "log-loss"],
 "tune": {"search": "random", "trials": 12, "metric": "log-loss", "space": {"learning_rate": {"low": 1e-4, "high": 0.1, "scale": "log"}}},
 "seed": 11})";

}  // namespace

/// Kills the command line at random moments of a tuning run: what had finished is there, and the run, resumed, ends with
/// the bits of the unbroken one. HOLDOUT_KILLS sets how often; the moments follow from the number of the kill.
class CrashRecoveryTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    Folder m_folder;
    QString m_spec;
    qint64 m_milliseconds = 0;  ///< of the unbroken run
    Run m_whole;
    json m_result;

    Run loaded(const QString& project) const {
        return Project::open(project.toStdString())->loadRun(1, m_catalog, m_searches);
    }

    /// True when the process died of the kill.
    bool killedAfter(qint64 milliseconds, const QString& project) const {
        QProcess process;
        process.start(HOLDOUT_CLI, {"run", m_spec, "--project", project, "-q"});
        process.waitForStarted();
        QThread::msleep(static_cast<unsigned long>(milliseconds));
        process.kill();
        process.waitForFinished();
        return process.exitStatus() == QProcess::CrashExit;
    }

    /// How many trials and folds had been kept. Those must be the unbroken run's.
    std::size_t checkKept(const Project& project) const {
        const Finished kept = project.finishedParts(1);
        for (const Trial& trial : kept.trials) {
            const Trial& before = m_whole.study->trials.at(trial.number);
            if (trial.params != before.params || !sameBits(trial.score, before.score))
                throw Error("Trial " + std::to_string(trial.number) + " is not that of the unbroken run.");
        }
        return kept.trials.size() + kept.folds.size();
    }

private slots:
    void initTestCase() {
        m_folder.write("toy.csv", toCsv(toyTable(1500, 12, Task::Classification)));
        m_spec = m_folder.write("crash.json", specification);
        QElapsedTimer timer;
        timer.start();
        const Outcome whole = cli({"run", m_spec, "--project", m_folder.path("whole.holdout"), "--json", "-q"});
        m_milliseconds = timer.elapsed();
        QVERIFY2(whole.code == 0, whole.text());
        m_result = lasting(whole.json());
        m_whole = loaded(m_folder.path("whole.holdout"));
        QCOMPARE(m_whole.study->trials.size(), 12U);
    }

    void survivesKills_data() {
        QTest::addColumn<int>("kill");
        const int kills = qEnvironmentVariableIsSet("HOLDOUT_KILLS") ? qEnvironmentVariableIntValue("HOLDOUT_KILLS") : 6;
        for (int i = 0; i < kills; ++i) QTest::addRow("kill %d", i) << i;
    }

    void survivesKills() {
        QFETCH(int, kill);
        const QString path = m_folder.path(QString("killed_%1.holdout").arg(kill));
        RandomStream random(Seed{17}.derive("kill", static_cast<std::uint64_t>(kill)));
        const auto moment = static_cast<qint64>(random.below(static_cast<std::uint64_t>(m_milliseconds)));
        const bool isKilled = killedAfter(moment, path);
        QStringList arguments = {"run", m_spec, "--project", path};
        bool isFinished = false;
        std::size_t kept = 0;
        if (std::filesystem::exists(path.toStdString())) {
            const auto project = Project::open(path.toStdString());
            if (const auto runs = project->runs(); !runs.empty()) {
                isFinished = runs.front().state == RunState::Finished;
                QVERIFY(isFinished || isKilled);
                kept = checkKept(*project);
                arguments = {"run", "--project", path, "--resume", "1"};
            }
        }
        qInfo("killed after %lld of %lld ms: %zu trials and folds kept", static_cast<long long>(moment),
              static_cast<long long>(m_milliseconds), kept);
        if (!isFinished) {
            const Outcome resumed = cli(arguments + QStringList{"--json", "-q"});
            QVERIFY2(resumed.code == 0, resumed.text());
            QVERIFY(lasting(resumed.json()) == m_result);
        }
        QCOMPARE(firstDifference(m_whole, loaded(path)), std::string());
    }
};

QTEST_GUILESS_MAIN(CrashRecoveryTest)
#include "test_crash_recovery.moc"
