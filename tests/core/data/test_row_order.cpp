// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "data/row_order.h"

using namespace holdout;

namespace {

RowIds allRows(std::size_t count) {
    RowIds rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

RowIds sorted(const ColumnPtr& column, SortOrder order, int threads = 2, std::stop_token stop = {}) {
    SilentProgress progress;
    JobContext context{stop, {}, progress, Seed{1}};
    Arena arena(threads);
    RowIds result;
    arena.run([&] { result = sortedRows(*column, allRows(column->rows()), order, context); });
    return result;
}

MissingMask missingAt(std::size_t rows, std::initializer_list<std::size_t> places) {
    MissingMask mask(rows);
    for (const std::size_t row : places) mask.set(row);
    return mask;
}

}  // namespace

class RowOrderTest : public QObject {
    Q_OBJECT
private slots:
    void missingCellsComeLastInEitherOrder() {
        const ColumnPtr column = Column::numbers("n", {3, 0, -1, 7, 0}, missingAt(5, {1, 4}));
        QCOMPARE(sorted(column, SortOrder::Ascending), (RowIds{2, 0, 3, 1, 4}));
        QCOMPARE(sorted(column, SortOrder::Descending), (RowIds{3, 0, 2, 1, 4}));
    }

    void equalCellsKeepTheirOrder() {
        const ColumnPtr column = Column::numbers("n", {1, 0, 1, 0});
        QCOMPARE(sorted(column, SortOrder::Ascending), (RowIds{1, 3, 0, 2}));
        QCOMPARE(sorted(column, SortOrder::Descending), (RowIds{0, 2, 1, 3}));
    }

    void textsAndCategoriesSortAsAPersonCounts() {
        const std::vector<std::string> cells = {"a10", "a2", "b1"};
        QCOMPARE(sorted(Column::textsOf("t", cells), SortOrder::Ascending), (RowIds{1, 0, 2}));
        // Levels in another order than the natural one.
        QCOMPARE(sorted(Column::categories("c", {0, 1, 2}, {"a10", "a2", "b1"}), SortOrder::Descending), (RowIds{2, 0, 1}));
    }

    void manyRowsAreSortedAlikeOnAnyNumberOfThreads() {
        constexpr std::size_t rows = 200'003;
        std::vector<double> values(rows);
        for (std::size_t i = 0; i < rows; ++i) values[i] = std::floor(1000 * std::sin(static_cast<double>(i)));
        const ColumnPtr column = Column::numbers("n", values);
        RowIds expected = allRows(rows);
        std::stable_sort(expected.begin(), expected.end(), [&](RowId a, RowId b) { return values[a] < values[b]; });
        for (const int threads : {1, 2, 8}) QVERIFY(sorted(column, SortOrder::Ascending, threads) == expected);
    }

    void stopsWhenAsked() {
        std::stop_source stop;
        stop.request_stop();
        const ColumnPtr column = Column::numbers("n", std::vector<double>(100'000, 1));
        QVERIFY_THROWS_EXCEPTION(Cancelled, sorted(column, SortOrder::Ascending, 2, stop.get_token()));
    }
};

QTEST_APPLESS_MAIN(RowOrderTest)
#include "test_row_order.moc"
