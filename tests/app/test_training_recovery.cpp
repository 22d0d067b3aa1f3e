// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>

#include "cli_process.h"
#include "experiment/project.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

const char* const specification =
    R"({"name": "net", "data": {"source": "toy.csv", "target": "y", "task": "classification"},
 "prepare": [{"step": "standardize"}, {"step": "one-hot"}],
 "model": {"id": "mlp", "layers": [64, 64], "epochs": 600, "patience": 100000, "dropout": 0.1, "batch_norm": true},
 "validate": {"split": "hold-out"}, "metrics": ["accuracy", "log-loss"], "seed": 11})";

}  // namespace

/// Kills the command line while a network trains: resumed, it goes on at the last checkpoint, and ends with the bits of
/// the run that was never interrupted.
class TrainingRecoveryTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    Folder m_folder;
    QString m_spec;
    Run m_whole;
    json m_result;

    Run loaded(const QString& project) const {
        return Project::open(project.toStdString())->loadRun(1, m_catalog, m_searches);
    }

    static std::string checkpointOf(const QString& project) {
        try {
            const auto open = Project::open(project.toStdString());
            return open->runs().empty() ? std::string() : open->checkpoint(1);
        } catch (const Error&) {
            return {};  // the project is still being made
        }
    }

private slots:
    void initTestCase() {
        m_folder.write("toy.csv", toCsv(toyTable(4000, 12, Task::Classification)));
        m_spec = m_folder.write("net.json", specification);
        const Outcome whole = cli({"run", m_spec, "--project", m_folder.path("whole.holdout"), "--json", "-q"});
        QVERIFY2(whole.code == 0, whole.text());
        m_result = lasting(whole.json());
        m_whole = loaded(m_folder.path("whole.holdout"));
        QVERIFY(checkpointOf(m_folder.path("whole.holdout")).empty());
    }

    void goesOnAtTheCheckpoint() {
        const QString path = m_folder.path("killed.holdout");
        QProcess process;
        process.start(HOLDOUT_CLI, {"run", m_spec, "--project", path, "-q"});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(path.toStdString()) && !checkpointOf(path).empty(), 60'000);
        process.kill();
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);

        const json kept = json::parse(checkpointOf(path));
        const auto epoch = kept.at("epoch").get<std::int64_t>();
        qInfo("killed after a checkpoint at epoch %lld", static_cast<long long>(epoch));
        QVERIFY(epoch > 0 && epoch < 600);
        const Outcome resumed = cli({"run", "--project", path, "--resume", "1", "--json", "-q"});
        QVERIFY2(resumed.code == 0, resumed.text());
        QVERIFY(lasting(resumed.json()) == m_result);
        QCOMPARE(firstDifference(m_whole, loaded(path)), std::string());
        QVERIFY(loaded(path).model->save() == m_whole.model->save());
        QVERIFY(checkpointOf(path).empty());
    }
};

QTEST_GUILESS_MAIN(TrainingRecoveryTest)
#include "test_training_recovery.moc"
