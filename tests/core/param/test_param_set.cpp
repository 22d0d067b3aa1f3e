// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "param/param_set.h"

using namespace holdout;

namespace {

const ParamSpec specs[] = {
    {.id = "lambda", .label = "Strength", .help = "", .fallback = 0.01, .rule = RealRange{.low = 0}},
    {.id = "penalty", .label = "Penalty", .help = "", .fallback = std::string("l2"), .rule = OneOf{{{"l1", "L1"}, {"l2", "L2"}}}},
    {.id = "epochs", .label = "Epochs", .help = "", .fallback = std::int64_t{10}, .rule = IntegerRange{1, 100}},
    {.id = "layers", .label = "Layers", .help = "", .fallback = std::vector<std::int64_t>{8}, .rule = IntegerList{}},
    {.id = "shuffle", .label = "Shuffle", .help = "", .fallback = true, .rule = AnyBool{}},
    {.id = "ratio", .label = "Ratio", .help = "", .fallback = 0.5, .rule = RealRange{0, 1},
     .when = EnabledWhen{"penalty", {"l1"}}},
};

QString errorOf(const nlohmann::json& json) {
    try {
        paramsFromJson(specs, json, "logistic");
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace

class ParamSetTest : public QObject {
    Q_OBJECT
private slots:
    void jsonGoesRound() {
        const nlohmann::json json = {{"lambda", 0.5}, {"penalty", "l1"}, {"epochs", 7}, {"layers", {4, 2}}, {"shuffle", false}};
        const ParamSet set = paramsFromJson(specs, json, "logistic");
        nlohmann::json written = nlohmann::json::object();
        paramsToJson(set, written);
        QVERIFY(written == json);
        QCOMPARE(paramsFromJson(specs, written, "logistic"), set);
    }

    void numbersTakeTheTypeOfTheirSpec() {
        const ParamSet set = paramsFromJson(specs, {{"lambda", 1}, {"epochs", 5.0}, {"layers", 3}}, "logistic");
        QCOMPARE(*set.find("lambda"), ParamValue(1.0));
        QCOMPARE(*set.find("epochs"), ParamValue(std::int64_t{5}));
        QCOMPARE(*set.find("layers"), ParamValue(std::vector<std::int64_t>{3}));
    }

    void mistakesAreExplained_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("part");
        QTest::newRow("unknown") << "{\"lamda\": 1}" << "Did you mean lambda?";
        QTest::newRow("below") << "{\"lambda\": -1}" << "must be a number of at least 0, but is -1";
        QTest::newRow("text for number") << "{\"lambda\": \"much\"}" << "must be a number of at least 0, but is \"much\"";
        QTest::newRow("choice") << "{\"penalty\": \"l3\"}" << "must be l1 or l2";
        QTest::newRow("fraction for integer") << "{\"epochs\": 2.5}" << "must be a whole number from 1 to 100";
        QTest::newRow("list") << "{\"layers\": [0]}" << "of at least 1";
        QTest::newRow("huge") << "{\"epochs\": 1e300}" << "must be a whole number";
    }
    void mistakesAreExplained() {
        QFETCH(QString, json);
        QFETCH(QString, part);
        const QString error = errorOf(nlohmann::json::parse(json.toStdString()));
        QVERIFY2(error.contains(part), qPrintable(error));
        QVERIFY(error.contains("logistic"));
    }

    void fallbacksStandForWhatIsNotSet() {
        ParamSet set;
        set.set("lambda", 2.0);
        const Params params(specs, set, "logistic");
        QCOMPARE(params.real("lambda"), 2.0);
        QCOMPARE(params.integer("epochs"), 10);
        QVERIFY(params.flag("shuffle"));
    }

    void aParameterIsEnabledByAnother() {
        ParamSet set;
        QVERIFY(!isEnabled(specs[5], specs, set));
        set.set("penalty", std::string("l1"));
        QVERIFY(isEnabled(specs[5], specs, set));
    }

    void everyRuleRejectsItsBadValue() {
        for (const ParamSpec& spec : specs) {
            QVERIFY(!violation(spec.rule, spec.fallback));
            if (const auto bad = badValue(spec.rule)) QVERIFY(violation(spec.rule, *bad));
            QVERIFY(!describe(spec.rule).empty());
        }
        for (const double bound : {1e300, -1e300, 0.0, 1e-300}) {
            const RealRange above{.low = bound}, below{.high = bound};
            QVERIFY(violation(above, *badValue(above)));
            QVERIFY(violation(below, *badValue(below)));
        }
        QVERIFY(violation(RealRange{}, std::numeric_limits<double>::infinity()));
        QVERIFY(violation(RealRange{}, std::nan("")));
    }
};

QTEST_APPLESS_MAIN(ParamSetTest)
#include "test_param_set.moc"
