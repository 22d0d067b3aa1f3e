// SPDX-License-Identifier: GPL-3.0-or-later
// Tables as other programs write them for other ends than to be read: shown on a screen, dumped from a database, filtered in a
// workbook, measured by a clock. Nothing in them is guessed wrongly without a word.
#include <QtTest>

#include "mend_table.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const std::filesystem::path Folder = std::filesystem::path(HOLDOUT_FIXTURES) / "files" / "unusual";

Table tableOf(const char* file) {
    return readPath(Folder / file).table;
}

/// A column of the cells, in turn, a few times over, beside one of numbers.
std::string column(const std::string& name, const std::vector<std::string>& cells, std::size_t rows = 24) {
    std::string text = name + ";n\n";
    for (std::size_t row = 0; row < rows; ++row) text += cells[row % cells.size()] + ";" + std::to_string(row) + ".5\n";
    return text;
}

ReadResult readColumn(const std::vector<std::string>& cells, std::size_t rows = 24) {
    return readBytes(column("c", cells, rows), "x.csv");
}

}  // namespace

class UnusualFilesTest : public QObject {
    Q_OBJECT
private slots:
    void columnsAtFixedPlaces() {
        const ReadResult read = readPath(Folder / "fixed.txt");
        QVERIFY(warnsOf(read, "fixed places"));
        QCOMPARE(typesOf(read.table), QString("City: category, Country: category, Pop: number, Area: number, Elev: number"));
        QCOMPARE(rowText(read.table, 0), std::string("Berlin DE 7780502 379.38 ?"));
        QCOMPARE(rowText(read.table, 1), std::string("New York US 6038041 808.26 152"));
    }

    void laterLinesOfFixedPlacesAreNotCut() {
        std::string text = "name     size\n";
        for (int i = 0; i < 300; ++i) text += i % 2 ? "Anne B    123\n" : "Al Bert   123\n";
        const ReadResult sound = readBytes(text + "\xc3\x9cller   123456\n", "x.txt");
        QCOMPARE(sound.table.column(0).cellText(300), std::string("\xc3\x9cller"));
        QCOMPARE(sound.table.column(1).numbers()[300], 123456.0);
        QVERIFY(!warnsOf(sound, "may be cut"));
        QVERIFY(warnsOf(readBytes(text + "Maximilian 1234\n", "x.txt"), "may be cut"));
        // Words of prose, and numbers between single runs of blanks, stand at no places.
        QVERIFY(!warnsOf(readBytes("x  y\n1  2\n10  20\n3  4\n100  7\n5  6\n", "x.txt"), "fixed places"));
    }

