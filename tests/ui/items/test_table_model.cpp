// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QFont>
#include <QSignalSpy>
#include <QtTest>

#include "items/table_model.h"
#include "theme/theme.h"

using namespace holdout;

namespace {

Table smallTable() {
    MissingMask missing(3);
    missing.set(1);
    const std::vector<std::string> words = {"plain", "<b>bold</b>", "two\nlines"};
    return Table({Column::numbers("n", {1234567, 0, 1.0 / 3}, missing), Column::categories("c", {1, 0, 1}, {"no", "yes"}),
                  Column::textsOf("t", words)});
}

}  // namespace

class TableModelTest : public QObject {
    Q_OBJECT
private slots:
    void keepsTheRulesOfItemModels() {
        TableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setTable(smallTable());
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), 3);
        model.setTable(Table());
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.columnCount(), 0);
    }

    void showsCellsAsAPersonReadsThem_data() {
        QTest::addColumn<int>("row");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("text");
        QTest::newRow("whole number in full") << 0 << 0 << "1234567";
        QTest::newRow("missing") << 1 << 0 << "missing";
        QTest::newRow("fraction, six digits") << 2 << 0 << "0.333333";
        QTest::newRow("level") << 0 << 1 << "yes";
        QTest::newRow("markup as it stands") << 1 << 2 << "<b>bold</b>";
        QTest::newRow("on one line") << 2 << 2 << "two lines";
    }
    void showsCellsAsAPersonReadsThem() {
        QFETCH(int, row);
        QFETCH(int, column);
        TableModel model;
        model.setTable(smallTable());
        QTEST(model.index(row, column).data().toString(), "text");
    }

    void wholeNumbersStandInFull() {
        TableModel model;
        model.setTable(Table({Column::numbers("n", {100000, 1e14, -2000, 1e20})}));
        QCOMPARE(model.index(0, 0).data().toString(), QString("100000"));
        QCOMPARE(model.index(1, 0).data().toString(), QString("100000000000000"));
        QCOMPARE(model.index(2, 0).data().toString(), QString("-2000"));
        QCOMPARE(model.index(3, 0).data().toString(), QString("1e20"));
    }

    void setsMissingCellsOff() {
        TableModel model;
        model.setTable(smallTable());
        const QModelIndex missing = model.index(1, 0), known = model.index(0, 0);
        QVERIFY(missing.data(Qt::FontRole).value<QFont>().italic());
        QCOMPARE(missing.data(Qt::ForegroundRole).value<QColor>(), Theme::current().warn);
        QVERIFY(!known.data(Qt::FontRole).isValid());
        QVERIFY(!known.data(Qt::ForegroundRole).isValid());
    }

    void alignsNumbersRight() {
        TableModel model;
        model.setTable(smallTable());
        const auto alignment = [&](int column) { return model.index(0, column).data(Qt::TextAlignmentRole).toInt(); };
        QVERIFY(alignment(0) & Qt::AlignRight);
        QVERIFY(alignment(1) & Qt::AlignLeft);
        QVERIFY(alignment(2) & Qt::AlignLeft);
    }

    void tellsTheExactValueAndRow() {
        TableModel model;
        model.setTable(smallTable());
        const QString tip = model.index(2, 0).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("0.3333333333333333"), qPrintable(tip));
        QVERIFY2(tip.contains("row 3"), qPrintable(tip));
        QVERIFY(model.index(1, 2).data(Qt::ToolTipRole).toString().contains("&lt;b&gt;"));
    }

    void showsRowsInAnotherOrderUnderTheirNumbers() {
        TableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        // Rows 2, 5 and 6 of the file.
        model.setTable(smallTable(), std::make_shared<const RowIds>(RowIds{1, 4, 5}));
        QCOMPARE(model.headerData(0, Qt::Vertical).toInt(), 2);
        QCOMPARE(model.lastRowNumber(), std::size_t(6));
        QSignalSpy reset(&model, &TableModel::modelReset), changed(&model, &TableModel::dataChanged);
        model.setOrder(std::make_shared<const RowIds>(RowIds{2, 0, 1}));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(0, 2).data().toString(), QString("two lines"));
        QCOMPARE(model.headerData(0, Qt::Vertical).toInt(), 6);
        QVERIFY(model.index(1, 0).data(Qt::ToolTipRole).toString().contains("row 2"));
        model.setOrder(std::make_shared<const RowIds>(RowIds{1}));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.headerData(0, Qt::Vertical).toInt(), 5);
        model.setOrder(std::make_shared<const RowIds>());
        QCOMPARE(model.rowCount(), 0);
        model.setOrder(nullptr);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 0).data().toString(), QString("1234567"));
    }

    void takesAMillionRowsWithoutLookingAtThem() {
        const Table table({Column::numbers("n", std::vector<double>(1000000, 0.5))});
        TableModel model;
        QElapsedTimer timer;
        timer.start();
        model.setTable(table);
        QCOMPARE(model.rowCount(), 1000000);
        QCOMPARE(model.index(999999, 0).data().toString(), QString("0.5"));
        QVERIFY(timer.elapsed() < 50);  // a copy of the cells as text would take ten times as long
    }
};

QTEST_MAIN(TableModelTest)
#include "test_table_model.moc"
