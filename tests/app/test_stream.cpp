// SPDX-License-Identifier: GPL-3.0-or-later
// Files larger than memory, by the command line: profile --stream, sample and stream.
#include <signal.h>

#include "base/seed.h"
#include "cli_process.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

/// The answer is yes about as often as the logistic of 2 x - z + (kind is b).
std::string clicks(int rows) {
    RandomStream random(Seed{12});
    std::string text = "x,z,kind,click\n";
    for (int i = 0; i < rows; ++i) {
        const double x = random.normal(), z = random.normal();
        const bool b = random.uniform() < 0.5;
        const bool yes = random.uniform() < 1 / (1 + std::exp(-(2 * x - z + b)));
        text += (i % 13 == 5 ? "" : std::to_string(x)) + "," + std::to_string(10 + z) + (b ? ",b," : ",a,") + (yes ? "yes\n" : "no\n");
    }
    return text;
}

json specification(const json& model) {
    return {{"data", {{"source", "clicks.csv"}, {"target", "click"}}},
            {"prepare", {{{"step", "impute"}}, {{"step", "standardize"}}, {{"step", "one-hot"}}}},
            {"model", model},
            {"seed", 3}};
}

}  // namespace

class StreamTest : public QObject {
    Q_OBJECT
    Folder m_folder;

