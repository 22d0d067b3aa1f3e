// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli_process.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

constexpr int failed = 1, badUsage = 2;

json specification(const std::string& source) {
    return {{"name", "toy"},
            {"data", {{"source", source}, {"target", "y"}, {"task", "classification"}}},
            {"prepare",
             {{{"step", "impute"}, {"columns", "numbers"}, {"with", "median"}},
              {{"step", "impute"}, {"columns", "categories"}, {"with", "most-frequent"}},
              {{"step", "standardize"}},
              {{"step", "one-hot"}}}},
            {"model", {{"id", "logistic"}, {"penalty", "l2"}, {"lambda", 0.01}}},
            {"validate", {{"split", "k-fold"}, {"folds", 4}}},
            {"metrics", {"accuracy", "log-loss"}},
            {"seed", 7}};
}

json tuned(json spec) {
    spec["tune"] = {{"search", "grid"},
                    {"metric", "log-loss"},
                    {"space", {{"lambda", {{"low", 1e-4}, {"high", 1}, {"scale", "log"}, {"steps", 3}}}}}};
    return spec;
}

}  // namespace

class CliTest : public QObject {
    Q_OBJECT
    Folder m_folder;

    QString specFile(const QString& name, const json& spec) const { return m_folder.write(name, spec.dump()); }
    QString toySpec() const { return specFile("toy.json", specification("toy.csv")); }

private slots:
    void initTestCase() { m_folder.write("toy.csv", toCsv(toyTable(120, 4, Task::Classification))); }

    void resultHasTheKeysOfTheContract() {
        const QString spec = specFile("tuned.json", tuned(specification("toy.csv")));
        const QString predictions = m_folder.path("held_out.csv");
        const Outcome done = cli({"run", spec, "--json", "--quiet", "--out", m_folder.path("out.json"), "--predictions", predictions});
        QVERIFY2(done.code == 0, done.text());
        const json result = done.json();
        QVERIFY(result == json::parse(m_folder.read("out.json")));
        for (const char* const metric : {"accuracy", "log-loss"}) {
            const json& score = result.at("metrics").at(metric);
            QCOMPARE(score.at("folds").size(), 4U);
            QVERIFY(score.at("low") < score.at("mean") && score.at("mean") < score.at("high"));
            QVERIFY(score.at("sd") > 0.0);
            QVERIFY(!score.at("interval").get<std::string>().empty());
        }
        QVERIFY(result["metrics"]["accuracy"]["mean"] > 0.75);
        QCOMPARE(result.at("data").at("rows"), json(120));
        QCOMPARE(result["data"].at("columns"), json(6));
        QCOMPARE(result["data"].at("sha256").get<std::string>().size(), 64U);
        QVERIFY(result.at("warnings").is_array() && result.at("seconds") > 0.0 && result.at("threads") > 0);
        QCOMPARE(result.at("seed"), json(7));
        QCOMPARE(result.at("predictions").get<std::string>(), predictions.toStdString());
        QVERIFY(!result.at("version").get<std::string>().empty());
        const json& trials = result.at("tune").at("trials");
        QCOMPARE(trials.size(), 3U);
        json best;
        for (const json& trial : trials) {
            QCOMPARE(trial.at("state"), json("complete"));
            QCOMPARE(trial.at("folds").size(), 4U);
            if (best.is_null() || trial.at("score") < best.at("score")) best = trial;
        }
        QVERIFY(result["tune"].at("best") == best.at("params"));
        const std::string rows = m_folder.read("held_out.csv");
        QCOMPARE(std::count(rows.begin(), rows.end(), '\n'), 121);
    }

    void threadsChangeNoBit() {
        const QString spec = specFile("tuned.json", tuned(specification("toy.csv")));
        json first;
        for (const char* const threads : {"1", "2", "8"}) {
            const Outcome done = cli({"run", spec, "--json", "-q", "--threads", threads});
            QVERIFY2(done.code == 0, done.text());
            if (first.is_null()) first = lasting(done.json());
            QVERIFY(lasting(done.json()) == first);
        }
        const Outcome other = cli({"run", spec, "--json", "-q", "--seed", "8"});
        QVERIFY(lasting(other.json())["metrics"] != first["metrics"]);
    }

