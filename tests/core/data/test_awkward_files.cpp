// SPDX-License-Identifier: GPL-3.0-or-later
// Exports as offices make them: nothing in them is guessed wrongly without a word, and the remedies that are offered, taken
// one after another, read them as they are meant.
#include <QtTest>

#include "mend_table.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const std::filesystem::path Folder = std::filesystem::path(HOLDOUT_FIXTURES) / "files" / "awkward";

}  // namespace

class AwkwardFilesTest : public QObject {
    Q_OBJECT
private slots:
    void linesOfTwoEncodings() {
        const ReadResult read = readPath(Folder / "mixed_encodings.csv");
        QVERIFY(warnsOf(read, "mixes encodings"));
        QCOMPARE(read.table.column(0).levels(), (std::vector<std::string>{"Bern", "Gen\u00e8ve", "S\u00e3o Paulo", "Z\u00fcrich"}));
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Ort: category, Betrag: number, Datum: date-time"));
        QCOMPARE(rowText(table, 1), std::string("Gen\u00e8ve 103.7 2023-02-02"));
        QVERIFY(!table.column(2).missing().any());
    }

    void aReportWithTwoRowsOfHeadingsAndRemarks() {
        QVERIFY(warnsOf(readPath(Folder / "report.csv"), "more headings, or units"));
        ReadOptions options;
        options.headerRows = 2;
        const ReadResult read = readPath(Folder / "report.csv", options);
        QVERIFY(warnsOf(read, "lines above the table were skipped"));
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Station: category, Temp min: number, Temp max: number, Rain mm: number, Wind: number"));
        QCOMPARE(table.rows(), std::size_t(50));  // neither the sum nor the remark
        QCOMPARE(table.column(4).numbers()[2], 6.0);
        QCOMPARE(table.missingCells(), std::size_t(0));
    }

    void aLedgerWithParenthesesAndATotal() {
        const Table table = mended(readPath(Folder / "ledger.csv").table);
        QCOMPARE(table.rows(), std::size_t(80));
        QCOMPARE(typesOf(table).section(", ", 1, 4), QString("account: category, amount: number, share: number, when: date-time"));
        QVERIFY(table.column(0).type() != ColumnType::Number);  // 00007 is a name
        QCOMPARE(table.column(1).levels().size(), std::size_t(2));
        QCOMPARE(table.column(2).numbers()[0], -2999.75);
        QCOMPARE(table.column(4).cellText(13), std::string("2024-02-14"));
        QCOMPARE(table.missingCells(), std::size_t(0));
    }

    void aHospitalExport() {
        const ReadResult read = readPath(Folder / "hospital.csv");
        QCOMPARE(read.format.encoding, Encoding::Latin1);
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Fall-Nr: text, Geb.-Datum: date-time, Aufnahme: date-time, Station: category, Hb [g/dl]: number, CRP: number, Diagnose: category"));
        QCOMPARE(rowText(table, 1), std::string("00004748 1999-07-01 2023-01-02 08:06:00 Chirurgie 14.7 56 J18.1"));
        QCOMPARE(table.column(1).cellText(0), std::string("1958-11-24"));  // no birth in 2058
        QCOMPARE(table.column(1).missing().count(), std::size_t(0));
        QCOMPARE(table.column(5).missing().count(), std::size_t(0));       // "<5" is kept
        QCOMPARE(table.column(4).missing().count(), std::size_t(7));       // "n.b."
    }

    void aBankStatement() {
        const ReadResult read = readPath(Folder / "bank.csv");
        QVERIFY(warnsOf(read, "lines above the table were skipped"));
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Buchung: date-time, Text: category, Betrag: number, Saldo: number"));
        QCOMPARE(table.rows(), std::size_t(70));
        QCOMPARE(table.missingCells(), std::size_t(0));
        QCOMPARE(table.column(0).cellText(0), std::string("2024-01-01"));
        double sum = 512.34;
        for (const double amount : table.column(2).numbers()) sum += amount;
        QVERIFY(std::abs(sum - table.column(3).numbers().back()) < 1e-6);  // the signs are right
    }

    void aLaboratoryInstrument() {
        const ReadResult read = readPath(Folder / "instrument.txt");
        QVERIFY(warnsOf(read, "lines above the table were skipped"));
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Sample: text, Run date: date-time, Abs 280: number, Conc: number, Flag: category"));
        QCOMPARE(table.column(1).cellText(table.rows() - 1), std::string("2024-04-22"));
    }

