// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered split owes to the rest of the program.
#include <QtTest>
#include <algorithm>
#include <numeric>
#include <set>

#include "split/splitter.h"

using namespace holdout;

namespace {

/// Rows of three classes (1/2, 1/3, 1/6), twelve groups and four predefined folds.
Dataset dataOf(std::size_t rows) {
    Dataset data;
    std::vector<double> values(rows), groups(rows), folds(rows);
    data.target = {.task = Task::Classification, .name = "class", .labels = {"a", "b", "c"}};
    const int classes[] = {0, 1, 0, 1, 0, 2};
    for (std::size_t i = 0; i < rows; ++i) {
        values[i] = static_cast<double>(i);
        groups[i] = static_cast<double>(i * i % 12 + i % 5);
        folds[i] = static_cast<double>(i % 4);
        data.target.classes.push_back(classes[i % 6]);
        data.rows.push_back(static_cast<RowId>(i));
    }
    data.features = Table({Column::numbers("x", values)});
    data.groups = Column::numbers("group", groups);
    data.folds = Column::numbers("fold", folds);
    return data;
}

std::vector<Fold> foldsOf(const std::string& id, const Dataset& data, std::uint64_t seed, Warnings& warnings,
                          const ParamSet& params = {}) {
    return makeFolds({.id = id, .params = params}, builtinSplits(), data, Seed{seed}, warnings);
}

bool same(const std::vector<Fold>& a, const std::vector<Fold>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Fold& x, const Fold& y) {
        return x.repeat == y.repeat && x.index == y.index && x.train == y.train && x.test == y.test;
    });
}

std::vector<int> classCountsIn(const Dataset& data, const std::vector<std::uint32_t>& rows) {
    std::vector<int> counts(3);
    for (const std::uint32_t row : rows) ++counts[static_cast<std::size_t>(data.target.classes[row])];
    return counts;
}

}  // namespace

class SplitsTest : public QObject {
    Q_OBJECT
    void everySplit() {
        QTest::addColumn<QString>("id");
        const SplitRegistry splits = builtinSplits();
        for (const SplitInfo& split : splits.all())
            QTest::newRow(split.id.data()) << QString::fromStdString(std::string(split.id));
    }

private slots:
    void foldsAreSortedAndDisjoint_data() { everySplit(); }
    void foldsAreSortedAndDisjoint() {
        QFETCH(QString, id);
        Warnings warnings;
        const auto folds = foldsOf(id.toStdString(), dataOf(121), 7, warnings);
        QVERIFY(!folds.empty());
        for (const Fold& fold : folds) {
            QVERIFY(!fold.train.empty() && !fold.test.empty());
            QVERIFY(std::is_sorted(fold.train.begin(), fold.train.end()));
            QVERIFY(std::adjacent_find(fold.test.begin(), fold.test.end(), std::greater_equal<>{}) == fold.test.end());
            QVERIFY(fold.train.back() < 121 && fold.test.back() < 121);
            std::vector<std::uint32_t> common;
            std::set_intersection(fold.train.begin(), fold.train.end(), fold.test.begin(), fold.test.end(),
                                  std::back_inserter(common));
            QVERIFY(common.empty());
            if (id != "bootstrap")
                QVERIFY(std::adjacent_find(fold.train.begin(), fold.train.end()) == fold.train.end());
            else
                QCOMPARE(fold.train.size(), 121U);
        }
    }

    void eachRowIsTestedOnce_data() {
        QTest::addColumn<QString>("id");
        for (const char* id : {"k-fold", "group-k-fold", "leave-one-out", "predefined"})
            QTest::newRow(id) << QString(id);
    }
    void eachRowIsTestedOnce() {
        QFETCH(QString, id);
        Warnings warnings;
        std::vector<std::uint32_t> tested;
        for (const Fold& fold : foldsOf(id.toStdString(), dataOf(121), 7, warnings)) {
            tested.insert(tested.end(), fold.test.begin(), fold.test.end());
            QCOMPARE(fold.train.size() + fold.test.size(), 121U);
        }
        std::sort(tested.begin(), tested.end());
        std::vector<std::uint32_t> all(121);
        std::iota(all.begin(), all.end(), 0U);
        QCOMPARE(tested, all);
    }

    void seedDecides_data() { everySplit(); }
    void seedDecides() {
        QFETCH(QString, id);
        Warnings warnings;
        const Dataset data = dataOf(121);
        const auto once = foldsOf(id.toStdString(), data, 7, warnings);
        QVERIFY(same(once, foldsOf(id.toStdString(), data, 7, warnings)));
        const bool random = id == "k-fold" || id == "hold-out" || id == "bootstrap";
        QCOMPARE(same(once, foldsOf(id.toStdString(), data, 8, warnings)), !random);
    }

    void badParametersAreNamed_data() { everySplit(); }
    void badParametersAreNamed() {
        QFETCH(QString, id);
        const SplitRegistry splits = builtinSplits();
        for (const ParamSpec& spec : splits.require(id.toStdString()).params) {
            const auto bad = badValue(spec.rule);
            if (!bad) continue;
            ParamSet params;
            params.set(spec.id, *bad);
            try {
                Warnings warnings;
                foldsOf(id.toStdString(), dataOf(50), 1, warnings, params);
                QFAIL("no error");
            } catch (const Error& error) {
                QCOMPARE(error.place().parameter, std::string(spec.id));
            }
        }
    }

