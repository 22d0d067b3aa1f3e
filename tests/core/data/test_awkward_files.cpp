// SPDX-License-Identifier: GPL-3.0-or-later
// Exports as offices make them: nothing in them is guessed wrongly without a word, and the remedies that are offered, taken
// one after another, read them as they are meant.
#include <QtTest>

#include "data/edit/edit.h"
#include "data/profile.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const std::filesystem::path Folder = std::filesystem::path(HOLDOUT_FIXTURES) / "files" / "awkward";

/// The table once every edit that a finding offers has been made.
Table mended(Table table) {
    static const EditRegistry edits = builtinEdits();
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    constexpr int most = 30;
    for (int i = 0; i < most; ++i) {
        const TableProfile now = profile(table, context);
        const auto offered = std::find_if(now.findings.begin(), now.findings.end(), [](const Finding& finding) { return finding.remedyEdit.has_value(); });
        if (offered == now.findings.end()) return table;
        table = applyEdits(table, {*offered->remedyEdit}, edits, context).table;
    }
    throw std::logic_error("the remedies never end");
}

bool warnsOf(const ReadResult& read, const char* words) {
    return std::any_of(read.warnings.begin(), read.warnings.end(), [=](const Warning& w) { return w.message.find(words) != std::string::npos; });
}

QString typesOf(const Table& table) {
    QStringList types;
    for (const ColumnPtr& column : table.columns()) types << QString::fromStdString(column->name() + ": " + std::string(columnTypeName(column->type())));
    return types.join(", ");
}

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
