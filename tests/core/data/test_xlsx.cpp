// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "data/xlsx_workbook.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const std::filesystem::path Files = std::filesystem::path(HOLDOUT_FIXTURES) / "files";

}  // namespace

class XlsxTest : public QObject {
    Q_OBJECT
private slots:
    void readsTheFirstSheetThatIsATable_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("born");
        QTest::newRow("texts in the cells") << "people.xlsx"
                                            << "1999-12-31";
        // Four years and a day later in the other calendar of Excel.
        QTest::newRow("shared texts, days from 1904") << "shared.xlsx"
                                                      << "2004-01-01";
    }
    void readsTheFirstSheetThatIsATable() {
        QFETCH(QString, file);
        QFETCH(QString, born);
        const ReadResult read = readPath(Files / file.toStdString());
        const Table& table = read.table;
        QCOMPARE(read.format.kind, "xlsx");
        QCOMPARE(read.format.part, "Measured");
        QCOMPARE(read.format.parts, (std::vector<std::string>{"Notes", "Measured", "Far", "Hidden"}));
        QCOMPARE(table.rows(), 3U);
        QCOMPARE(table.columnCount(), 7U);
        QCOMPARE(table.column(0).cellText(0), "Ann \"A\"");
        QCOMPARE(table.column(0).cellText(2), "two\nlines");
        QCOMPARE(table.column(1).cellText(0), born.toStdString());
        QCOMPARE(table.column(1).type(), ColumnType::DateTime);
        QCOMPARE(table.column(3).numbers()[1], 0.1);
        QVERIFY(table.column(3).isMissing(2));
        QCOMPARE(table.column(4).cellText(1), "FALSE");
        QCOMPARE(table.column(5).cellText(0), "007");
        QVERIFY(table.column(6).isMissing(1));
        QCOMPARE(table.column(6).numbers()[2], 1e-5);
        QCOMPARE(read.warnings.size(), 2U);  // other sheets, #N/A
        QCOMPARE(read.bytes, std::filesystem::file_size(Files / file.toStdString()));
    }

    void mergedCellsHaveOneValue() {
        ReadOptions options;
        options.headerRows = 2;
        const ReadResult read = readPath(Files / "awkward" / "merged.xlsx", options);
        const Table& table = read.table;
        QCOMPARE(table.rows(), 12U);
        QCOMPARE(table.column(0).name(), "Region");
        QCOMPARE(table.column(2).name(), "Sales 2023 Q1");
        QCOMPARE(table.column(3).name(), "Sales 2023 Q2");
        QCOMPARE(rowText(table, 3), "North shop 3 113 93 ?");
        QCOMPARE(rowText(table, 4), "South shop 0 108 90 ?");
        QVERIFY(!table.column(0).missing().any());
        QVERIFY(table.column(4).missing().count() == 9);  // cells that are empty without being merged
        QVERIFY(read.warnings.size() > 0 && read.warnings.front().message.find("areas of merged cells") != std::string::npos);
        // Undecided, the second row of headings is told of.
        const Warnings warnings = readPath(Files / "awkward" / "merged.xlsx").warnings;
        QVERIFY(std::any_of(warnings.begin(), warnings.end(), [](const Warning& w) { return w.message.find("more headings, or units") != std::string::npos; }));
    }

    void readsASheetByName() {
        ReadOptions options;
        options.sheet = "Far";
        const ReadResult read = readPath(Files / "people.xlsx", options);
        QCOMPARE(rowText(read.table, 0), "? ? 1 ? 2");
        QCOMPARE(read.table.column(2).name(), "x");
        options.sheet = "far";
        const std::string error = errorOf([&] { readPath(Files / "people.xlsx", options); });
        QVERIFY2(error.find("Did you mean Far") != std::string::npos, error.c_str());
        options.sheet = "Notes";
        QVERIFY(!errorOf([&] { readPath(Files / "people.xlsx", options); }).empty());
    }

    void daysAndTimes() {
        QCOMPARE(xlsx::serialText(1, false), "1900-01-01");
        QCOMPARE(xlsx::serialText(59, false), "1900-02-28");
        QCOMPARE(xlsx::serialText(61, false), "1900-03-01");
        QCOMPARE(xlsx::serialText(43890.57326388889, false), "2020-02-29 13:45:30");
        QCOMPARE(xlsx::serialText(1, true), "1904-01-02");
        QVERIFY(xlsx::serialText(0.5, false).empty() && xlsx::serialText(1e300, false).empty());
        for (const char* code : {"yyyy-mm-dd", "d. mmm", "[$-407]dd/mm/yy;@", "h:mm AM/PM"})
            QVERIFY2(xlsx::isDateFormat(code), code);
        for (const char* code : {"General", "0.00", "#,##0 \"days\"", "[h]:mm:ss", "[Red]0", "0.0\\d"})
            QVERIFY2(!xlsx::isDateFormat(code), code);
    }

    void aBombIsRefused() {
        const std::string error = errorOf([] { readPath(Files / "bomb.xlsx"); });
        QVERIFY2(error.find("100 times") != std::string::npos, error.c_str());
    }

    void damageIsTold() {
        const std::string whole = fileBytes(Files / "people.xlsx");
        for (const std::size_t length : {std::size_t{100}, whole.size() / 2, whole.size() - 30}) {
            const std::string error = errorOf([&] { readBytes(whole.substr(0, length), "people.xlsx"); });
            QVERIFY2(error.find("people.xlsx") != std::string::npos, error.c_str());
        }
        std::string changed = whole;
        for (std::size_t at = 200; at < changed.size(); at += 97) changed[at] = static_cast<char>(changed[at] ^ 0x55);
        QVERIFY(!errorOf([&] { readBytes(changed, "people.xlsx"); }).empty());
    }
};

QTEST_APPLESS_MAIN(XlsxTest)
#include "test_xlsx.moc"
