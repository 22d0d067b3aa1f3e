// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "data/csv_reader.h"

using namespace holdout;

namespace {

ReadResult read(std::string_view text, const CsvOptions& options = {}) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readCsvText(text, "test.csv", options, context);
}

std::vector<std::string> cellsOf(const Column& column) {
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < column.rows(); ++row) cells.push_back(column.cellText(row));
    return cells;
}

using Cells = std::vector<std::string>;

}  // namespace

class CsvReaderTest : public QObject {
    Q_OBJECT
private slots:
    void infersTypes() {
        const ReadResult result = read(
            "n,c,d,t,b\n1,red,2015-01-31,2015-01-31 10:00:00,TRUE\n-2.5e3,blue,2016-02-29,"
            "2015-01-31T11:00:00Z,FALSE\n,red,NA,,TRUE\n");
        QCOMPARE(result.table.rows(), 3U);
        QCOMPARE(result.table.column(0).type(), ColumnType::Number);
        QCOMPARE(result.table.column(0).numbers()[1], -2500.0);
        QVERIFY(result.table.column(0).isMissing(2));
        QCOMPARE(result.table.column(1).type(), ColumnType::Category);
        QCOMPARE(result.table.column(1).levels(), (Cells{"blue", "red"}));
        QCOMPARE(result.table.column(2).type(), ColumnType::DateTime);
        QVERIFY(result.table.column(2).dateTimes().dateOnly);
        QVERIFY(result.table.column(2).isMissing(2));
        QCOMPARE(result.table.column(3).cellText(1), "2015-01-31 11:00:00");
        QCOMPARE(result.table.column(4).levels(), (Cells{"FALSE", "TRUE"}));
        QVERIFY(result.warnings.empty());
    }

