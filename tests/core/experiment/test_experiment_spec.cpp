// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "experiment/experiment_spec.h"

using namespace holdout;

class ExperimentSpecTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();

    static nlohmann::json everyKey() { return readJsonFile(HOLDOUT_FIXTURES "/experiment/every_key.json"); }
    ExperimentSpec read(const nlohmann::json& json) const { return specFromJson(json, m_catalog, m_searches); }

private slots:
    void readsEveryKey() {
        const ExperimentSpec spec = read(everyKey());
        QCOMPARE(spec.data.roles.target, std::string("survived"));
        QCOMPARE(*spec.data.delimiter, '\t');
        QVERIFY(spec.data.encoding == Encoding::Utf8);
        QCOMPARE(*spec.data.readOptions().escape, NoMark);
        QCOMPARE(*spec.data.readOptions().thousands, ' ');
        QCOMPARE(*spec.data.readOptions().headerRows, std::size_t{2});
        QCOMPARE(spec.data.readOptions().query, std::string("SELECT 1"));
        QVERIFY(spec.data.types.at("pclass") == ColumnType::Category);
        QVERIFY(!spec.pipeline.prepare[1].enabled);
        QCOMPARE(spec.seed, UINT64_MAX);
        QCOMPARE(spec.tune->space.size(), 2U);
        QCOMPARE(spec.tune->space[0].low, 1e-5);
        QCOMPARE(*spec.tune->space[0].steps, 3);
        QCOMPARE(spec.tune->space[1].choices.size(), 2U);
    }

    void roundTrips() {
        const ExperimentSpec spec = read(everyKey());
        QVERIFY(read(specToJson(spec)) == spec);
        QVERIFY(read(parseJson(specToJson(spec).dump(), "text")) == spec);
        ExperimentSpec turned = spec;
        std::swap(turned.tune->space[0], turned.tune->space[1]);
        QVERIFY(read(specToJson(turned)) == turned);
        QVERIFY(!(turned == spec));
    }

    void missingCodesComeBesideTheUsualOnes() {
        const char* const text = R"({"data": {"source": "a.csv", "target": "y", "missing": ["?", "-999"]}, "model": {"id": "ridge"}})";
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{}};
        const ReadOptions options = read(parseJson(text, "spec")).data.readOptions();
        const Table table = readCsvText("n,c\n1,a\n-999,?\nNA,NA\n4,b\n", "text", options, context).table;
        QCOMPARE(table.column(0).missing().count(), 2U);
        QCOMPARE(table.column(1).missing().count(), 2U);
        QVERIFY(!DataSpec{}.readOptions().missing);
    }

    void errorsNameTheKey_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown key") << R"({"modle": 1})" << "Did you mean model";
        QTest::newRow("unknown data key") << R"({"data": {"taget": "y"}})" << "Did you mean target";
        QTest::newRow("seed below zero") << R"({"seed": -1})" << "seed must be a whole number";
        QTest::newRow("seed with a fraction") << R"({"seed": 1.5})" << "seed must be a whole number";
        QTest::newRow("target of another type") << R"({"data": {"target": 3}})" << "data.target must be text";
        QTest::newRow("unknown task") << R"({"data": {"task": "regresion"}})" << "Did you mean regression";
        QTest::newRow("long delimiter") << R"({"data": {"delimiter": ";;"}})" << "data.delimiter must be one character";
        QTest::newRow("unknown type") << R"({"data": {"types": {"a": "nubmer"}}})" << "nubmer";
        QTest::newRow("unknown model") << R"({"model": {"id": "rigde"}})" << "Did you mean ridge";
        QTest::newRow("unknown parameter") << R"({"model": {"lamda": 1}})" << "Did you mean lambda";
        QTest::newRow("lambda below zero") << R"({"model": {"lambda": -1}})" << "lambda of ridge";
        QTest::newRow("prepare is no list") << R"({"prepare": {}})" << "prepare must be a list";
        QTest::newRow("unknown metric") << R"({"metrics": ["rsme"]})" << "rmse";
        QTest::newRow("unknown split") << R"({"validate": {"split": "k-flod"}})" << "k-fold";
        QTest::newRow("unknown search") << R"({"tune": {"search": "grdi"}})" << "grid";
        QTest::newRow("tune without space") << R"({"tune": {"space": null}})" << "tune lacks the key space";
        QTest::newRow("space with a typo") << R"({"tune": {"space": {"lambda": {"hihg": 1}}}})" << "Did you mean high";
        QTest::newRow("space upside down") << R"({"tune": {"space": {"lambda": {"low": 2, "high": 1}}}})" << "Let low be at most high";
    }

    void errorsNameTheKey() {
        QFETCH(QString, patch);
        QFETCH(QString, words);
        nlohmann::json json = parseJson(R"({"data": {"source": "a", "target": "y"}, "model": {"id": "ridge"}})", "base");
        json.merge_patch(nlohmann::json::parse(patch.toStdString()));
        try {
            read(json);
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(words), error.what());
        }
    }

    void brokenJsonNamesTheLine() {
        try {
            parseJson("{\n\"a\": 1,\n\"b\" 2}", "spec.json");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(*error.place().row, 3);
        }
    }
};

QTEST_APPLESS_MAIN(ExperimentSpecTest)
#include "test_experiment_spec.moc"