    void replayFindsTheSameBitsOrTheChangedColumn() {
        const QString project = m_folder.path("replay.holdout");
        const Outcome done = cli({"run", toySpec(), "--project", project, "-q"});
        QVERIFY2(done.code == 0, done.text());
        const Outcome same = cli({"replay", project, "-q"});
        QVERIFY2(same.code == 0 && same.out.contains("identical"), same.text());

        std::string text = m_folder.read("toy.csv");
        const std::size_t line = text.find('\n') + 1;
        text.replace(text.find(',', line) + 1, 1, "7");  // the second column of the first row: x1
        const QString changed = m_folder.write("changed.csv", text);
        const Outcome other = cli({"replay", project, "1", "--data", changed, "-q", "--json"});
        QVERIFY2(other.code == failed, other.text());
        QCOMPARE(other.json().at("identical"), json(false));
        QCOMPARE(other.json().at("difference").get<std::string>(), std::string("the data differ: column x1 holds other cells"));
    }

    void predictsFromProjectAndModelAlike() {
        const QString project = m_folder.path("predict.holdout"), model = m_folder.path("model.json");
        const Outcome done = cli({"run", toySpec(), "--project", project, "--model", model, "-q"});
        QVERIFY2(done.code == 0, done.text());
        for (const QString& from : {project, model}) {
            const Outcome predicted = cli({"predict", from, m_folder.path("toy.csv"), "-o", from + ".csv", "-q"});
            QVERIFY2(predicted.code == 0, predicted.text());
        }
        const std::string rows = m_folder.read("predict.holdout.csv");
        QCOMPARE(rows, m_folder.read("model.json.csv"));
        QVERIFY(rows.starts_with("row,predicted,probability of no,probability of yes\n1,"));
        QCOMPARE(std::count(rows.begin(), rows.end(), '\n'), 121);
        const QString lacking = m_folder.write("lacking.csv", "x0,x1\n1,2\n3,4\n");
        const Outcome refused = cli({"predict", project, lacking, "-o", m_folder.path("never.csv")});
        QVERIFY2(refused.code == failed && refused.err.contains("x2, x3, colour"), refused.text());
        QVERIFY(!std::filesystem::exists(m_folder.path("never.csv").toStdString()));
    }

    /// Categories 1, 2, 3 stay categories where the rows to predict hold nothing else, and codes of missing cells stay so.
    void predictReadsAsTrainingDid() {
        std::string text = "kind,x,y\n";
        for (int i = 0; i < 60; ++i)
            text += std::to_string(i % 3 + 1) + "," + (i == 7 ? "-999" : std::to_string(i % 7)) + "," + (i % 3 == 1 ? "yes" : "no") + "\n";
        m_folder.write("kinds.csv", text);
        json spec = specification("kinds.csv");
        spec["data"]["types"] = {{"kind", "category"}, {"y", "category"}};
        spec["data"]["missing"] = {"-999"};
        const QString model = m_folder.path("kinds.model"), project = m_folder.path("kinds.holdout");
        const Outcome done = cli({"run", specFile("kinds.json", spec), "--project", project, "--model", model, "-q"});
        QVERIFY2(done.code == 0, done.text());
        const QString rows = m_folder.write("two.csv", "kind,x\n2,-999\n3,3\n");
        const QString median = m_folder.write("median.csv", "kind,x\n2,\n3,3\n");
        for (const QString& from : {project, model}) {
            QCOMPARE(cli({"predict", from, rows, "-o", m_folder.path("a.csv"), "-q"}).code, 0);
            QCOMPARE(cli({"predict", from, median, "-o", m_folder.path("b.csv"), "-q"}).code, 0);
            QVERIFY(m_folder.read("a.csv").find("\n1,yes,") != std::string::npos);
            QVERIFY(m_folder.read("a.csv").find("\n2,no,") != std::string::npos);
            QCOMPARE(m_folder.read("a.csv"), m_folder.read("b.csv"));
        }
    }