    void readsQuotesAndLineEnds_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("lf") << QByteArray("a,b\n1,\"x, \"\"y\"\"\nz\"\n2,w\n");
        QTest::newRow("crlf") << QByteArray("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n2,w\r\n");
        QTest::newRow("no last newline") << QByteArray("a,b\n1,\"x, \"\"y\"\"\nz\"\n2,w");
        QTest::newRow("blank lines") << QByteArray("\na,b\n\n1,\"x, \"\"y\"\"\nz\"\n\n\n2,w\n\n");
        QTest::newRow("bom") << QByteArray(
            "\xef\xbb\xbf"
            "a,b\n1,\"x, \"\"y\"\"\nz\"\n2,w");
        QTest::newRow("semicolon") << QByteArray("a;b\n1;\"x, \"\"y\"\"\nz\"\n2;w\n");
        QTest::newRow("tab") << QByteArray("a\tb\n1\t\"x, \"\"y\"\"\nz\"\n2\tw\n");
        QTest::newRow("bar") << QByteArray("a|b\n1|\"x, \"\"y\"\"\nz\"\n2|w\n");
        QTest::newRow("space before quote") << QByteArray("a, b\n1, \"x, \"\"y\"\"\nz\"\n2, w\n");
        QTest::newRow("comments") << QByteArray("# made, by\n# hand; here\na,b\n1,\"x, \"\"y\"\"\nz\"\n2,w\n");
    }
    void readsQuotesAndLineEnds() {
        QFETCH(QByteArray, text);
        const ReadResult result = read(text.toStdString());
        QCOMPARE(result.table.columnCount(), 2U);
        QCOMPARE(result.table.column(0).name(), "a");
        QCOMPARE(result.table.column(1).name(), "b");
        QCOMPARE(cellsOf(result.table.column(0)), (Cells{"1", "2"}));
        QCOMPARE(cellsOf(result.table.column(1)), (Cells{"x, \"y\"\nz", "w"}));
    }

    void readsOldMacLineEnds() {
        const ReadResult result = read("a,b\r1,x\r2,y\r");
        QCOMPARE(cellsOf(result.table.column(1)), (Cells{"x", "y"}));
    }

    void strayQuotesStayInTheirCells() {
        const ReadResult result = read("size,what\n5\" pipe,a\n\"7\" pipe\",b\n\"never closed,c\n9,d\n");
        QCOMPARE(cellsOf(result.table.column(0)), (Cells{"5\" pipe", "7\" pipe", "\"never closed", "9"}));
        QCOMPARE(cellsOf(result.table.column(1)), (Cells{"a", "b", "c", "d"}));
    }

    void reportsRaggedRowsByLine() {
        const ReadResult result = read("a,b,c\n1,\"x\ny\",3\n4,5\n6,7,8,9\n10,11,12,\n");
        QCOMPARE(result.table.rows(), 4U);
        QVERIFY(result.table.column(2).isMissing(1));
        QCOMPARE(result.table.column(2).numbers()[2], 8.0);
        QCOMPARE(result.warnings.size(), 2U);
        QVERIFY(result.warnings[0].text().find("1 row has too few cells") != std::string::npos);
        QVERIFY(result.warnings[0].text().find("lines 4, 5") != std::string::npos);
        QVERIFY(result.warnings[1].text().find("1 row has too many cells") != std::string::npos);
    }

    void makesNamesUnique() {
        const ReadResult result = read("a,,a,a_2\nx,1,2,3\ny,4,5,6\n");
        QCOMPARE(result.table.column(1).name(), "column2");
        QCOMPARE(result.table.column(2).name(), "a_3");
        QCOMPARE(result.table.column(3).name(), "a_2");
        QCOMPARE(result.warnings.size(), 2U);
    }

    void tellsHeaders_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("header");
        QTest::newRow("words over numbers") << "a,b\n1,2\n" << true;
        QTest::newRow("numbers only") << "1,2\n3,4\n" << false;
        QTest::newRow("mixed rows") << "5.1,setosa\n4.9,setosa\n" << false;
        QTest::newRow("words only") << "name,colour\nann,red\nbob,blue\n" << true;
        QTest::newRow("word comes again") << "ann,red\nbob,blue\nann,green\n" << false;
        QTest::newRow("dates below") << "day,v\n2015-01-01,x\n2015-01-02,y\n" << true;
    }
    void tellsHeaders() {
        QFETCH(QString, text);
        QFETCH(bool, header);
        QCOMPARE(read(text.toStdString()).format.header, header);
    }

    void readsDecimalCommasAndThousands() {
        const ReadResult comma = read("a;b\n1,5;1.234,5\n2,25;12.345.678\n");
        QCOMPARE(comma.format.decimal, ',');
        QCOMPARE(comma.table.column(0).numbers()[1], 2.25);
        QCOMPARE(comma.table.column(1).numbers()[0], 1234.5);
        QCOMPARE(comma.table.column(1).numbers()[1], 12345678.0);
        const ReadResult point = read("a;b\n1,234;0.5\n12,345,678.5;1.5\n");
        QCOMPARE(point.format.decimal, '.');
        QCOMPARE(point.table.column(0).numbers()[0], 1234.0);
        QCOMPARE(point.table.column(0).numbers()[1], 12345678.5);
        // Not groups of three: no number.
        QCOMPARE(read("a;b\n1,23;x\n12,3456;y\n0.5;z\n7.5;z\n8.5;z\n").table.column(0).type(), ColumnType::Category);
    }

    void missingCodes() {
        const ReadResult usual = read("n,c\n1,none\nNA,x\n?,NA\n-,\n.,?\nnull,y\n");
        QCOMPARE(usual.table.column(0).type(), ColumnType::Number);
        QCOMPARE(usual.table.column(0).missing().count(), 5U);
        QCOMPARE(usual.table.column(1).missing().count(), 3U);
        QCOMPARE(usual.table.column(1).levels(), (Cells{"none", "x", "y"}));
        CsvOptions options;
        options.missing = {{"-999", "gone"}};
        const ReadResult given = read("n,c\n1,a\n-999.0,gone\n-999,NA\n", options);
        QCOMPARE(given.table.column(0).missing().count(), 2U);
        QCOMPARE(given.table.column(1).missing().count(), 2U);
        options.missing.emplace();
        QCOMPARE(read("n,c\n1,a\n2,NA\n", options).table.column(1).missing().count(), 0U);
    }

    void numbersAreTheNearestDoubles_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"0",
                                 "-0",
                                 "1",
                                 "-1.5",
                                 "3.14159",
                                 "9007199254740993",
                                 "123456789012345678",
                                 "1e308",
                                 "1e-320",
                                 "4.9e-324",
                                 "0.1",
                                 "0.30000000000000004",
                                 "1.7976931348623157e308",
                                 "123456.7890123456",
                                 "99999999999999.99",
                                 ".5",
                                 "5.",
                                 "+7",
                                 "1E5",
                                 "-.25e-3",
                                 "0.000001",
                                 "12345678.12345678"})
            QTest::newRow(text) << text;
    }
    void numbersAreTheNearestDoubles() {
        QFETCH(QString, text);
        const ReadResult result = read("a,b\n" + text.toStdString() + ",1\n2,3\n");
        QCOMPARE(result.table.column(0).type(), ColumnType::Number);
        const double expected = std::strtod(text.toUtf8().constData(), nullptr);
        const double value = result.table.column(0).numbers()[0];
        QVERIFY2(value == expected && std::signbit(value) == std::signbit(expected),
                 qPrintable(QString::number(value, 'g', 17)));
    }

    void infinityIsANumberAndLeadingZerosAreNot() {
        const ReadResult result = read("x,zip\ninf,08123\n-Infinity,10115\n1,20095\n");
        QCOMPARE(result.table.column(0).numbers()[0], std::numeric_limits<double>::infinity());
        QCOMPARE(result.table.column(0).numbers()[1], -std::numeric_limits<double>::infinity());
        QCOMPARE(cellsOf(result.table.column(1)), (Cells{"08123", "10115", "20095"}));
        CsvOptions options;
        options.types["zip"] = ColumnType::Number;
        QCOMPARE(read("x,zip\n1,08123\n2,10115\n", options).table.column(1).numbers()[0], 8123.0);
    }

    void decidedTypesCountWhatDoesNotFit() {
        CsvOptions options;
        options.types["a"] = ColumnType::Number;
        options.types["b"] = ColumnType::Category;
        options.types["c"] = ColumnType::Text;
        const ReadResult result = read("a,b,c\n1,10,x\nred,9,y\nblue,10,x\n", options);
        QCOMPARE(result.table.column(0).missing().count(), 2U);
        QCOMPARE(result.table.column(1).levels(), (Cells{"9", "10"}));
        QCOMPARE(result.table.column(2).type(), ColumnType::Text);
        QCOMPARE(result.warnings.size(), 1U);
        QCOMPARE(result.warnings[0].text(),
                 "test.csv, row 3, column a: 2 cells are not of the type chosen and count as missing.");
        options.types["d"] = ColumnType::Text;
        QVERIFY_THROWS_EXCEPTION(Error, read("a,b,c\n1,10,x\n", options));
    }

    void laterCellsChangeTheType() {
        std::string text = "a,b,c\n";
        for (int i = 0; i < 300'000; ++i) text += std::to_string(i) + "," + (i > 250'000 ? "2015-01-01" : "") + ",7\n";
        text += "word,2016-01-01,\n";
        const ReadResult result = read(text);
        QCOMPARE(result.table.rows(), 300'001U);
        QCOMPARE(result.table.column(0).type(), ColumnType::Text);
        QCOMPARE(result.table.column(0).cellText(300'000), "word");
        QCOMPARE(result.table.column(0).cellText(77), "77");
        QCOMPARE(result.table.column(1).type(), ColumnType::DateTime);
        QCOMPARE(result.table.column(1).cellText(300'000), "2016-01-01");
        QCOMPARE(result.table.column(1).missing().count(), 250'001U);
        QCOMPARE(result.table.column(2).missing().count(), 1U);
    }

    void threadsDoNotMatter() {
        std::string text = "id,word,note,day\n";
        RandomStream random(Seed{5});
        for (int i = 0; i < 120'000; ++i) {
            const std::uint64_t kind = random.below(50);
            text += std::to_string(i) + ",w" + std::to_string(random.below(300)) + ",\"line " + std::to_string(i) +
                    (kind == 0 ? "\nand \"\"more\"\"\n\n" : "") + "\",2015-01-" +
                    std::to_string(10 + random.below(20)) + "\n";
            if (kind == 1) text += "\n";
            if (kind == 2) text += "7,x\n";
        }
        std::string first;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            std::string print;
            arena.run([&] {
                const ReadResult result = read(text);
                print = fingerprint(result.table);
                for (const Warning& warning : result.warnings) print += warning.text();
            });
            if (first.empty()) first = print;
            QCOMPARE(print, first);
        }
        // The same cells one record at a time: an irregular quote at the end takes the other road.
        const ReadResult parallel = read(text);
        const ReadResult lenient = read(text + "1,a\"b,c,2015-01-01\n");
        QCOMPARE(lenient.table.rows(), parallel.table.rows() + 1);
        for (const std::size_t row : {0UL, 60'000UL, parallel.table.rows() - 1})
            QCOMPARE(lenient.table.column(2).cellText(row), parallel.table.column(2).cellText(row));
    }

    void refusesWhatIsNoTable_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("blank") << QByteArray("\n\n  \n");
        QTest::newRow("header alone") << QByteArray("a,b,c\n");
        QTest::newRow("zip") << QByteArray("PK\x03\x04 something");
        QTest::newRow("binary") << QByteArray("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f,\n\x01\x02\x03\n");
        QTest::newRow("huge cell") << "a,b\n1,\"" + QByteArray(17'000'000, 'x') + "\"\n";
        QTest::newRow("huge line") << "a,b\n" + QByteArray(70'000'000, ',') + "\n";
        QTest::newRow("one line without end") << QByteArray(70'000'000, 'x');
    }
    void refusesWhatIsNoTable() {
        QFETCH(QByteArray, text);
        QVERIFY_THROWS_EXCEPTION(Error, read({text.constData(), static_cast<std::size_t>(text.size())}));
    }

    void zeroBytesAreLeftOutAndTold() {
        using namespace std::string_view_literals;
        const ReadResult result = read("a,b\n1,x\0y\n2,z plain words around it\n"sv);
        QCOMPARE(result.table.column(1).cellText(0), "xy");
        QCOMPARE(result.warnings.size(), 1U);
    }

    void encodings() {
        const std::string latin = "name,x\nJos\xe9,1\nZo\xeb,2\n";
        const ReadResult result = read(latin);
        QCOMPARE(result.format.encoding, Encoding::Latin1);
        QCOMPARE(result.table.column(0).cellText(0), "José");
        for (const bool little : {true, false}) {
            std::string wide = little ? "\xff\xfe" : "\xfe\xff";
            for (const char16_t c : std::u16string(u"näme,x\n\U0001F600,1\nb,2\n")) {
                const char bytes[] = {static_cast<char>(c & 0xff), static_cast<char>(c >> 8)};
                wide += little ? bytes[0] : bytes[1];
                wide += little ? bytes[1] : bytes[0];
            }
            const ReadResult utf16 = read(wide);
            QCOMPARE(utf16.format.encoding, little ? Encoding::Utf16LittleEndian : Encoding::Utf16BigEndian);
            QCOMPARE(utf16.table.column(0).name(), "näme");
            QVERIFY(cellsOf(utf16.table.column(0)) == (Cells{"\xf0\x9f\x98\x80", "b"}));
        }
    }

    void allMissingColumnsAndRowNames() {
        const ReadResult result = read("x,y\nann,1,\nbob,2,\n");
        QCOMPARE(result.table.columnCount(), 2U);
        const ReadResult names = read("x,y\nann,1,2\nbob,3,4\n");
        QCOMPARE(names.table.columnCount(), 3U);
        QCOMPARE(names.table.column(0).name(), "column1");
        QCOMPARE(names.table.column(2).numbers()[1], 4.0);
        QCOMPARE(read("a,b\n,1\n,2\n").table.column(0).missing().count(), 2U);
    }

    void blanksAsDelimiter() {
        const ReadResult result = read("  a   b\tc\n 1  2   x \n 3\t\t4 y\n");
        QCOMPARE(result.format.delimiter, ' ');
        QCOMPARE(result.table.columnCount(), 3U);
        QCOMPARE(result.table.column(1).numbers()[1], 4.0);
        QCOMPARE(cellsOf(result.table.column(2)), (Cells{"x", "y"}));
    }

    void stopsWhenAsked() {
        SilentProgress progress;
        std::stop_source source;
        source.request_stop();
        JobContext context{source.get_token(), {}, progress, Seed{1}};
        QVERIFY_THROWS_EXCEPTION(Cancelled, readCsvText("a,b\n1,2\n", "x", {}, context));
    }
};

QTEST_APPLESS_MAIN(CsvReaderTest)
#include "test_csv_reader.moc"
