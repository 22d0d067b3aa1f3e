// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/spec_file.h"

#include <QProcess>
#include <nlohmann/json.hpp>

#include "document_fixture.h"

using namespace holdout;

class SpecFileTest : public QObject {
    Q_OBJECT
private slots:
    void holdsTheWholeExperiment() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        const std::filesystem::path path = fixture.folder.filePath("experiment.json").toStdString();
        writeSpecification(fixture.document.spec(), path);
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto written = nlohmann::json::parse(file.readAll().toStdString());
        const ExperimentSpec back = specFromJson(written, fixture.catalog, fixture.searches);
        QVERIFY(specToJson(back) == specToJson(fixture.document.spec()));
    }

    /// What the command line makes of the file scores as the window does, to the last bit.
    void theCommandLineGetsTheSameNumbers() {
        DocumentFixture fixture;
        QVERIFY(fixture.openData());
        QSignalSpy idle(&fixture.jobs, &JobQueue::idle);
        fixture.document.run(ExperimentDocument::RunKind::Evaluate);
        QVERIFY(idle.wait(20000));
        const QString spec = fixture.folder.filePath("experiment.json"), out = fixture.folder.filePath("result.json");
        writeSpecification(fixture.document.spec(), spec.toStdString());
        QProcess cli;
        cli.start(HOLDOUT_CLI, {"run", spec, "--out", out});
        QVERIFY(cli.waitForFinished(60000));
        QVERIFY2(cli.exitCode() == 0, cli.readAllStandardError().constData());
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto result = nlohmann::json::parse(file.readAll().toStdString());
        const auto run = fixture.document.currentRun();
        QVERIFY(run);
        const std::vector<FoldResult>& folds = run->evaluation.folds;
        for (const auto& [id, metric] : result.at("metrics").items()) {
            const auto scores = metric.at("folds").get<std::vector<double>>();
            QCOMPARE(scores.size(), folds.size());
            for (std::size_t i = 0; i < folds.size(); ++i) QVERIFY(scores[i] == folds[i].scores.at(id));
        }
    }

    void saysWhichFileCannotBeWritten() {
        try {
            writeSpecification({}, "/nowhere/experiment.json");
            QFAIL("wrote into a folder that is not there");
        } catch (const Error& error) {
            QVERIFY(QString::fromStdString(error.what()).contains("/nowhere"));
        }
    }
};

QTEST_MAIN(SpecFileTest)
#include "test_spec_file.moc"
