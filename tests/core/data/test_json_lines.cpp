// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

std::string errorIn(const std::string& text) {
    return errorOf([&] { readBytes(text, "rows.jsonl"); });
}

}  // namespace

class JsonLinesTest : public QObject {
    Q_OBJECT
private slots:
    void readsObjects() {
        const ReadResult read = readBytes(
            "{\"name\": \"Ann\", \"age\": 3, \"on\": true, \"at\": {\"x\": 1.5, \"when\": \"2020-01-31\"}, \"tags\": "
            "[\"a\", {\"b\": [1, null]}]}\n\n"
            "{\"age\": null, \"name\": \"Bo \\u00e9 \\\"q\\\"\", \"new\": -2e3, \"at\": {}}\r\n",
            "rows.jsonl");
        QCOMPARE(read.format.kind, "json-lines");
        QCOMPARE(rowText(read.table, 0), "Ann 3 true 1.5 2020-01-31 [\"a\",{\"b\":[1,null]}] ?");
        QCOMPARE(rowText(read.table, 1), "Bo é \"q\" ? ? ? ? ? -2000");
        QCOMPARE(read.table.column(3).name(), "at.x");
        QCOMPARE(read.table.column(4).type(), ColumnType::DateTime);
        QCOMPARE(read.table.column(2).type(), ColumnType::Category);
    }

    void readsAnArrayOfObjects() {
        const ReadResult read = readBytes(" [ {\"a\": 1, \"s\": \"]}\"},\n {\"a\": 2} ]\n", "rows.json");
        QCOMPARE(read.table.rows(), 2U);
        QCOMPARE(rowText(read.table, 0), "1 ]}");
    }

    void recognisesTheContent() {
        QCOMPARE(readBytes("{\"a\": 1}\n{\"a\": 2}\n", "rows.txt").format.kind, "json-lines");
        QCOMPARE(readBytes("{a},b\n1,2\n", "rows.txt").format.kind, "csv");
    }

    void numbersInTextsAreNumbersUnlessDecided() {
        const std::string text = "{\"a\": \"1.5\", \"zip\": \"08123\"}\n{\"a\": \"NA\", \"zip\": \"10115\"}\n";
        const Table table = readBytes(text, "rows.jsonl").table;
        QCOMPARE(table.column(0).type(), ColumnType::Number);
        QVERIFY(table.column(0).isMissing(1));
        QVERIFY(table.column(1).type() != ColumnType::Number);
        ReadOptions options;
        options.types["a"] = ColumnType::Category;
        QCOMPARE(readBytes(text, "rows.jsonl", options).table.column(0).type(), ColumnType::Category);
        options.types = {{"b", ColumnType::Number}};
        QVERIFY(errorOf([&] { readBytes(text, "rows.jsonl", options); }).find("no column \"b\"") != std::string::npos);
    }

    void namesTheProblem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("broken") << "{\"a\": 1}\n{\"a\": }\n"
                                << "row 2";
        QTest::newRow("bare value") << "{\"a\": 1}\n7\n"
                                    << "no object";
        QTest::newRow("bare list") << "{\"a\": 1}\n[1, 2]\n"
                                   << "no object";
        QTest::newRow("two on a line") << "{\"a\": 1} {\"a\": 2}\n"
                                       << "row 1";
        QTest::newRow("cut off") << "[{\"a\": 1}, {\"a\""
                                 << "does not end";
        QTest::newRow("list of values") << "[1, 2]"
                                        << "no object";
        QTest::newRow("nothing") << "\n \n"
                                 << "no objects";
        QTest::newRow("empty objects") << "{}\n{}\n"
                                       << "no objects";
        QTest::newRow("not a number") << "{\"a\": NaN}\n"
                                      << "null";
        QTest::newRow("deep lists") << "{\"a\": " + QString(5000, '[') + QString(5000, ']') + "}\n"
                                    << "deep";
        QTest::newRow("deep objects") << QString("{\"a\":").repeated(5000) + "1" + QString(5000, '}') << "deep";
    }
    void namesTheProblem() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const std::string error = errorIn(text.toStdString());
        QVERIFY2(error.find(part.toStdString()) != std::string::npos, error.c_str());
        QVERIFY2(error.find("rows.jsonl") != std::string::npos, error.c_str());
    }

    void doubledMembersAreTold() {
        const ReadResult read = readBytes("{\"a\": 1, \"a\": 2}\n", "rows.jsonl");
        QCOMPARE(rowText(read.table, 0), "1");
        QCOMPARE(read.warnings.size(), 1U);
    }

    void aNewMemberInEachRowDoesNotFillTheMemory() {
        std::string text;
        for (int i = 0; i < 60'000; ++i) text += "{\"k" + std::to_string(i) + "\":1}\n";
        QVERIFY(errorIn(text).find("larger than its file") != std::string::npos);
    }

    void readsTheSameOnAnyNumberOfThreads() {
        std::string text;
        for (int i = 0; i < 80'000; ++i)
            text += "{\"id\": " + std::to_string(i) + ", " + (i % 7 == 0 ? "\"rare\": \"x\", " : "") + "\"k\": \"v" +
                    std::to_string(i % 5) + "\"}\n";
        std::string alone;
        std::string together;
        Arena(1).run([&] { alone = fingerprint(readBytes(text, "rows.jsonl").table); });
        Arena(8).run([&] { together = fingerprint(readBytes(text, "rows.jsonl").table); });
        QCOMPARE(together, alone);
    }
};

QTEST_APPLESS_MAIN(JsonLinesTest)
#include "test_json_lines.moc"
