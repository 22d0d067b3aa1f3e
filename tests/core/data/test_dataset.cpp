// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <limits>

#include "data/dataset.h"

using namespace holdout;

namespace {

MissingMask missingAt(std::size_t rows, std::initializer_list<std::size_t> where) {
    MissingMask mask(rows);
    for (const std::size_t row : where) mask.set(row);
    return mask;
}

Table small() {
    return Table({Column::numbers("x", {1, 2, 3, 4}), Column::numbers("y", {5, 0, 7, 8}, missingAt(4, {1})),
                  Column::categories("class", {1, 0, 1, 2},
                                     {
                                         "b",
                                         "a",
                                         "never",
                                     },
                                     missingAt(4, {3})),
                  Column::numbers("w", {1, 2, 0, 1}), Column::numbers("g", {1, 1, 2, 2})});
}

std::string errorOf(const Table& table, const Roles& roles, std::optional<Task> task = {}) {
    try {
        makeDataset(table, roles, task);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class DatasetTest : public QObject {
    Q_OBJECT
private slots:
    void leavesOutRowsWithoutTarget() {
        const Dataset data = makeDataset(small(), {.target = "y", .group = "g", .weight = "w"}, Task::Regression);
        QCOMPARE(data.rows, (RowIds{0, 2, 3}));
        QCOMPARE(data.features.columnCount(), 2U);
        QCOMPARE(data.features.column(0).numbers()[1], 3.0);
        QCOMPARE(data.target.values[2], 8.0);
        QCOMPARE(data.weights[1], 0.0);
        QCOMPARE(data.groups->numbers()[2], 2.0);
        QVERIFY(!data.folds);
        QCOMPARE(data.warnings.size(), 1U);
        QCOMPARE(data.warnings[0].text(), "column y: 1 row is left out because the target is missing there.");
    }

    void labelsAreThoseThatOccurInNaturalOrder() {
        const Dataset data = makeDataset(small(), {.target = "class", .ignored = {"w", "g"}}, {});
        QVERIFY(data.target.task == Task::Classification);
        QCOMPARE(data.target.labels, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(data.target.classes, (std::vector<int>{0, 1, 0}));
        QCOMPARE(data.features.columnCount(), 2U);
        const std::uint32_t positions[] = {2, 1};
        QCOMPARE(data.target.gather(positions).classes, (std::vector<int>{0, 1}));
    }

    void namesEveryFault() {
        QVERIFY(errorOf(small(), {.target = "clas"}).find("Did you mean \"class\"?") != std::string::npos);
        QVERIFY(errorOf(small(), {}).find("No target is chosen") != std::string::npos);
        QVERIFY(errorOf(small(), {.target = "class"}, Task::Regression).find("must be numeric") != std::string::npos);
        QVERIFY(errorOf(small(), {.target = "y", .group = "gg"}).find("Did you mean") != std::string::npos);
        const Table one({Column::numbers("x", {1, 2}), Column::categories("c", {0, 0}, {"only"})});
        QVERIFY(errorOf(one, {.target = "c"}).find("the same class, \"only\"") != std::string::npos);
        const Table none({Column::numbers("x", {1, 2}), Column::numbers("y", {0, 0}, missingAt(2, {0, 1}))});
        QVERIFY(errorOf(none, {.target = "y"}).find("Every value of the target is missing") != std::string::npos);
    }

    void namesRowAndColumnOfABadCell() {
        const double infinite = std::numeric_limits<double>::infinity();
        const Table table({Column::numbers("x", {1, 2, infinite}), Column::numbers("y", {1, 2, 3.5})});
        QCOMPARE(errorOf(table, {.target = "y"}),
                 "row 3, column x: The value is infinite. Correct the cell, or mark its text as missing.");
        QVERIFY(errorOf(table, {.target = "x"}, Task::Regression).find("row 3, column x") == 0);
        QCOMPARE(errorOf(table, {.target = "y", .ignored = {"x"}}), "no error");
        const Table weighted({Column::numbers("y", {1, 2, 3.5}), Column::numbers("w", {1, -1, 1})});
        QVERIFY(errorOf(weighted, {.target = "y", .weight = "w"}).find("row 2, column w: The weight is -1") == 0);
        const Table unweighted({Column::numbers("y", {1, 2, 3.5}), Column::numbers("w", {1, 0, 1}, missingAt(3, {1}))});
        QVERIFY(errorOf(unweighted, {.target = "y", .weight = "w"}).find("row 2, column w: The weight is missing") ==
                0);
    }

    void guessesTheTask() {
        std::vector<double> few, many, halves;
        for (int i = 0; i < 120; ++i) {
            few.push_back(i % 4);
            many.push_back(i % 30);
            halves.push_back(i % 4 + 0.5);
        }
        QVERIFY(guessTask(*Column::numbers("y", few)) == Task::Classification);
        QVERIFY(guessTask(*Column::numbers("y", many)) == Task::Regression);
        QVERIFY(guessTask(*Column::numbers("y", halves)) == Task::Regression);
        QVERIFY(guessTask(*Column::numbers("y", {1, 2, 3, 4})) == Task::Regression);
        QVERIFY(guessTask(*Column::categories("y", {0, 1}, {"a", "b"})) == Task::Classification);
    }
};

QTEST_APPLESS_MAIN(DatasetTest)
#include "test_dataset.moc"