    QString spec(const QString& name, const json& model) const { return m_folder.write(name, specification(model).dump()); }

private slots:
    void initTestCase() { m_folder.write("clicks.csv", clicks(200'000)); }

    void trainsInPieces_data() {
        QTest::addColumn<QString>("model");
        QTest::newRow("sgd") << R"({"id": "sgd"})";
        QTest::newRow("mlp") << R"({"id": "mlp", "layers": [8], "epochs": 3})";
    }
    void trainsInPieces() {
        QFETCH(QString, model);
        const QString path = spec("stream.json", json::parse(model.toStdString())), saved = m_folder.path("stream.model");
        const Outcome done = cli({"stream", path, "--model", saved, "--chunk-mb", "1", "--json", "--quiet", "--out", m_folder.path("out.json")});
        QVERIFY2(done.code == 0, done.text());
        const json result = done.json();
        QVERIFY(result == json::parse(m_folder.read("out.json")));
        QVERIFY(result.at("complete") == true);
        QCOMPARE(result.at("rows").at("trained"), json(180'000));
        QCOMPARE(result.at("rows").at("held_out"), json(20'000));
        QVERIFY(result.at("trace").size() >= 3);
        const json& accuracy = result.at("metrics").at("accuracy");
        QVERIFY2(accuracy.at("held_out") > 0.75 && accuracy.at("prequential") > 0.75, done.text());
        QVERIFY(accuracy.at("low") < accuracy.at("held_out") && accuracy.at("held_out") < accuracy.at("high"));
        QVERIFY(!accuracy.at("interval").get<std::string>().empty());
        // The saved model predicts as any other.
        m_folder.write("new.csv", "x,z,kind\n3,10,b\n-3,10,a\n");
        const Outcome predicted = cli({"predict", saved, m_folder.path("new.csv"), "-o", m_folder.path("said.csv"), "--quiet"});
        QVERIFY2(predicted.code == 0, predicted.text());
        const std::string said = m_folder.read("said.csv");
        QVERIFY2(said.find("\n1,yes") != std::string::npos && said.find("\n2,no") != std::string::npos, said.c_str());
    }

    void sameBitsOnAnyThreads() {
        const QString path = spec("threads.json", {{"id", "sgd"}});
        std::vector<std::string> models;
        for (const char* threads : {"1", "2", "8"}) {
            const QString saved = m_folder.path(QString("model") + threads);
            const Outcome done = cli({"stream", path, "--model", saved, "--chunk-mb", "1", "--threads", threads, "--quiet"});
            QVERIFY2(done.code == 0, done.text());
            models.push_back(m_folder.read(QString("model") + threads));
        }
        QVERIFY(models[0] == models[1] && models[0] == models[2]);
    }

    void whatCannotBeStreamedIsNamed() {
        const auto problem = [&](const json& spec) {
            const Outcome done = cli({"stream", m_folder.write("bad.json", spec.dump()), "--model", m_folder.path("none.model"), "--quiet"});
            return done.code == 1 ? done.err : QString("code %1").arg(done.code);
        };
        QVERIFY2(problem(specification({{"id", "svm"}})).contains("sgd"), qPrintable(problem(specification({{"id", "svm"}}))));
        json tuned = specification({{"id", "sgd"}});
        tuned["tune"] = {{"search", "random"}, {"trials", 2}, {"space", {{"lambda", {{"low", 1e-4}, {"high", 1}}}}}};
        QVERIFY(problem(tuned).contains("tune"));
        QVERIFY(!QFile::exists(m_folder.path("none.model")));
    }

    /// Ctrl-C ends the training; the model so far is there and predicts.
    void interruptKeepsTheModel() {
        std::string text = clicks(200'000);
        const std::string rows = text.substr(text.find('\n') + 1);
        for (int i = 0; i < 30; ++i) text += rows;
        m_folder.write("clicks_long.csv", text);
        json own = specification({{"id", "mlp"}, {"layers", {64, 64}}, {"epochs", 1}});
        own["data"]["source"] = "clicks_long.csv";
        QProcess process;
        process.start(HOLDOUT_CLI, {"stream", m_folder.write("long.json", own.dump()), "--model", m_folder.path("long.model"), "--chunk-mb", "1", "--json"});
        QVERIFY(process.waitForStarted());
        QTest::qWait(4000);
        QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError());
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60'000));
        const QByteArray out = process.readAllStandardOutput();
        QVERIFY2(process.exitCode() == 130, process.readAllStandardError());
        const json result = json::parse(out.toStdString());
        QVERIFY(result.at("complete") == false);
        QVERIFY(result.at("rows").at("trained") > 0 && result.at("rows").at("trained") < 5'500'000);
        m_folder.write("one.csv", "x,z,kind\n3,10,b\n");
        QCOMPARE(cli({"predict", m_folder.path("long.model"), m_folder.path("one.csv"), "-o", m_folder.path("one_said.csv"), "--quiet"}).code, 0);
        QFile::remove(m_folder.path("clicks_long.csv"));
    }

    void samplesAndProfiles() {
        const Outcome sampled = cli({"sample", m_folder.path("clicks.csv"), "--rows", "1000", "-o", m_folder.path("some.csv"), "--json", "--quiet"});
        QVERIFY2(sampled.code == 0, sampled.text());
        QCOMPARE(sampled.json().at("rows"), json(1000));
        QCOMPARE(sampled.json().at("of"), json(200'000));
        const std::string rows = m_folder.read("some.csv");
        QCOMPARE(std::count(rows.begin(), rows.end(), '\n'), 1001);
        const json whole = cli({"profile", m_folder.path("clicks.csv"), "--json", "--quiet"}).json();
        const Outcome done = cli({"profile", m_folder.path("clicks.csv"), "--stream", "--json", "--quiet"});
        QVERIFY2(done.code == 0, done.text());
        const json pieces = done.json();
        QCOMPARE(pieces.at("sampled_rows"), json(100'000));
        QCOMPARE(pieces.at("rows"), whole.at("rows"));
        for (std::size_t c = 0; c < 4; ++c)
            for (const char* key : {"name", "type", "missing", "min", "max"}) QVERIFY(pieces.at("columns")[c].at(key) == whole.at("columns")[c].at(key));
        QVERIFY(pieces.at("columns")[3].at("top") == whole.at("columns")[3].at("top"));
    }
};

QTEST_GUILESS_MAIN(StreamTest)
#include "test_stream.moc"
