// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const std::string Head =
    "% a remark\n@RELATION people\n@attribute 'the name' string\n@Attribute age NUMERIC\n@attribute kind {small, 'very "
    "large', \"it's\"}\n"
    "@attribute born date \"dd.MM.yyyy\"\n@attribute seen DATE\n\n@DATA\n";

std::string errorIn(const std::string& text) {
    return errorOf([&] { readBytes(text, "people.arff"); });
}

}  // namespace

class ArffTest : public QObject {
    Q_OBJECT
private slots:
    void readsEveryKind() {
        const ReadResult read = readBytes(Head +
                                              "'Ann, \\'A\\'', 3.5, small, 31.12.1999, '2020-02-29T13:45:30'\n% "
                                              "between\n\"Bo\tb\" , ? , 'very large', ?, ?\n"
                                              "'?',-1e3,\"it's\",\"01.02.0300\",\"1969-12-31T23:59:59\"\n",
                                          "people.arff");
        const Table& table = read.table;
        QCOMPARE(read.format.kind, "arff");
        QCOMPARE(table.rows(), 3U);
        QCOMPARE(table.column(0).name(), "the name");
        QCOMPARE(table.column(0).type(), ColumnType::Text);
        QCOMPARE(rowText(table, 0), "Ann, 'A' 3.5 small 1999-12-31 2020-02-29 13:45:30");
        QCOMPARE(rowText(table, 1), "Bo\tb ? very large ? ?");
        QCOMPARE(rowText(table, 2), "? -1000 it's 0300-02-01 1969-12-31 23:59:59");
        // The order of the declaration, which a model of ordered levels needs.
        QCOMPARE(table.column(2).levels(), (std::vector<std::string>{"small", "very large", "it's"}));
        QVERIFY(table.column(3).dateTimes().dateOnly);
    }

    void readsSparseRowsAndWeights() {
        const std::string head =
            "@relation s\n@attribute a numeric\n@attribute k {no,yes}\n@attribute b real\n@attribute t string\n@data\n";
        const ReadResult read = readBytes(head + "{0 1.5, 2 ?}\n{1 yes, 3 'x y'}, {0.5}\n{}\n", "s.arff");
        QCOMPARE(rowText(read.table, 0), "1.5 no ? ? 1");
        QCOMPARE(rowText(read.table, 1), "0 yes 0 x y 0.5");
        QCOMPARE(rowText(read.table, 2), "0 no 0 ? 1");
        QCOMPARE(read.warnings.size(), 1U);
    }

    void readsBlanksBetweenCells() {
        const ReadResult read =
            readBytes("@relation s\n@attribute a numeric\n@attribute b {x,y}\n@data\n1 x\n2\ty\n", "s");
        QCOMPARE(rowText(read.table, 1), "2 y");
    }

    void aValueThatIsDeclaredTwiceIsOne() {
        const ReadResult read = readBytes("@attribute a {x, y, x, z}\n@data\nz\nx\n", "s.arff");
        QCOMPARE(read.table.column(0).levels(), (std::vector<std::string>{"x", "y", "z"}));
        QCOMPARE(rowText(read.table, 0), "z");
    }

    void namesTheProblem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        const QString head = QString::fromStdString(Head);
        QTest::newRow("no data line") << "@relation x\n@attribute a numeric\n"
                                      << "no @data";
        QTest::newRow("no rows") << head << "no rows";
        QTest::newRow("no attributes") << "@relation x\n@data\n1\n"
                                       << "no attributes";
        QTest::newRow("unknown type") << "@attribute a number\n@data\n1\n"
                                      << "no known type";
        QTest::newRow("relational") << "@attribute bag relational\n@attribute b numeric\n@end bag\n@data\n1\n"
                                    << "relational";
        QTest::newRow("open braces") << "@attribute a {x, y\n@data\nx\n"
                                     << "does not end";
        QTest::newRow("odd line") << "@relation x\nhello\n@data\n"
                                  << "row 2";
        QTest::newRow("undeclared") << head + "a,1,smal,?,?\n"
                                    << "Did you mean \"small\"";
        QTest::newRow("no number") << head + "a,1,small,?,?\nb,x1,small,?,?\n"
                                   << "row 11, column age";
        QTest::newRow("no date") << head + "a,1,small,1999-12-31,?\n"
                                 << "column born";
        QTest::newRow("too few") << head + "a,1,small\n"
                                 << "has 3 cells where 5";
        QTest::newRow("too many") << head + "a,1,small,?,?,7\n"
                                  << "more cells";
        QTest::newRow("open quote") << head + "'a,1,small,?,?\n"
                                    << "never closed";
        QTest::newRow("sparse order") << "@attribute a numeric\n@attribute b numeric\n@data\n{1 2, 0 3}\n"
                                      << "index \"0\"";
        QTest::newRow("sparse range") << "@attribute a numeric\n@data\n{7 2}\n"
                                      << "index \"7\"";
        QTest::newRow("date pattern") << "@attribute a date 'QQ'\n@data\n1\n"
                                      << "pattern";
        QTest::newRow("missing type") << "@attribute\n@data\n1\n"
                                      << "no name";
    }
    void namesTheProblem() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const std::string error = errorIn(text.toStdString());
        QVERIFY2(error.find(part.toStdString()) != std::string::npos, error.c_str());
        QVERIFY2(error.find("people.arff") != std::string::npos, error.c_str());
    }

    void emptySparseRowsDoNotFillTheMemory() {
        std::string text = "@relation x\n";
        for (int i = 0; i < 5000; ++i) text += "@attribute a" + std::to_string(i) + " numeric\n";
        text += "@data\n";
        for (int i = 0; i < 30'000; ++i) text += "{}\n";
        QVERIFY(errorIn(text).find("larger than its file") != std::string::npos);
    }

    void readsTheSameOnAnyNumberOfThreads() {
        std::string text = Head;
        for (int i = 0; i < 60'000; ++i)
            text += "'name " + std::to_string(i) + "'," + std::to_string(i) + ".25,small,31.12.1999,?\n";
        std::string alone;
        std::string together;
        Arena(1).run([&] { alone = fingerprint(readBytes(text, "people.arff").table); });
        Arena(8).run([&] { together = fingerprint(readBytes(text, "people.arff").table); });
        QCOMPARE(together, alone);
        text += "a,x,small,?,?\n";
        QVERIFY(errorIn(text).find("row 60010") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ArffTest)
#include "test_arff.moc"
