// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>

#include "base/error.h"
#include "data/column.h"

using namespace holdout;

class ColumnTest : public QObject {
    Q_OBJECT
private slots:
    void sortsNaturally() {
        std::vector<std::string> words = {"a10", "a2", "b", "10", "2", "a02", "", "a2b", "Z", "é"};
        std::sort(words.begin(), words.end(), naturalLess);
        QCOMPARE(words, (std::vector<std::string>{"", "2", "10", "Z", "a02", "a2", "a2b", "a10", "b", "é"}));
        // A strict order: nothing is less than itself, and equal values differ one way only.
        for (const std::string& a : words)
            for (const std::string& b : words) QCOMPARE(naturalLess(a, b) + naturalLess(b, a), a == b ? 0 : 1);
    }

    void parsesDateTimes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fine");
        QTest::addColumn<qint64>("micros");
        // Seconds from `date -u -d … +%s`.
        QTest::newRow("epoch") << "1970-01-01" << true << qint64{0};
        QTest::newRow("day") << "2015-01-31" << true << qint64{1422662400} * 1000000;
        QTest::newRow("blank") << "2015-01-31 10:20:30.5" << true << qint64{1422699630} * 1000000 + 500000;
        QTest::newRow("zulu") << "2015-01-31T10:20:30Z" << true << qint64{1422699630} * 1000000;
        QTest::newRow("east") << "2015-01-31T10:20:30+02:00" << true << qint64{1422692430} * 1000000;
        QTest::newRow("west") << "2015-01-31T10:20:30-0530" << true << qint64{1422719430} * 1000000;
        QTest::newRow("minutes") << "2015-01-31 10:20" << true << qint64{1422699600} * 1000000;
        QTest::newRow("leap") << "2016-02-29" << true << qint64{1456704000} * 1000000;
        QTest::newRow("leap century") << "2000-02-29" << true << qint64{951782400} * 1000000;
        QTest::newRow("before") << "1969-12-31 23:59:59" << true << qint64{-1000000};
        for (const char* text :
             {"2015-02-29", "1900-02-29", "2015-13-01", "2015-00-10", "2015-04-31", "2015-1-31", "20150131",
              "2015-01-31T", "2015-01-31 24:00", "2015-01-31 10:60", "2015-01-31T10:20:30+", "2015-01-31x",
              "2015-01-31 10:20:30.", "", "31.01.2015", "2015-01-31 10:20:30 +2", "2015-01-31T10:20:30+25:00"})
            QTest::newRow(text) << text << false << qint64{0};
    }
    void parsesDateTimes() {
        QFETCH(QString, text);
        QFETCH(bool, fine);
        QFETCH(qint64, micros);
        std::int64_t value = 0;
        bool hasTime = false;
        QCOMPARE(parseDateTime(text.toStdString(), value, hasTime), fine);
        if (!fine) return;
        QCOMPARE(value, micros);
        QCOMPARE(hasTime, text.size() > 10);
        std::int64_t again = 0;
        QVERIFY(parseDateTime(formatDateTime(value, !hasTime), again, hasTime));
        QCOMPARE(again, micros);
    }

    void masksCountOnce() {
        MissingMask mask(130);
        QVERIFY(!mask.any() && !mask[129]);
        mask.set(129);
        mask.set(129);
        mask.set(0);
        QCOMPARE(mask.count(), 2U);
        QVERIFY(mask[129] && mask[0] && !mask[64]);
        const std::uint32_t rows[] = {129, 5};
        QCOMPARE(mask.gather(rows).count(), 1U);
        QCOMPARE(MissingMask(70, {0b101, 0}).count(), 2U);
    }

    void retypes() {
        MissingMask missing(4);
        missing.set(3);
        const ColumnPtr numbers = Column::numbers("x", {10, 2.5, 2.5, 0}, missing);
        std::size_t lost = 7;
        const ColumnPtr categories = retyped(numbers, ColumnType::Category, lost);
        QCOMPARE(lost, 0U);
        QCOMPARE(categories->levels(), (std::vector<std::string>{"2.5", "10"}));
        QVERIFY(categories->isMissing(3));
        QCOMPARE(categories->codes()[0], 1U);
        const ColumnPtr back = retyped(categories, ColumnType::Number, lost);
        QCOMPARE(back->numbers()[1], 2.5);
        QCOMPARE(lost, 0U);
        const std::string cells[] = {"1", "x", "2015-01-31"};
        const ColumnPtr text = Column::textsOf("t", cells);
        QCOMPARE(retyped(text, ColumnType::Number, lost)->missing().count(), 2U);
        QCOMPARE(lost, 2U);
        const ColumnPtr dates = retyped(text, ColumnType::DateTime, lost);
        QCOMPARE(lost, 2U);
        QCOMPARE(dates->cellText(2), "2015-01-31");
        QVERIFY(retyped(text, ColumnType::Text, lost) == text);
    }

    void typeNames() {
        for (const ColumnType type : {ColumnType::Number, ColumnType::Category, ColumnType::Text, ColumnType::DateTime})
            QVERIFY(columnTypeFromName(columnTypeName(type)) == type);
        QVERIFY_THROWS_EXCEPTION(Error, columnTypeFromName("integer"));
    }
};

QTEST_APPLESS_MAIN(ColumnTest)
#include "test_column.moc"
