// SPDX-License-Identifier: GPL-3.0-or-later
// What a text table can be read with beyond delimiter and quote.
#include <QtTest>

#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

class CsvOptionsTest : public QObject {
    Q_OBJECT
private slots:
    void commentsBetweenRows() {
        ReadOptions options;
        options.comment = '%';
        const ReadResult read = readBytes("% top\na,b\n1,x\n% 2,y\n3,\"z\n% not one\"\n4,5,6\n", "t.csv", options);
        QCOMPARE(read.table.rows(), 3U);
        QCOMPARE(read.table.column(1).cellText(1), "z\n% not one");
        // Lines keep their numbers.
        QVERIFY(read.warnings.front().text().find("line 7") != std::string::npos);
    }

    void linesOfTwoEncodings() {
        const ReadResult read = readBytes("city,n\nZ\u00fcrich,1\nGen\xe8ve,2\nBern,3\nM\xfcnchen,4\n", "t.csv");
        QCOMPARE(read.table.column(0).cellText(0), "Z\u00fcrich");
        QCOMPARE(read.table.column(0).cellText(1), "Gen\u00e8ve");
        QCOMPARE(read.table.column(0).cellText(3), "M\u00fcnchen");
        QVERIFY(!read.warnings.empty() && read.warnings.front().message.find("2 lines are no valid UTF-8") != std::string::npos);
        // All of it Latin-1: nothing to be told apart.
        QCOMPARE(readBytes("city,n\nGen\xe8ve,2\nBern,3\n", "t.csv").format.encoding, Encoding::Latin1);
    }

    void aRowOfUnitsIsToldOf() {
        std::string text = "station,temp,rain\n,degC,mm\n";
        for (int i = 0; i < 12; ++i) text += "S" + std::to_string(i % 3) + "," + std::to_string(i) + ".5," + std::to_string(i) + "\n";
        const auto tells = [](const ReadResult& read) {
            return std::any_of(read.warnings.begin(), read.warnings.end(), [](const Warning& w) { return w.message.find("more headings, or units") != std::string::npos; });
        };
        QVERIFY(tells(readBytes(text, "t.csv")));
        ReadOptions options;
        options.headerRows = 2;
        const ReadResult joined = readBytes(text, "t.csv", options);
        QVERIFY(!tells(joined));
        QCOMPARE(joined.table.column(1).name(), "temp degC");
        QVERIFY(joined.table.column(1).type() == ColumnType::Number);
        QVERIFY(!tells(readBytes("a,b\nx,y\nu,v\nx,z\nu,w\nx,y\nu,v\nx,q\n", "t.csv")));  // words throughout
    }

    void escapedQuotes() {
        const std::string text = "a,b\n\"say \\\"hi\\\", Bo\",1\n\"back\\\\slash\",2\n";
        const ReadResult found = readBytes(text, "t.csv");
        QCOMPARE(found.table.column(0).cellText(0), "say \"hi\", Bo");
        QCOMPARE(found.table.column(0).cellText(1), "back\\slash");
        QCOMPARE(found.format.escape, '\\');
        QVERIFY(!found.warnings.empty());
        ReadOptions options;
        options.escape = '\\';
        options.quote = NoMark;
        QCOMPARE(readBytes("a,b\nx\\,y,1\n", "t.csv", options).table.column(0).cellText(0), "x,y");
    }

    void aBackslashAtTheEndOfAPathIsNone() {
        const ReadResult read = readBytes("path,n\n\"C:\\dir\\\",1\n\"D:\\\",2\n", "t.csv");
        QCOMPARE(read.table.rows(), 2U);
        QCOMPARE(read.table.column(0).cellText(0), "C:\\dir\\");
    }

    void thousandsMarks() {
        QCOMPARE(readBytes("a;b\n1'234'567;x\n2;y\n", "t.csv").table.column(0).numbers()[0], 1234567.0);
        QCOMPARE(readBytes("a;b\n1\u00a0234,5;x\n2;y\n", "t.csv").table.column(0).numbers()[0], 1234.5);
        const std::string spaced = "a;b\n1 234;x\n2;y\n";
        QVERIFY(readBytes(spaced, "t.csv").table.column(0).type() != ColumnType::Number);
        ReadOptions options;
        options.thousands = ' ';
        QCOMPARE(readBytes(spaced, "t.csv", options).table.column(0).numbers()[0], 1234.0);
        options.thousands = NoMark;
        QVERIFY(readBytes("a;b\n1,234,567;x\n2;y\n", "t.csv", options).table.column(0).type() != ColumnType::Number);
        // Marks of two kinds in one number make none.
        QVERIFY(readBytes("a;b\n1,234'567;x\n2;y\n", "t.csv").table.column(0).type() != ColumnType::Number);
    }

    void linesAboveTheTable() {
        const std::string text =
            "Sales report\nmade 2020-01-01\n\nyear,region,sum\n2019,north,10\n2020,south,20\n2021,east,30\n";
        const ReadResult found = readBytes(text, "t.csv");
        QCOMPARE(found.table.rows(), 3U);
        QCOMPARE(found.table.column(2).name(), "sum");
        QCOMPARE(found.format.skip, 3U);
        ReadOptions options;
        options.skip = 4;
        options.header = false;
        const ReadResult skipped = readBytes(text, "t.csv", options);
        QCOMPARE(skipped.table.rows(), 3U);
        QCOMPARE(skipped.table.column(0).name(), "column1");
        options.skip = 99;
        QVERIFY(errorOf([&] { readBytes(text, "t.csv", options); }).find("Skip fewer") != std::string::npos);
    }

    void aHeadingOfOneColumnIsNoTitle() {
        // R's row names: the header has one name less.
        const ReadResult read = readBytes("x\na,1\nb,2\nc,3\n", "t.csv");
        QCOMPARE(read.table.rows(), 3U);
        QCOMPARE(read.table.column(1).name(), "x");
    }

    void headingsInSeveralRows() {
        ReadOptions options;
        options.headerRows = 2;
        const ReadResult read = readBytes("size,,name\nmin,max,\n1,2,a\n3,4,b\n", "t.csv", options);
        QCOMPARE(read.table.rows(), 2U);
        QCOMPARE(read.table.column(0).name(), "size min");
        QCOMPARE(read.table.column(1).name(), "max");
        QCOMPARE(read.table.column(2).name(), "name");
        options.headerRows = 9;
        QVERIFY(errorOf([&] { readBytes("a\n1\n", "t.csv", options); }).find("fewer") != std::string::npos);
    }

    void quotesThatAreNone() {
        ReadOptions options;
        options.quote = NoMark;
        const ReadResult read = readBytes("a\tb\n\"x\ty\"\n\"u\tv\n", "t.tsv", options);
        QCOMPARE(read.table.rows(), 2U);
        QCOMPARE(read.table.column(0).cellText(0), "\"x");
    }

    void aLongHeaderAboveShortRowsDoesNotFillTheMemory() {
        std::string text(30'000, ',');
        text += "\n";
        for (int i = 0; i < 30'000; ++i) text += "1\n";
        QVERIFY(errorOf([&] { readBytes(text, "t.csv"); }).find("larger than its file") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(CsvOptionsTest)
#include "test_csv_options.moc"