    void aTurkishSpreadsheet() {
        const ReadResult read = readPath(Folder / "turkish.csv");
        QVERIFY(warnsOf(read, "look Turkish"));
        QVERIFY(!warnsOf(read, "cannot be told"));  // "9.307,10 TL" tells
        QCOMPARE(read.format.encoding, Encoding::Windows1254);
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString::fromUtf8("Şehir: category, İlçe: category, Fiyat: number, Nüfus: number, Kayıt Tarihi: date-time"));
        QCOMPARE(table.column(0).levels().back(), std::string("İzmir"));
        QCOMPARE(table.column(2).numbers()[0], 9307.1);
        QCOMPARE(table.column(3).numbers()[0], 262115.0);
        QCOMPARE(table.missingCells(), std::size_t(0));
    }

    void aLoggerThatWasRestarted() {
        const Table table = mended(readPath(Folder / "logger.csv").table);
        QCOMPARE(typesOf(table), QString("ts: date-time, day: date-time, temp: number, humidity: number, battery: number"));
        QCOMPARE(rowText(table, 0), std::string("2024-03-07 15:05:05.25 2024-03-07 19.63 67 4.2"));
        for (const double value : table.column(2).numbers()) QVERIFY(value > -100);  // -127 is a code
    }

    void whatMayBeThousandsIsToldOf() {
        const auto read = [](const std::string& text) {
            SilentProgress silent;
            JobContext context{{}, {}, silent, Seed{1}};
            return readCsvText(text, "x.csv", {}, context);
        };
        const auto rows = [](const char* cell) {
            std::string text = "name;size\n";
            for (int i = 0; i < 8; ++i) text += std::string("a;") + cell + "\n";
            return text;
        };
        QVERIFY(warnsOf(read(rows("262.115")), "cannot be told"));
        QVERIFY(warnsOf(read(rows("262,115")), "cannot be told"));
        QVERIFY(!warnsOf(read(rows("0.115")), "cannot be told"));             // no group begins with 0
        QVERIFY(!warnsOf(read(rows("262.115") + "b;1.5\n"), "cannot be told"));
        QVERIFY(!warnsOf(read(rows("262.115") + "b;1.234,5\n"), "cannot be told"));
        QVERIFY(!warnsOf(read(rows("01.02.2023")), "cannot be told"));
        QVERIFY(!warnsOf(read("name,size\na,262.115\nb,262.116\nc,1.117\nd,2.118\ne,3.119\n"), "cannot be told"));
    }

    void pairsAboveATableAreNoRows() {
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const ReadResult above = readCsvText("a:,1\nb:,2\nw,x,y,z\n1,2,3,4\n5,6,7,8\n9,1,2,3\n", "x.csv", {}, context);
        QVERIFY(warnsOf(above, "above the table"));
        QCOMPARE(above.table.rows(), std::size_t(3));
        // Rows that lack cells are rows, where none of names follows.
        QCOMPARE(readCsvText("1,2,,\n3,4,,\n5,6,7,8\n9,1,2,3\n5,6,7,8\n", "x.csv", {}, context).table.rows(), std::size_t(5));
    }

    void lettersTellTheEncoding() {
        const auto encodingOf = [](std::string_view text) {
            SilentProgress silent;
            JobContext context{{}, {}, silent, Seed{1}};
            return readCsvText(text, "x.csv", {}, context).format.encoding;
        };
        QCOMPARE(encodingOf("name;city\nM\xfcller;Z\xfcrich\nGen\xe8ve;\xc9vian\n"), Encoding::Latin1);
        QCOMPARE(encodingOf("name;size\nJ\xf3n;12 m\xb3\n\xde\xf3rr;5 m\xb2\n"), Encoding::Latin1);                      // Icelandic
        QCOMPARE(encodingOf("name;city\nWa\xb3\xeasa;\xa3\xf3" "d\xbc\nStanis\xb3" "aw;Gda\xf1sk\n"), Encoding::Windows1250);  // Polish
        QCOMPARE(encodingOf("name;city\nNov\xe1k;Plze\xf2\nDvo\xf8\xe1k;\x8atern\xe1\n"), Encoding::Windows1250);         // Czech
        QCOMPARE(encodingOf("name;city\n\xc8\xe2\xe0\xed;\xcc\xee\xf1\xea\xe2\xe0\n\xc0\xed\xed\xe0;\xd2\xf3\xeb\xe0\n"), Encoding::Windows1251);
    }

    void germanMoneyDatesInTwoFormsAndANameTwice() {
        const ReadResult read = readPath(Folder / "german.csv");
        QVERIFY(warnsOf(read, "stands twice"));
        const Table table = mended(read.table);
        QCOMPARE(typesOf(table), QString("Kunde: category, Umsatz: number, Umsatz_2: number, Datum: date-time, PLZ: text, Aktiv: category"));
        QCOMPARE(table.column(1).numbers()[2], 1026.14);
        QCOMPARE(table.column(3).cellText(3), std::string("2023-04-04"));
        QCOMPARE(table.column(4).cellText(0), std::string("01000"));
        QCOMPARE(table.missingCells(), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(AwkwardFilesTest)
#include "test_awkward_files.moc"