    void shortLinesBelowWideOnesTakeNoRoom() {
        std::string text;
        for (int i = 0; i < 200; ++i) {
            for (int c = 0; c < 1000; ++c) text += i % 7 == 0 && c % 3 == 1 ? "    " : "ab  ";
            text += '\n';
        }
        for (int i = 0; i < 100'000; ++i) text += "a\n";
        std::string problem;
        try {
            QVERIFY(!warnsOf(readBytes(text, "x.txt"), "fixed places"));
        } catch (const Error& error) {
            problem = error.what();  // too many empty cells, whichever way it is read
        }
        QVERIFY(problem.empty() || problem.find("memory") != std::string::npos || problem.find("cells") != std::string::npos);
    }

    void tablesThatAreDrawn() {
        const ReadResult markdown = readPath(Folder / "markdown.md");
        QVERIFY(warnsOf(markdown, "drawn with lines"));
        QCOMPARE(typesOf(markdown.table), QString("Model: category, Params (M): number, Top-1: number, Year: number"));
        QCOMPARE(markdown.table.rows(), std::size_t(20));
        const Table shown = mended(tableOf("mysql.txt"));
        QCOMPARE(typesOf(shown), QString("id: number, name: category, size: number"));
        QCOMPARE(shown.rows(), std::size_t(20));  // "20 rows in set" is none
    }

    void tabsBetweenTextsWithCommas() {
        const Table table = tableOf("tabs.csv");
        QCOMPARE(table.columnCount(), std::size_t(4));
        QCOMPARE(rowText(table, 0), std::string("0 Smith, John 0 0 Main St, Apt 0, NY foo, bar, 0"));
    }

    void theDelimiterThatAFileNames() {
        const Table table = tableOf("sep.csv");
        QCOMPARE(table.columnCount(), std::size_t(3));
        QCOMPARE(rowText(table, 1), std::string("1 x,1 1.5"));
    }

    void dumpsOfDatabases() {
        const Table table = tableOf("pgdump.tsv");
        QCOMPARE(table.column(2).type(), ColumnType::Number);  // with \N for what is not known
        QCOMPARE(table.column(2).missing().count(), std::size_t(8));
        QCOMPARE(table.column(6).missing().count(), std::size_t(5));
        QVERIFY(errorOf([] { readBytes("-- dump\n\nINSERT INTO `t` VALUES\n(1,'a'),\n(2,'b');\n", "x.csv"); }).find("commands of SQL") != std::string::npos);
        QVERIFY(errorOf([] { readBytes("<!DOCTYPE html>\n<table><tr><td>1</td></tr></table>\n", "x.xls"); }).find("web page") != std::string::npos);
    }

    void yearsAsNamesOfColumns() {
        const ReadResult read = readPath(Folder / "years.csv");
        QVERIFY(warnsOf(read, "years, one after another"));
        QCOMPARE(read.table.column(1).name(), std::string("1990"));
        QCOMPARE(read.table.rows(), std::size_t(30));
        // A row of numbers that are no years, or years in every row, head nothing.
        QVERIFY(!readBytes("1,2,3\n4,5,9\n7,8,8\n", "x.csv").format.header);
        QVERIFY(!readBytes("1990,1991,1992\n1991,1992,1993\n1992,1993,1994\n", "x.csv").format.header);
    }

    void codesOverCodesAreNoHeader() {
        QVERIFY(!readBytes("S001,red\nS002,blue\nS003,green\nS004,black\nS005,white\nS006,pink\n", "x.csv").format.header);
        QVERIFY(readBytes("id,colour\nS001,red\nS002,blue\nS003,green\nS004,black\nS005,white\n", "x.csv").format.header);
    }

    void remarksWithPercentSigns() {
        const Table table = mended(tableOf("fortran.dat"));
        QCOMPARE(typesOf(table), QString("x: number, y: number"));
        QCOMPARE(table.column(0).numbers()[0], 226.86);
        QVERIFY(readBytes("%,name\n1,a\n2,b\n", "x.csv").format.header);  // a name of a column
    }

    void whatNumbersHideIsToldOf() {
        QVERIFY(warnsOf(readColumn({"1.1", "1.10", "1.9", "2.12"}), "are the same"));
        QVERIFY(!warnsOf(readColumn({"1.1", "1.10", "1.05"}), "are the same"));  // decimals
        QVERIFY(!warnsOf(readColumn({"1.1", "1.9", "2.12"}), "are the same"));
        QVERIFY(warnsOf(readColumn({"12", "1E5", "345", "2E3"}), "powers of ten"));
        QVERIFY(!warnsOf(readColumn({"1.2", "1E5", "345"}), "powers of ten"));
        QVERIFY(warnsOf(readColumn({"2024-03-01T07:00:00+02:00"}), "times of Greenwich"));
        QVERIFY(!warnsOf(readColumn({"2024-03-01T07:00:00+00:00", "2024-03-01 07:00"}), "times of Greenwich"));
        ReadOptions asText;
        asText.types["c"] = ColumnType::Text;
        const ReadResult chosen = readBytes(column("c", {"1.1", "1.10"}), "x.csv", asText);
        QVERIFY(!warnsOf(chosen, "are the same"));
        QCOMPARE(chosen.table.column(0).cellText(1), std::string("1.10"));
    }

    void quotedCommasMayBeEither() {
        const auto rows = [](const char* cell) {
            std::string text = "name,size\n";
            for (int i = 0; i < 8; ++i) text += std::string("a,\"") + cell + "\"\n";
            return text;
        };
        QVERIFY(warnsOf(readBytes(rows("1,121"), "x.csv"), "cannot be told"));
        QVERIFY(!warnsOf(readBytes(rows("1,121") + "b,0.5\n", "x.csv"), "cannot be told"));
        QVERIFY(!warnsOf(readBytes(rows("1,121,000"), "x.csv"), "cannot be told"));
    }

    void identifiersAreNoSizes() {
        const Table table = tableOf("ids.csv");
        QVERIFY(table.column(0).type() != ColumnType::Number);  // 00501
        for (const char* name : {"card", "phone", "isbn"}) QVERIFY2(finds(table, name, "identifier"), name);
        QVERIFY(finds(table, "tweet", "more digits"));
        std::vector<std::string> long22, large;
        for (int i = 0; i < 24; ++i) {
            long22.push_back("23038267050370670" + std::to_string(79230 + i));
            large.push_back(std::to_string(i + 10) + "e20");
        }
        QVERIFY(finds(readColumn(long22).table, "c", "more digits"));
        QVERIFY(!finds(readColumn(large).table, "c", "more digits"));  // measured
    }

    void durationsAndAngles() {
        const Table table = tableOf("coords.csv");
        QVERIFY(finds(table, "lat", "angles") && finds(table, "lon", "angles"));
        QVERIFY(!finds(table, "lat", "identifier"));
        const Table now = mended(table);
        QCOMPARE(typesOf(now), QString("site: text, lat: text, lon: text, duration: number, split: number, pct: number"));
        QVERIFY(std::abs(now.column(3).numbers()[0] - (38 + 20 / 60.0 + 1 / 3600.0)) < 1e-12);
        QVERIFY(std::abs(now.column(4).numbers()[0] - (24 + 39.9 / 60.0)) < 1e-12);
        QCOMPARE(now.column(5).numbers()[0], 63.2);
        QCOMPARE(now.missingCells(), std::size_t(0));
    }

    void signsThatDoNotMeanTheSame() {
        const Table parts = mended(readColumn({"0.87", "18%", "0.5", "93%"}).table);
        QCOMPARE(parts.column(0).numbers()[0], 0.87);
        QCOMPARE(parts.column(0).numbers()[1], 0.18);
        const Table percents = mended(readColumn({"63.2", "18%", "7"}).table);
        QCOMPARE(percents.column(0).numbers()[1], 18.0);
        for (const std::vector<std::string>& cells : {std::vector<std::string>{"$12.50", "\u20ac9.90", "$7"}, {"12.50 USD", "9.90 EUR"}}) {
            const Table money = readColumn(cells).table;
            QVERIFY(finds(money, "c", "several"));
            QVERIFY(mended(money).column(0).type() != ColumnType::Number);
        }
        QCOMPARE(mended(readColumn({"\u22121.5", "2.5", "3"}).table).column(0).numbers()[0], -1.5);
    }

    void numbersInOtherClothes() {
        const Table sizes = mended(tableOf("sizes.csv"));
        QCOMPARE(sizes.column(1).numbers()[0], 813674.0);
        QCOMPARE(sizes.column(2).numbers()[0], 2e6);
        const Table spaced = mended(readColumn({"1 943,58", "12 000,5", "7,25"}).table);
        QCOMPARE(spaced.column(0).numbers()[0], 1943.58);
        QCOMPARE(spaced.column(0).numbers()[2], 7.25);
        std::vector<std::string> pressures, telephones;
        for (int i = 0; i < 30; ++i) {
            pressures.push_back(std::to_string(100 + i) + "/" + std::to_string(60 + i));
            telephones.push_back("123 456 " + std::to_string(100 + i));
        }
        const Table split = mended(readColumn(pressures, 30).table);
        QCOMPARE(split.columnCount(), std::size_t(3));
        QCOMPARE(split.column(1).type(), ColumnType::Number);
        QVERIFY(!finds(readColumn(telephones, 30).table, "c", "blanks between thousands"));
    }

    void answersInSeveralWords() {
        const Table table = tableOf("answers.csv");
        QVERIFY(finds(table, "consent", "yes and no in several ways"));
        QVERIFY(!finds(table, "active", "several ways"));
        const Table now = mended(table);
        QCOMPARE(now.column(1).levels().size(), std::size_t(2));
        QCOMPARE(now.column(3).levels().size(), std::size_t(2));
        QCOMPARE(now.column(4).levels(), (std::vector<std::string>{"no", "yes"}));  // boxes that are ticked
        QCOMPARE(now.column(4).missing().count(), std::size_t(0));
    }

    void monthsAndNamesLikeDates() {
        const Table now = mended(tableOf("months.csv"));
        QCOMPARE(typesOf(now), QString("m: date-time, q: category, wk: text, md: date-time, ym: date-time, dt: date-time"));
        QCOMPARE(rowText(now, 0), std::string("2023-01-01 2023Q4 2024-W40 2019-03-01 2024-09-01 2024-01-18"));
        QCOMPARE(now.missingCells(), std::size_t(0));
        QVERIFY(finds(readColumn({"TP53", "1-Mar", "BRCA1", "OCT4", "2-Sep"}).table, "c", "made it of a name"));
        QVERIFY(finds(readColumn({"11-Dec", "1-Mar", "7-Sep"}).table, "c", "without a year"));
        QVERIFY(!finds(readColumn({"MAR4", "SEPT2", "DEC1"}).table, "c", "date"));
    }

    void objectsWithMixedMembers() {
        const ReadResult read = readPath(Folder / "events.jsonl");
        QVERIFY(warnsOf(read, "mixes 32 numbers with 8 texts"));
        QVERIFY(finds(read.table, "tags", "lists"));
        QVERIFY(finds(read.table, "id", "more digits"));
        QVERIFY(finds(read.table, "score", "of the cells are numbers"));
        QVERIFY(!warnsOf(readBytes("{\"a\": 1}\n{\"a\": \"2\"}\n{\"a\": \"NA\"}\n", "x.jsonl"), "mixes"));
    }

    void workbooksThatHideThings() {
        const ReadResult book = readPath(Folder / "book.xlsx");
        QCOMPARE(book.format.part, std::string("Data"));  // not the page with a title
        QVERIFY(warnsOf(book, "3 rows are hidden"));
        QVERIFY(warnsOf(book, "4 cells hold an error"));
        QCOMPARE(book.table.column(0).type(), ColumnType::DateTime);
        QCOMPARE(book.table.column(0).cellText(0), std::string("2022-01-01"));  // 43100 days from 1904
        const ReadResult formats = readPath(Folder / "formats.xlsx");
        QCOMPARE(formats.table.column(0).cellText(0), std::string("00007"));  // as it is shown
        QVERIFY(warnsOf(formats, "parts of a day"));
        QVERIFY(warnsOf(readPath(Folder / "formulas.xlsx"), "20 formulas have no result"));
    }

    void reportsOnPaper() {
        const Table pages = tableOf("pages.csv");
        QVERIFY(finds(pages, "", "3 rows hold the names"));
        QCOMPARE(typesOf(mended(pages)), QString("date: date-time, shop: category, sales: number"));
        QCOMPARE(mended(pages).rows(), std::size_t(80));
        const Table groups = tableOf("groups.csv");
        QVERIFY(finds(groups, "", "look like sums of others"));
        QVERIFY(finds(groups, "Region", "only where it changes"));
        QCOMPARE(mended(groups).rows(), std::size_t(32));
        const Table side = readBytes("what,a,b,c,d,e\nage,1,2,3,4,5\nsex,m,f,f,m,f\nsize,3,4,5,6,7\n", "x.csv").table;
        QVERIFY(finds(side, "", "on its side"));
    }

    void lettersThatWereSpoilt() {
        QVERIFY(finds(readColumn({"M\u00c3\u00bcnchen", "K\u00c3\u00b6ln", "Bern"}).table, "c", "spoilt"));
        QVERIFY(finds(readColumn({"don\u00e2\u20ac\u2122t", "Bern"}).table, "c", "spoilt"));
        QVERIFY(!finds(readColumn({"M\u00fcnchen", "S\u00c3O PAULO", "\u00c3\u00c9"}).table, "c", "spoilt"));
    }

    void daysThatNeverCome() {
        const Table ends = readColumn({"9999-12-31", "2024-02-11", "2024-03-01"}).table;
        QVERIFY(finds(ends, "c", "9999-12-31 stands in 8 cells"));
        QCOMPARE(mended(ends).column(0).missing().count(), std::size_t(8));
        const Table starts = readColumn({"1900-01-01", "1951-05-05", "1989-03-01"}).table;
        QCOMPARE(mended(starts).column(0).missing().count(), std::size_t(8));
        const Table times = readColumn({"2999-12-31 23:59:59", "2024-02-11 10:00:00", "2024-03-01 11:00:00"}).table;
        QCOMPARE(mended(times).column(0).missing().count(), std::size_t(8));
        QVERIFY(!finds(readColumn({"1900-01-01", "1902-05-05", "1989-03-01"}).table, "c", "stands in"));
    }

    void clocksAndSpreadsheetTexts() {
        const Table clock = mended(readColumn({"2:15 PM", "12:30 AM"}).table);
        QCOMPARE(clock.column(0).numbers()[0], 14.25);
        QCOMPARE(clock.column(0).numbers()[1], 0.5);
        QCOMPARE(mended(readColumn({"=\"00727\"", "=\"10372\""}).table).column(0).cellText(0), std::string("00727"));
        QCOMPARE(mended(readColumn({"'00727", "'10372"}).table).column(0).cellText(0), std::string("00727"));
        QCOMPARE(mended(readColumn({"8 901", "1 234 567", "456"}).table).column(0).numbers()[1], 1234567.0);
    }

    void namesThatBeginLikeSums() {
        std::string films = "title;year\n", tickets = "ticket;n\n";
        for (int i = 0; i < 30; ++i) {
            films += (i % 10 == 3 ? "Total Recall;" : "Film " + std::to_string(i) + ";") + std::to_string(1980 + i) + "\n";
            tickets += (i % 4 == 0 ? "A/5 " : "") + std::to_string(21171 + 7 * i) + ";1\n";
        }
        QVERIFY(!finds(readBytes(films, "x.csv").table, "", "sums"));
        QVERIFY(!finds(readBytes(tickets, "x.csv").table, "ticket", "are numbers"));
        std::string prices = "range,n\n";
        for (int i = 0; i < 8; ++i) prices += "\"$50,000 - $99,999\",1\n\"$150,000+\",2\n";
        QVERIFY(!warnsOf(readBytes(prices, "x.csv"), "cannot be told"));
    }

    void whatComesLate() {
        std::string text = "code;when\n";
        for (int i = 0; i < 20000; ++i) text += std::to_string(i % 700) + ";2024-01-" + std::to_string(i % 18 + 10) + "\n";
        const Table table = readBytes(text + "N7;unknown\n", "x.csv").table;
        QVERIFY(finds(table, "code", "such as \"N7\""));
        QVERIFY(finds(table, "when", "such as \"unknown\""));
        QVERIFY(!finds(table, "when", "Every cell is a date"));
    }
};

QTEST_APPLESS_MAIN(UnusualFilesTest)
#include "test_unusual_files.moc"
