// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli_process.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

json specification() {
    return {{"data", {{"source", "toy.csv"}, {"target", "y"}, {"task", "classification"}}},
            {"prepare", {{{"step", "standardize"}}, {{"step", "one-hot"}}}},
            {"model", {{"id", "logistic"}, {"lambda", 0.01}}},
            {"validate", {{"split", "k-fold"}, {"folds", 4}}},
            {"metrics", {"accuracy", "log-loss"}},
            {"seed", 7}};
}

}  // namespace

class ScoreCurvesTest : public QObject {
    Q_OBJECT
    Folder m_folder;

private slots:
    void initTestCase() { m_folder.write("toy.csv", toCsv(toyTable(120, 4, Task::Classification))); }

    void theLearningCurveEndsAtTheRun() {
        const QString spec = m_folder.write("toy.json", specification().dump());
        const Outcome done = cli({"learning-curve", spec, "--metric", "log-loss", "--more", "50", "--json", "-q"});
        QVERIFY2(done.code == 0, done.text());
        const json curve = done.json();
        QCOMPARE(curve.at("points").back().at("rows"), json(90.0));
        QCOMPARE(curve.at("extrapolation").at("more"), json(50.0));
        QVERIFY(curve.at("reading").get<std::string>().find("50 more rows") == 0);
        const json run = cli({"run", spec, "--json", "-q"}).json();
        QCOMPARE(curve.at("points").back().at("validation").at("folds"), run.at("metrics").at("log-loss").at("folds"));
        const Outcome one =
            cli({"learning-curve", spec, "--metric", "log-loss", "--more", "50", "--json", "-q", "--threads", "1"});
        QVERIFY(one.json() == curve);
    }

    void theValidationCurveReadsBiasAndVariance() {
        const QString spec = m_folder.write("toy.json", specification().dump());
        const Outcome done = cli({"validation-curve", spec, "--param", "lambda", "--points", "5", "--json", "-q"});
        QVERIFY2(done.code == 0, done.text());
        QCOMPARE(done.json().at("points").size(), 5U);
        QVERIFY(done.json().at("reading").get<std::string>().find("Best at") == 0);
        const Outcome wrong = cli({"validation-curve", spec, "--param", "lamda", "-q"});
        QVERIFY2(wrong.code == 1 && wrong.err.contains("lambda"), wrong.text());
        QCOMPARE(cli({"validation-curve", spec, "-q"}).code, 2);
    }

    void tuningReportsItsNestedEstimate() {
        json spec = specification();
        spec["tune"] = {{"search", "grid"},
                        {"nested", {{"folds", 3}}},
                        {"space", {{"lambda", {{"low", 1e-4}, {"high", 1}, {"scale", "log"}, {"steps", 3}}}}}};
        const QString project = m_folder.path("nested.holdout");
        const QString file = m_folder.write("nested.json", spec.dump());
        const Outcome done = cli({"run", file, "--json", "-q", "--project", project});
        QVERIFY2(done.code == 0, done.text());
        const json nested = done.json().at("tune").at("nested");
        QCOMPARE(nested.at("folds").size(), 3U);
        QVERIFY(nested.at("low") <= nested.at("mean") && nested.at("mean") <= nested.at("high"));
        QVERIFY(nested.contains("optimism"));
        const Outcome same = cli({"replay", project, "-q"});
        QVERIFY2(same.code == 0 && same.out.contains("identical"), same.text());
        spec["tune"]["nested"] = {{"folds", 1}};
        QCOMPARE(cli({"run", m_folder.write("one.json", spec.dump()), "-q"}).code, 1);
    }

    void bootstrapEstimatesMoveTheScore() {
        std::map<std::string, json> accuracy;
        for (const char* const estimate : {"out-of-bag", ".632", ".632+"}) {
            json spec = specification();
            spec["validate"] = {{"split", "bootstrap"}, {"repeats", 20}, {"estimate", estimate}};
            const Outcome done = cli({"run", m_folder.write("bootstrap.json", spec.dump()), "--json", "-q"});
            QVERIFY2(done.code == 0, done.text());
            accuracy[estimate] = done.json().at("metrics").at("accuracy");
        }
        QVERIFY(accuracy["out-of-bag"]["mean"] < accuracy[".632+"]["mean"]);
        QVERIFY(accuracy[".632+"]["mean"] <= accuracy[".632"]["mean"]);
        QVERIFY(accuracy[".632"]["interval"].get<std::string>().find("approximate") != std::string::npos);
    }

    void holdOutNamesItsIntervals() {
        json spec = specification();
        spec["validate"] = {{"split", "hold-out"}};
        spec["metrics"] = {"accuracy", "roc-auc", "log-loss"};
        const json metrics =
            cli({"run", m_folder.write("hold_out.json", spec.dump()), "--json", "-q"}).json().at("metrics");
        QVERIFY(metrics["accuracy"]["interval"].get<std::string>().find("Wilson") == 0);
        QVERIFY(metrics["roc-auc"]["interval"].get<std::string>().find("DeLong") == 0);
        QVERIFY(metrics["log-loss"]["interval"].get<std::string>().find("BCa") == 0);
        for (const auto& [id, score] : metrics.items())
            QVERIFY(score["low"] <= score["mean"] && score["mean"] <= score["high"]);
    }
};

QTEST_GUILESS_MAIN(ScoreCurvesTest)
#include "test_score_curves.moc"
