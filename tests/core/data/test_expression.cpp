// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "data/expression/expression.h"

using namespace holdout;

namespace {

Table sample() {
    MissingMask ages(4), cities(4);
    ages.set(2);
    cities.set(3);
    std::int64_t micros = 0;
    bool hasTime = false;
    DateTimeValues dates{{}, true};
    for (const char* day : {"2015-01-31", "2016-02-29", "1969-12-31", "2020-06-15"}) {
        parseDateTime(day, micros, hasTime);
        dates.micros.push_back(micros);
    }
    return Table({Column::numbers("age", {22, 38, 0, 35}, ages), Column::numbers("fare paid", {7.25, 71.5, 8, 0}),
                  Column::categories("city", {0, 1, 1, 0}, {"Paris", "Rome"}, cities),
                  Column::textsOf("name", std::vector<std::string>{"Braund, Mr. Owen", "Çelik, Ms.", "", "Allen"}),
                  std::make_shared<const Column>("born", std::move(dates), MissingMask(4))});
}

/// The column that an expression makes, cell by cell; "-" where missing.
QString cells(const char* text) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{}};
    Warnings warnings;
    const ColumnPtr column = Expression(text, sample(), "formula").column("x", context, warnings);
    QStringList list;
    for (std::size_t row = 0; row < column->rows(); ++row)
        list << (column->isMissing(row) ? QStringLiteral("-") : QString::fromStdString(column->cellText(row)));
    return list.join('|');
}

}  // namespace

class ExpressionTest : public QObject {
    Q_OBJECT
private slots:
    void computes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) { QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected); };
        row("1 + 2 * 3", "7|7|7|7");
        row("(1 + 2) * 3", "9|9|9|9");
        row("2 ^ 3 ^ 2", "512|512|512|512");
        row("-2 ^ 2", "-4|-4|-4|-4");
        row("2 ^ -1", "0.5|0.5|0.5|0.5");
        row("7 - 2 - 1", "4|4|4|4");
        row("-7 % 3", "2|2|2|2");
        row("age + 1", "23|39|-|36");
        row("`fare paid` * 2", "14.5|143|16|0");
        row("age / `fare paid` > 4", "false|false|-|true");
        row("1 / `fare paid` > 0", "true|true|true|true");
        row("age < 30 or city = 'Paris'", "true|false|-|-");
        row("age > 100 and is_missing(city)", "false|false|false|false");
        row("not age < 30", "false|true|-|true");
        row("not not age < 30", "true|false|-|false");
        row("city != 'Paris'", "false|true|true|-");
        row("city in ('Rome', 'Oslo')", "false|true|true|-");
        row("city not in ('Rome')", "true|false|false|-");
        row("is_missing(age)", "false|false|true|false");
        row("coalesce(age, 0)", "22|38|0|35");
        row("if(is_missing(city), 'none', upper(city))", "PARIS|ROME|ROME|none");
        row("if(age > 30, age, missing)", "-|38|-|35");
        row("length(name)", "16|10|0|5");
        row("lower(name)", "braund, mr. owen|çelik, ms.||allen");
        row("substring(name, 1, 3)", "Bra|Çel||All");
        row("contains(name, 'Mr.') or starts_with(name, 'Al')", "true|false|false|true");
        row("matches(name, 'M[rs]+\\.')", "true|true|false|false");
        row("replace(city, 'R', 'D')", "Paris|Dome|Dome|-");
        row("number(substring('12a', 1, 2)) + 0", "12|12|12|12");
        row("number(name)", "-|-|-|-");
        row("year(born)", "2015|2016|1969|2020");
        row("weekday(born)", "6|1|3|1");
        row("born > '2015-12-31'", "false|true|false|true");
        row("born + 1", "2015-02-01|2016-03-01|1970-01-01|2020-06-16");
        row("born - '2015-01-01'", "30|424|-16437|1992");
        row("name = 'Allen'", "false|false|false|true");
        row("'it''s' + \" ok\"", "it's ok|it's ok|it's ok|it's ok");
        row("round(`fare paid` / 3, 1)", "2.4|23.8|2.7|0");
        row("min(age, 30)", "22|30|-|30");
    }
    void computes() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(cells(text.toUtf8().constData()), expected);
    }

    void saysWhereItBreaks_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("character");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* text, int character, const char* word) { QTest::newRow(text) << QString::fromUtf8(text) << character << QString(word); };
        row("", 1, "empty");
        row("age +", 6, "missing");
        row("age + + )", 9, "expected");
        row("1 2", 3, "operator");
        row("agee > 3", 1, "age");
        row("name = 3", 6, "quotes");
        row("'Çç' + agee", 8, "age");
        row("age > 'x", 7, "closed");
        row("age # 3", 5, "nothing");
        row("sqrt(1, 2)", 1, "sqrt(x)");
        row("squrt(1)", 1, "sqrt");
        row("matches(name, '(')", 15, "regular expression");
        row("born > 'soon'", 8, "date");
        row("1 < age < 3", 9, "and");
        row("age and true", 1, "true or false");
        row("if(age > 1, 'a', 2)", 18, "text");
    }
    void saysWhereItBreaks() {
        QFETCH(QString, text);
        QFETCH(int, character);
        QFETCH(QString, word);
        try {
            Expression(text.toStdString(), sample(), "formula");
            QFAIL("it was understood");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(QString("character %1 ").arg(character)), error.what());
            QVERIFY2(QString(error.what()).contains(word), error.what());
            QCOMPARE(QString::fromStdString(error.place().parameter), QString("formula"));
        }
    }

    void deepNestingIsRefused() {
        const std::string brackets = std::string(100'000, '(') + "1" + std::string(100'000, ')');
        QVERIFY_EXCEPTION_THROWN(Expression(brackets, sample(), "formula"), Error);
        QVERIFY_EXCEPTION_THROWN(Expression(std::string(100'000, '-') + "(" + brackets, sample(), "formula"), Error);
    }

    void whatIsNoNumberIsMissingAndCounted() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        Warnings warnings;
        const ColumnPtr column = Expression("1 / `fare paid`", sample(), "formula").column("x", context, warnings);
        QVERIFY(column->isMissing(3));
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(warnings[0].message).startsWith("1 cell"));
    }

    void rowsWhereTrueAreAscending() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        QCOMPARE(Expression("age > 30", sample(), "where").rowsWhereTrue(context), (RowIds{1, 3}));
    }

    void everyFunctionThatHelpNamesExists() {
        for (const FunctionHelp& help : expressionFunctions()) {
            try {
                Expression(std::string(help.call.substr(0, help.call.find('('))) + "()", sample(), "formula");
                QFAIL(help.call.data());
            } catch (const Error& error) {
                QVERIFY2(!QString(error.what()).contains("no function"), error.what());
            }
        }
    }
};

QTEST_APPLESS_MAIN(ExpressionTest)
#include "test_expression.moc"