    /// A Gaussian process says how far off it may be: further where it has seen no row.
    void predictionFilesHoldDeviations() {
        std::string text = "x,y\n";
        for (int i = 0; i < 40; ++i) text += std::to_string(i) + "," + std::to_string(i % 8 + i / 2) + "\n";
        m_folder.write("steps.csv", text);
        const json spec = {{"data", {{"source", "steps.csv"}, {"target", "y"}, {"task", "regression"}}},
                           {"model", {{"id", "gaussian-process"}}},
                           {"validate", {{"split", "k-fold"}, {"folds", 2}}}};
        const QString project = m_folder.path("process.holdout");
        const Outcome done = cli({"run", specFile("process.json", spec), "--project", project, "-q"});
        QVERIFY2(done.code == 0, done.text());
        const QString rows = m_folder.write("near_and_far.csv", "x\n20\n400\n"), out = m_folder.path("deviations.csv");
        const Outcome predicted = cli({"predict", project, rows, "-o", out, "-q"});
        QVERIFY2(predicted.code == 0, predicted.text());
        const QStringList lines = QString::fromStdString(m_folder.read("deviations.csv")).split('\n');
        QCOMPARE(lines.at(0).trimmed(), QString("row,predicted,standard deviation"));
        const double near = lines.at(1).split(',').at(2).toDouble(), far = lines.at(2).split(',').at(2).toDouble();
        QVERIFY2(near > 0 && far > 1.5 * near, qPrintable(QString("%1 and %2").arg(near).arg(far)));
    }

    void profileAndCatalogSpeakJson() {
        const Outcome profiled = cli({"profile", m_folder.path("toy.csv"), "--json", "-q"});
        QVERIFY2(profiled.code == 0, profiled.text());
        const json profile = profiled.json();
        QCOMPARE(profile.at("rows"), json(120));
        QCOMPARE(profile.at("columns").size(), 6U);
        for (const char* const key : {"name", "type", "missing", "distinct", "min", "max", "mean", "sd", "top"})
            QVERIFY2(profile["columns"][0].contains(key), key);
        for (const char* const key : {"kind", "delimiter", "encoding", "decimal", "header"})
            QVERIFY2(profile.at("format").contains(key), key);
        QVERIFY(profile.contains("bytes") && profile.contains("warnings"));

        const json catalog = cli({"catalog", "--json"}).json();
        for (const char* const kind : {"models", "steps", "splits", "metrics", "searches"}) QVERIFY2(!catalog.at(kind).empty(), kind);
        QCOMPARE(cli({"catalog", "splits", "--json"}).json().size(), 1U);
    }