    void tooFewRowsIsAnError_data() { everySplit(); }
    void tooFewRowsIsAnError() {
        QFETCH(QString, id);
        Warnings warnings;
        QVERIFY_EXCEPTION_THROWN(foldsOf(id.toStdString(), dataOf(1), 1, warnings), Error);
    }

    void stratifiedCountsDifferByOne() {
        for (const std::size_t rows : {60U, 61U, 77U, 121U}) {
            const Dataset data = dataOf(rows);
            Warnings warnings;
            std::vector<std::vector<int>> counts;
            std::vector<std::size_t> sizes;
            for (const Fold& fold : foldsOf("k-fold", data, 3, warnings)) {
                counts.push_back(classCountsIn(data, fold.test));
                sizes.push_back(fold.test.size());
            }
            QVERIFY(*std::max_element(sizes.begin(), sizes.end()) - *std::min_element(sizes.begin(), sizes.end()) <= 1);
            for (std::size_t c = 0; c < 3; ++c) {
                const auto [least, most] = std::minmax_element(
                    counts.begin(), counts.end(), [c](const auto& a, const auto& b) { return a[c] < b[c]; });
                QVERIFY((*most)[c] - (*least)[c] <= 1);
            }
        }
    }

    void holdOutKeepsShares() {
        const Dataset data = dataOf(120);
        Warnings warnings;
        const auto folds = foldsOf("hold-out", data, 3, warnings);
        QCOMPARE(folds.size(), 1U);
        QCOMPARE(folds[0].test.size(), 24U);
        QCOMPARE(classCountsIn(data, folds[0].test), std::vector<int>({12, 8, 4}));
    }

    void groupsStayTogether() {
        const Dataset data = dataOf(121);
        Warnings warnings;
        for (const Fold& fold : foldsOf("group-k-fold", data, 1, warnings)) {
            std::set<double> trained;
            for (const std::uint32_t row : fold.train) trained.insert(data.groups->numbers()[row]);
            for (const std::uint32_t row : fold.test) QVERIFY(!trained.count(data.groups->numbers()[row]));
        }
        Warnings told;
        foldsOf("k-fold", data, 1, told);
        QVERIFY(!told.empty() && told.front().place.column == "group");
    }

    void timeSeriesTrainsOnThePast() {
        ParamSet params;
        params.set("folds", std::int64_t{4});
        params.set("gap", std::int64_t{3});
        Warnings warnings;
        const auto folds = foldsOf("time-series", dataOf(53), 1, warnings, params);
        QCOMPARE(folds.size(), 4U);
        QCOMPARE(folds[0].test.front(), 13U);  // 53 - 4 * (53 / 5)
        QCOMPARE(folds[3].test.back(), 52U);
        for (const Fold& fold : folds) QCOMPARE(fold.train.back() + 4, fold.test.front());
        // A window slides along: as many rows as it is long, or as there are.
        params.set("window", std::int64_t{12});
        const auto sliding = foldsOf("time-series", dataOf(53), 1, warnings, params);
        QCOMPARE(sliding[0].train.size(), 10U);
        for (std::size_t i = 1; i < sliding.size(); ++i) {
            QCOMPARE(sliding[i].train.size(), 12U);
            QCOMPARE(sliding[i].train.back(), folds[i].train.back());
            QCOMPARE(sliding[i].test, folds[i].test);
        }
    }

    void smallClassIsWarnedOf() {
        Dataset data = dataOf(60);
        Warnings warnings;
        ParamSet params;
        params.set("folds", std::int64_t{20});
        data.groups = nullptr;
        foldsOf("k-fold", data, 1, warnings, params);
        QCOMPARE(warnings.size(), 1U);
        QVERIFY(warnings[0].message.find("class c has 10 rows for 20 folds") != std::string::npos);
    }

    void missingColumnsAreNamed() {
        Dataset data = dataOf(60);
        data.folds = nullptr;
        data.groups = nullptr;
        Warnings warnings;
        QVERIFY_EXCEPTION_THROWN(foldsOf("group-k-fold", data, 1, warnings), Error);
        try {
            foldsOf("predefined", data, 1, warnings);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.place().parameter, std::string("column"));
        }
    }

    void predefinedFollowsTheColumn() {
        Dataset data = dataOf(8);
        MissingMask missing(8);
        missing.set(0);
        data.folds = Column::numbers("fold", {0, 2, 10, 2, 10, -1, 2, 10}, missing);
        Warnings warnings;
        const auto folds = foldsOf("predefined", data, 1, warnings);
        QCOMPARE(folds.size(), 2U);
        QCOMPARE(folds[0].test, std::vector<std::uint32_t>({1, 3, 6}));
        QCOMPARE(folds[1].test, std::vector<std::uint32_t>({2, 4, 7}));
        QCOMPARE(folds[0].train, std::vector<std::uint32_t>({0, 2, 4, 5, 7}));
    }
};

QTEST_APPLESS_MAIN(SplitsTest)
#include "test_splits.moc"
