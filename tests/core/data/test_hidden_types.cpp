// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <chrono>
#include <cmath>

#include "data/edit/edit.h"
#include "data/hidden_dates.h"
#include "data/hidden_types.h"
#include "read_fixture.h"

using namespace holdout;

namespace {

ColumnPtr texts(const std::vector<std::string>& some, const char* name = "x") {
    std::vector<std::string> cells;
    while (cells.size() < 24)
        for (const std::string& cell : some) cells.push_back(cell);
    return Column::textsOf(name, cells);
}

/// The table after the edits that the findings propose, one after another until there is none.
Table mended(ColumnPtr column) {
    static const EditRegistry edits = builtinEdits();
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    Table table({std::move(column)});
    for (int i = 0; i < 3; ++i) {
        const auto finding = hiddenType(table.column(0));
        if (!finding || !finding->remedyEdit) break;
        table = applyEdits(table, {*finding->remedyEdit}, edits, context).table;
    }
    return table;
}

bool says(const std::optional<Finding>& finding, const char* words) {
    return finding && finding->sentence.find(words) != std::string::npos;
}

}  // namespace

class HiddenTypesTest : public QObject {
    Q_OBJECT
private slots:
    void numbersWithSignsAreRead_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<double>("value");
        QTest::newRow("dollars") << "$1,074.97" << "$900.00" << 1074.97;
        QTest::newRow("euros behind") << "1.074,97 €" << "3,50 €" << 1074.97;
        QTest::newRow("groups parted by no-break spaces") << "1\u00a0074,97\u00a0€" << "3,50\u00a0€" << 1074.97;
        QTest::newRow("percent") << "12.5%" << "3%" << 12.5;
        QTest::newRow("negative in parentheses") << "(1,234.50)" << "900.00" << -1234.5;
        QTest::newRow("dollars in parentheses") << "($1,234.50)" << "$7.00" << -1234.5;
        QTest::newRow("dollars before parentheses") << "$(12)" << "$7.00" << -12.0;
        QTest::newRow("the minus behind") << "1.234,50-" << "900,00" << -1234.5;
        QTest::newRow("debit and credit") << "1,234.50 DR" << "900.00 CR" << -1234.5;
        QTest::newRow("bounds") << "<5" << "7.5" << 5.0;
        QTest::newRow("a unit") << "12.5 kg" << "3 kg" << 12.5;
        QTest::newRow("a unit and a decimal comma") << "1.012,5 km" << "3,25 km" << 1012.5;
        QTest::newRow("percent with comma") << "-0,05 %" << "1,25 %" << -0.05;
    }
    void numbersWithSignsAreRead() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(double, value);
        const Table table = mended(texts({first.toStdString(), second.toStdString()}));
        QVERIFY(table.column(0).type() == ColumnType::Number);
        QCOMPARE(table.column(0).numbers()[0], value);
        QVERIFY(!table.column(0).missing().any());
    }

    void amountsInParenthesesAreNeverTakenForMissing() {
        // So few that the others alone would pass for a column of numbers.
        std::vector<std::string> cells(40, "10.00");
        cells[3] = "(2,000.00)";
        const ColumnPtr column = Column::textsOf("amount", cells);
        QVERIFY(says(hiddenType(*column), "negative ones in parentheses"));
        const Table table = mended(column);
        QVERIFY(table.column(0).type() == ColumnType::Number);
        QCOMPARE(table.column(0).numbers()[3], -2000.0);
        QVERIFY(!table.column(0).missing().any());
    }

    void severalUnitsAreLeftToThePerson() {
        const auto finding = hiddenType(*texts({"12 kg", "900 g"}));
        QVERIFY(says(finding, "several units (kg, g)") && !finding->remedyEdit);
        QVERIFY(!hiddenType(*texts({"12A", "13B"})));  // names of flats
    }

    void datesOfAllFormsAreRead_data() {
        QTest::addColumn<QStringList>("cells");
        QTest::addColumn<QString>("first");
        QTest::newRow("unpadded, month first") << QStringList{"1/2/2024", "12/31/2023"} << "2024-01-02";
        QTest::newRow("unpadded, day first") << QStringList{"1.2.2024", "31.12.2023"} << "2024-02-01";
        QTest::newRow("mixed marks") << QStringList{"1.2.2024", "31/12/2023", "30-11-2023"} << "2024-02-01";
        QTest::newRow("year first") << QStringList{"2024/1/2", "2023/12/31"} << "2024-01-02";
        QTest::newRow("with time") << QStringList{"1/2/2024 9:05", "12/31/2023 23:59"} << "2024-01-02 09:05:00";
        QTest::newRow("with halves of the day") << QStringList{"1/2/2024 9:05:10 PM", "12/31/2023 11:59:00 AM"} << "2024-01-02 21:05:10";
        QTest::newRow("short years, day first") << QStringList{"1/2/24", "31/12/98"} << "2024-02-01";
        QTest::newRow("short years, month first") << QStringList{"01-02-68", "12-31-69"} << "2068-01-02";
        QTest::newRow("short years, year first") << QStringList{"98.12.31", "24.02.01"} << "1998-12-31";
        QTest::newRow("short years with time") << QStringList{"1.2.24 9:05", "31.12.98 23:59"} << "2024-02-01 09:05:00";
        QTest::newRow("months in capitals") << QStringList{"05-MAR-2024", "31-DEC-1998"} << "2024-03-05";
        QTest::newRow("months and short years") << QStringList{"5 Mar 24", "31 Dec 98"} << "2024-03-05";
        QTest::newRow("months in full, first") << QStringList{"March 5, 2024", "December 31, 1998"} << "2024-03-05";
        QTest::newRow("no marks at all") << QStringList{"05MAR2024", "31DEC1998"} << "2024-03-05";
        QTest::newRow("two forms") << QStringList{"2024-02-01", "31/12/2023"} << "2024-02-01";
    }
    void datesOfAllFormsAreRead() {
        QFETCH(QStringList, cells);
        QFETCH(QString, first);
        std::vector<std::string> written;
        for (const QString& cell : cells) written.push_back(cell.toStdString());
        const Table table = mended(texts(written));
        QVERIFY(table.column(0).type() == ColumnType::DateTime);
        QCOMPARE(QString::fromStdString(table.column(0).cellText(0)), first);
        QVERIFY(!table.column(0).missing().any());
    }

    void datesWithDayAndMonthMixedAreNotRead() {
        const auto finding = hiddenType(*texts({"13/1/2024", "1/13/2024"}));
        QVERIFY(says(finding, "some with the day, some with the month first") && !finding->remedyEdit);
    }

    void theYearIsToldFromTheDayByHowManyThereAre() {
        std::vector<std::string> cells;
        for (int day = 1; day <= 28; ++day) cells.push_back((day < 10 ? "24-02-0" : "24-02-") + std::to_string(day));
        const ColumnPtr column = Column::textsOf("x", cells);
        QVERIFY(says(hiddenType(*column), "the year first"));
        QCOMPARE(mended(column).column(0).cellText(27), std::string("2024-02-28"));
        const auto unclear = hiddenType(*texts({"01/02/03", "02/03/01"}));
        QVERIFY(says(unclear, "cannot be told") && !unclear->remedyEdit);
        const auto both = hiddenType(*texts({"13/02/98", "02/13/98"}));
        QVERIFY(says(both, "several orders") && !both->remedyEdit);
    }

    void birthsLieInThePast() {
        const int now = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())).year());
        const ColumnPtr column = texts({"1.2.45", "31.12.98", "5.5.12"}, "Geburtsdatum");
        QVERIFY(says(hiddenType(*column), (std::to_string(now - 99) + " to " + std::to_string(now)).c_str()));
        const Table table = mended(column);
        QCOMPARE(table.column(0).cellText(0), std::string("1945-02-01"));
        QCOMPARE(table.column(0).cellText(1), std::string("1998-12-31"));
        QCOMPARE(table.column(0).cellText(2), std::string("2012-05-05"));
    }

    void whatOnlyLooksLikeDatesIsLeftAlone() {
        QVERIFY(!hiddenType(*texts({"20-45-77", "30-99-01"})));   // bank codes
        QVERIFY(!hiddenType(*texts({"08.35.00", "17.59.30"})));   // times of day
        QVERIFY(!hiddenType(*texts({"3 Marbles 24", "9 Maypoles 98"})));
    }

    void numbersThatAreDatesAreFound() {
        const auto numbers = [](const char* name, std::vector<double> some) {
            std::vector<double> values;
            while (values.size() < 24) values.insert(values.end(), some.begin(), some.end());
            return Column::numbers(name, values);
        };
        const auto readBy = [](const ColumnPtr& column) {
            static const EditRegistry edits = builtinEdits();
            SilentProgress progress;
            JobContext context{{}, {}, progress, Seed{1}};
            return applyEdits(Table({column}), {*datesAsNumbers(*column)->remedyEdit}, edits, context).table.column(0).cellText(0);
        };
        QCOMPARE(readBy(numbers("day", {20240307, 19981231})), std::string("2024-03-07"));
        QCOMPARE(readBy(numbers("timestamp", {1709823845, 1709823846})), std::string("2024-03-07 15:04:05"));
        QCOMPARE(readBy(numbers("logged_at", {1709823845250, 1709823846000})), std::string("2024-03-07 15:04:05.25"));
        QVERIFY(!datesAsNumbers(*numbers("day", {20240307, 20241331})));     // no such month
        QVERIFY(!datesAsNumbers(*numbers("customer", {1709823845, 1709823846})));
        QVERIFY(!datesAsNumbers(*numbers("day", {20240307.5, 20240308})));
    }

    void aRowOfUnitsKeepsNumbersFromBeingRead() {
        std::vector<std::string> cells(40, "1.5");
        cells[0] = "degC";
        const ColumnPtr column = Column::textsOf("temp", cells);
        QVERIFY(says(hiddenType(*column), "degC"));
        const Table table = mended(column);
        QVERIFY(table.column(0).type() == ColumnType::Number);
        QCOMPARE(table.column(0).missing().count(), std::size_t(1));
    }

    void datesAreReadWhereDayAndMonthAreTold() {
        const Table european = mended(texts({"05.01.2023", "31.12.2023"}));
        QVERIFY(european.column(0).type() == ColumnType::DateTime);
        QCOMPARE(european.column(0).cellText(0), std::string("2023-01-05"));
        const Table american = mended(texts({"01/05/2023", "12/31/2023"}));
        QCOMPARE(american.column(0).cellText(0), std::string("2023-01-05"));
        const auto unclear = hiddenType(*texts({"05.01.2023", "04.12.2023"}));
        QVERIFY(says(unclear, "cannot be told") && !unclear->remedyEdit);
        QVERIFY(says(hiddenType(*texts({"5.1.2023", "31.12.2023"})), "day first"));
    }

    void whatIsMeantAsItStandsIsLeftAlone() {
        QVERIFY(!hiddenType(*texts({"01067", "80331"})));       // postal codes
        QVERIFY(!hiddenType(*texts({"+1 555 0101", "+1 555 0102"})));
        QVERIFY(!hiddenType(*texts({"Bern", "Graz"})));
        std::vector<std::uint32_t> codes(30);
        QVERIFY(!hiddenType(*Column::categories("pclass", codes, {"1", "2"})));  // chosen as categories
    }

    void theSumBelowTheTableIsFound() {
        std::vector<std::string> names(30, "a");
        names.back() = "Total:";
        std::vector<double> values(30, 1);
        values.back() = 29;
        const Table table({Column::textsOf("name", names), Column::numbers("n", values)});
        const auto finding = totalRow(table);
        QVERIFY(says(finding, "sum of those above"));
        static const EditRegistry edits = builtinEdits();
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        QCOMPARE(applyEdits(table, {*finding->remedyEdit}, edits, context).table.rows(), std::size_t(29));
        names[3] = "Total:";
        QVERIFY(!totalRow(Table({Column::textsOf("name", names)})));
    }

    void longIdentifiersLoseDigits() {
        std::vector<double> ids(30);
        for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = 900719925474099300.0 + 7 * static_cast<double>(i);
        const ColumnPtr column = Column::numbers("id", ids);
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        QVERIFY(tooManyDigits(profileColumn(*column, context), *column));
        const ColumnPtr plain = Column::numbers("n", {1, 2, 9007199254740992.0});
        QVERIFY(!tooManyDigits(profileColumn(*plain, context), *plain));
    }

    void codesOfMissingCellsAreFound() {
        static const EditRegistry edits = builtinEdits();
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const auto found = [&](std::vector<double> values) {
            const ColumnPtr column = Column::numbers("ozone", std::move(values));
            return missingCode(profileColumn(*column, context), *column);
        };
        std::vector<double> values(40);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) + 1;
        QVERIFY(!found(values));
        values[3] = values[7] = -999;
        const auto finding = found(values);
        QVERIFY(says(finding, "-999 stands in 2 cells"));
        const Table table({Column::numbers("ozone", values)});
        QCOMPARE(applyEdits(table, {*finding->remedyEdit}, edits, context).table.column(0).missing().count(), std::size_t(2));
        values[3] = values[7] = 9999;
        QVERIFY(says(found(values), "9999"));
        values[7] = 8000;  // one of a kind, and not far from another
        QVERIFY(!found(values));
        std::vector<double> cold(40, -5);
        cold[1] = cold[2] = -9;
        QVERIFY(!found(cold));  // an ordinary temperature
    }

    void nearlyAllIsNeverWrittenAsAllOfThem() {
        std::vector<std::uint32_t> codes(1000);
        codes[7] = 1, codes[8] = 1, codes[9] = 1;
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const TableProfile result = profile(Table({Column::categories("c", codes, {"a", "b"})}), context);
        QVERIFY(std::any_of(result.findings.begin(), result.findings.end(),
                            [](const Finding& finding) { return finding.sentence.find("99.7 %") != std::string::npos; }));
    }
};

QTEST_APPLESS_MAIN(HiddenTypesTest)
#include "test_hidden_types.moc"
