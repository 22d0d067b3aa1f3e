// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "data/table.h"

using namespace holdout;

namespace {

Table small() {
    MissingMask missing(3);
    missing.set(1);
    return Table({Column::numbers("x", {1, 0, 2.5}, missing), Column::categories("c", {0, 1, 0}, {"a", "b"})});
}

}  // namespace

class TableTest : public QObject {
    Q_OBJECT
private slots:
    void knowsItsShapeAndCells() {
        const Table table = small();
        QCOMPARE(table.rows(), 3U);
        QCOMPARE(table.columnCount(), 2U);
        QCOMPARE(table.missingCells(), 1U);
        QCOMPARE(table.column(0).cellText(2), "2.5");
        QCOMPARE(table.column(0).cellText(1), "");
        QCOMPARE(table.column(1).cellText(1), "b");
        QCOMPARE(*table.indexOf("c"), 1U);
        QVERIFY(!table.indexOf("d"));
    }

    void gathersRowsInOrderAndTwice() {
        const std::uint32_t rows[] = {2, 1, 1};
        const Table picked = small().gather(rows);
        QCOMPARE(picked.rows(), 3U);
        QCOMPARE(picked.column(0).numbers()[0], 2.5);
        QVERIFY(picked.column(0).isMissing(1) && picked.column(0).isMissing(2));
        QCOMPARE(picked.column(1).cellText(2), "b");
    }

    void refusesUnequalLengthsAndDoubleNames() {
        QVERIFY_THROWS_EXCEPTION(Error, Table({Column::numbers("x", {1}), Column::numbers("y", {1, 2})}));
        QVERIFY_THROWS_EXCEPTION(Error, Table({Column::numbers("x", {1}), Column::numbers("x", {2})}));
    }

    void proposesTheNearestColumn() {
        const Table table({Column::numbers("survived", {1}), Column::numbers("age", {2})});
        try {
            requireColumn(table, "survivd", "target");
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.remedy().find("\"survived\"") != std::string::npos);
            QCOMPARE(error.place().parameter, "target");
        }
    }

    void fingerprintFollowsContentAlone() {
        const std::string first = fingerprint(small());
        QCOMPARE(fingerprint(small()), first);
        QVERIFY(fingerprint(small().withColumn(0, small().column(0).renamed("y"))) != first);
        QVERIFY(fingerprint(small().withColumn(0, Column::numbers("x", {1, 0, 2.5}))) != first);
        QVERIFY(fingerprint(small().withColumn(0, Column::numbers("x", {1, 0, 2.6}))) != first);
    }
};

QTEST_APPLESS_MAIN(TableTest)
#include "test_table.moc"
