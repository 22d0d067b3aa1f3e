// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "split/sealed_rows.h"
#include "split/splitter.h"

using namespace holdout;

namespace {

Table sample(std::size_t rows) {
    std::vector<double> x(rows);
    std::vector<std::uint32_t> classes(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        x[i] = static_cast<double>(i) / 3;
        classes[i] = i % 10 == 0;
    }
    return Table({Column::numbers("x", x), Column::categories("y", classes, {"no", "yes"})});
}

}  // namespace

class SealedRowsTest : public QObject {
    Q_OBJECT
private slots:
    void keepsTheShareOfEachClass() {
        const Table table = sample(1000);
        const RowIds rows = sealedRows(table, "sha", {0.2, true, 1}, &table.column(1), std::nullopt);
        QCOMPARE(rows.size(), std::size_t{200});
        QVERIFY(std::is_sorted(rows.begin(), rows.end()));
        QCOMPARE(std::count_if(rows.begin(), rows.end(), [](RowId row) { return row % 10 == 0; }), 20);
    }

    void dependsOnFileAndSeedAlone() {
        const Table table = sample(1000);
        const auto rows = [&](const char* sha, std::uint64_t seed) { return sealedRows(table, sha, {0.1, false, seed}, nullptr, std::nullopt); };
        QVERIFY(rows("a", 1) == rows("a", 1));
        QVERIFY(rows("a", 1) != rows("a", 2));
        QVERIFY(rows("a", 1) != rows("b", 1));
    }

    /// A larger fraction seals the same rows and more; another target hardly changes which rows they are.
    void rowsStayTheSame() {
        const Table table = sample(1000);
        const RowIds few = sealedRows(table, "a", {0.1, false, 1}, nullptr, std::nullopt);
        const RowIds many = sealedRows(table, "a", {0.3, false, 1}, nullptr, std::nullopt);
        QVERIFY(std::includes(many.begin(), many.end(), few.begin(), few.end()));
        const RowIds other = sealedRows(table, "a", {0.1, true, 1}, &table.column(1), std::nullopt);
        RowIds both;
        std::set_intersection(few.begin(), few.end(), other.begin(), other.end(), std::back_inserter(both));
        QVERIFY(both.size() > 80);
    }

    void refusesNoneAndAll() {
        const Table table = sample(3);
        QVERIFY_EXCEPTION_THROWN(sealedRows(table, "a", {0.1, false, 1}, nullptr, std::nullopt), Error);
        QVERIFY_EXCEPTION_THROWN(sealedRows(table, "a", {0.9, false, 1}, nullptr, std::nullopt), Error);
    }

    /// scikit-learn deals the same groups to the same folds, as sets.
    void groupsAreDealtAsScikitLearnDoes() {
        std::ifstream stream(HOLDOUT_FIXTURES "/relations/expected.json");
        const nlohmann::json expected = nlohmann::json::parse(stream);
        const auto groups = expected.at("groups").get<std::vector<double>>();
        Dataset data;
        data.target = {.task = Task::Classification, .name = "y"};
        data.target.classes = expected.at("classes").get<std::vector<int>>();
        data.target.labels = {"0", "1", "2"};
        data.groups = Column::numbers("group", groups);
        for (std::size_t i = 0; i < groups.size(); ++i) data.rows.push_back(static_cast<RowId>(i));
        data.features = Table({}, groups.size());
        SplitSpec spec{"group-k-fold", {}};
        spec.params.set("folds", std::int64_t{5});
        spec.params.set("stratify", true);
        Warnings warnings;
        std::vector<std::vector<std::uint32_t>> ours, theirs(5);
        for (const Fold& fold : makeFolds(spec, builtinSplits(), data, Seed{1}, warnings)) ours.push_back(fold.test);
        const auto folds = expected.at("folds").get<std::vector<std::size_t>>();
        for (std::size_t row = 0; row < folds.size(); ++row) theirs[folds[row]].push_back(static_cast<std::uint32_t>(row));
        std::sort(ours.begin(), ours.end());
        std::sort(theirs.begin(), theirs.end());
        QVERIFY(ours == theirs);
    }
};

QTEST_APPLESS_MAIN(SealedRowsTest)
#include "test_sealed_rows.moc"