    void badUsageEndsWithTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("unknown command") << QStringList{"rum"};
        QTest::newRow("unknown option") << QStringList{"profile", "a.csv", "--thread", "1"};
        QTest::newRow("no specification") << QStringList{"run"};
        QTest::newRow("resume without project") << QStringList{"run", "--resume", "1"};
        QTest::newRow("threads below zero") << QStringList{"profile", "a.csv", "--threads", "-1"};
        QTest::newRow("unknown kind") << QStringList{"catalog", "modles"};
        QTest::newRow("predict without out") << QStringList{"predict", "a.holdout", "b.csv"};
    }

    void badUsageEndsWithTwo() {
        QFETCH(QStringList, arguments);
        const Outcome refused = cli(arguments);
        QVERIFY2(refused.code == badUsage && !refused.err.isEmpty(), refused.text());
    }

    void badInputIsToldInASentence_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("words");
        const QByteArray good = QByteArray::fromStdString(m_folder.read("toy.csv"));
        QTest::newRow("empty file") << QByteArray() << "{}" << "empty";
        QTest::newRow("header alone") << QByteArray("x,y\n") << "{}" << "a header and no rows";
        QTest::newRow("binary file") << QByteArray("\x7f" "ELF\0\0\1\2\0\0\0\0\3\4\0\0\5", 17).repeated(50) << "{}" << "bad.csv";
        QTest::newRow("one class only") << QByteArray("x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n") << "{}" << "same class, \"a\"";
        QTest::newRow("target all missing") << QByteArray("x,y\n1,\n2,\n3,\n4,\n5,\n") << "{}" << "Every value of the target is missing";
        QTest::newRow("unknown target") << good << R"({"data": {"target": "z"}})" << "z";
        QTest::newRow("unknown parameter") << good << R"({"model": {"lamda": 1}})" << "Did you mean lambda";
        QTest::newRow("lambda below zero") << good << R"({"model": {"lambda": -1}})" << "lambda";
        QTest::newRow("unknown key") << good << R"({"modle": 1})" << "Did you mean model";
        QTest::newRow("metric of the other task") << good << R"({"metrics": ["rmse"]})" << "rmse is for regression";
        QTest::newRow("more folds than rows") << good << R"({"validate": {"folds": 500}})" << "folds";
        QTest::newRow("no file of data") << good << R"({"data": {"source": "absent.csv"}})" << "absent.csv";
    }

    void badInputIsToldInASentence() {
        QFETCH(QByteArray, text);
        QFETCH(QString, patch);
        QFETCH(QString, words);
        m_folder.write("bad.csv", text.toStdString());
        json spec = specification("bad.csv");
        spec.merge_patch(json::parse(patch.toStdString()));
        const Outcome refused = cli({"run", specFile("bad.json", spec), "--json", "-q"});
        QVERIFY2(refused.code == failed, refused.text());
        QVERIFY2(refused.err.contains(words), refused.text());
        QVERIFY(!refused.json().at("error").at("problem").get<std::string>().empty());
    }

    void oddColumnsAreWarnedOf_data() {
        QTest::addColumn<QString>("column");  // added to the toy table, a cell for each row in turn
        QTest::addColumn<QString>("warning");
        QTest::newRow("column all missing") << "" << "Every training row is missing";
        QTest::newRow("constant feature") << "3" << "same value";
    }

    void oddColumnsAreWarnedOf() {
        QFETCH(QString, column);
        QFETCH(QString, warning);
        std::istringstream lines(m_folder.read("toy.csv"));
        std::string text, line;
        for (bool isHeader = true; std::getline(lines, line); isHeader = false)
            text += (isHeader ? "odd" : column.toStdString()) + "," + line + "\n";
        m_folder.write("odd.csv", text);
        const Outcome done = cli({"run", specFile("odd.json", specification("odd.csv")), "--json", "-q"});
        QVERIFY2(done.code == 0, done.text());
        QVERIFY2(QString::fromStdString(done.json().at("warnings").dump()).contains(warning), done.text());
    }

    void raggedRowsAreCountedByLine() {
        std::string text = m_folder.read("toy.csv");
        std::size_t end = text.find('\n');
        for (int row = 1; row <= 5; ++row) end = text.find('\n', end + 1);
        text.insert(end, ",9,9");
        m_folder.write("ragged.csv", text + "0.5,0.5\n");
        const Outcome done = cli({"run", specFile("ragged.json", specification("ragged.csv")), "--json", "-q"});
        QVERIFY2(done.code == 0, done.text());
        QVERIFY2(done.out.contains("too many cells") && done.out.contains("too few cells"), done.text());
        QVERIFY2(done.out.contains("lines 6, 122"), done.text());
        QCOMPARE(done.json()["data"]["rows"], json(121));
    }

    void missingTargetIsCounted() {
        std::string text = m_folder.read("toy.csv");
        for (const char* const end : {",yes\n", ",no\n"}) text.replace(text.find(end), std::strlen(end), ",\n");
        m_folder.write("gaps.csv", text);
        const Outcome done = cli({"run", specFile("gaps.json", specification("gaps.csv")), "--json", "-q"});
        QVERIFY2(done.code == 0, done.text());
        QVERIFY2(done.out.contains("2 rows are left out because the target is missing"), done.text());
    }

    void convertsBetweenFormats() {
        for (const char* const name : {"toy.arff", "toy.jsonl", "toy.sqlite", "toy.tsv"}) {
            const Outcome there = cli({"convert", m_folder.path("toy.csv"), m_folder.path(name), "-q"});
            QVERIFY2(there.code == 0 && there.out.contains("120 rows"), there.text());
            const Outcome back = cli({"convert", m_folder.path(name), m_folder.path("back.csv"), "-q", "--json"});
            QVERIFY2(back.code == 0, back.text());
            QCOMPARE(m_folder.read("back.csv"), m_folder.read("toy.csv"));
        }
        const Outcome query = cli({"convert", m_folder.path("toy.sqlite"), m_folder.path("part.csv"), "--query", "SELECT y FROM toy LIMIT 7", "-q"});
        QVERIFY2(query.code == 0 && query.out.contains("7 rows"), query.text());
        const Outcome unknown = cli({"convert", m_folder.path("toy.csv"), m_folder.path("toy.pdf"), "-q"});
        QVERIFY2(unknown.code == failed && unknown.err.contains(".arff"), unknown.text());
        const Outcome bad = cli({"profile", m_folder.path("toy.csv"), "--quote", "x", "-q"});
        QVERIFY2(bad.code == failed && bad.err.contains("data.quote"), bad.text());
    }

    void infinityNamesItsColumn() {
        std::string text = m_folder.read("toy.csv");
        const std::size_t line = text.find('\n') + 1;
        text.replace(line, text.find(',', line) - line, "inf");
        m_folder.write("infinite.csv", text);
        const Outcome done = cli({"run", specFile("infinite.json", specification("infinite.csv")), "--json", "-q"});
        QVERIFY2(done.code == failed, done.text());
        QVERIFY2(done.err.contains("x0") && done.err.contains("infinite"), done.text());
    }

    void diskProblemsAreTold() {
        const Outcome full = cli({"run", toySpec(), "--out", "/dev/full", "-q"});
        QVERIFY2(full.code == failed && full.err.contains("No space left"), full.text());
        QVERIFY(std::filesystem::is_character_file("/dev/full"));
        const Outcome folder = cli({"run", toySpec(), "--project", m_folder.path("no/such.holdout"), "-q"});
        QVERIFY2(folder.code == failed && folder.err.contains("folder exists"), folder.text());
        const Outcome readOnly = cli({"run", toySpec(), "--project", "/proc/toy.holdout", "-q"});
        QVERIFY2(readOnly.code == failed && readOnly.err.contains("cannot be"), readOnly.text());
    }

    /// A project on a full disk: the run fails with a sentence, and what the file held before is whole.
    void fullDiskLeavesTheProjectWhole() {
        const QString project = m_folder.path("full.holdout");
        QCOMPARE(cli({"run", toySpec(), "--project", project, "-q"}).code, 0);
        const std::uintmax_t kilobytes = std::filesystem::file_size(project.toStdString()) / 1024 + 8;
        const QString command = QString("ulimit -f %1; exec \"$0\" run \"$1\" --project \"$2\" -q").arg(kilobytes);
        Outcome refused;
        for (int i = 0; i < 20 && refused.code != failed; ++i)
            refused = runProgram("bash", {"-c", command, HOLDOUT_CLI, toySpec(), project});
        QVERIFY2(refused.code == failed && refused.err.contains("disk is full"), refused.text());
        const Outcome same = cli({"replay", project, "1", "-q"});
        QVERIFY2(same.code == 0, same.text());
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "test_cli.moc"
