// SPDX-License-Identifier: GPL-3.0-or-later
// Special cases of the steps for categories, dates and missing cells; tests/reference/test_prepare_steps.cpp has the
// usual ones.
#include <QtTest>
#include <cmath>
#include <set>

#include "prepare/target_encoding.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Numbers = std::vector<double>;
using Names = std::vector<std::string>;

Table categories(std::vector<std::uint32_t> codes, Names levels, MissingMask missing = {}) {
    return Table({Column::categories("c", std::move(codes), std::move(levels), std::move(missing))});
}

Table dates(const Names& texts, MissingMask missing = {}) {
    DateTimeValues values{.micros = {}, .dateOnly = true};
    for (const std::string& text : texts) {
        bool hasTime = false;
        values.micros.push_back(0);
        if (!text.empty() && !parseDateTime(text, values.micros.back(), hasTime)) throw std::logic_error(text);
        values.dateOnly &= !hasTime;
    }
    return Table({std::make_shared<const Column>("d", std::move(values), std::move(missing))});
}

Numbers valuesOf(const Table& table, std::string_view name) {
    const auto values = table.column(table.indexOf(name).value()).numbers();
    return {values.begin(), values.end()};
}

}  // namespace

class CategoryStepsTest : public QObject {
    Q_OBJECT
private slots:
    void ordinalOrders() {
        // b thrice, a once, c twice; d is a held-out row's.
        const Table table = categories({1, 1, 1, 0, 2, 2}, {"a", "b", "c", "d"});
        const Table other = categories({0, 1, 2, 3}, {"a", "b", "c", "d"});
        auto level = fitStep({{"step", "ordinal"}}, table);
        const Table prepared = level.apply(other);
        QCOMPARE(valuesOf(prepared, "c"), Numbers({0, 1, 2, 0}));
        QVERIFY(prepared.column(0).isMissing(3) && prepared.column(0).missing().count() == 1);
        QCOMPARE(level.notes.warnings.size(), 1U);
        auto frequency = fitStep({{"step", "ordinal"}, {"order", "frequency"}, {"unseen", "minus-one"}}, table);
        QCOMPARE(frequency.column(other, "c"), Numbers({2, 0, 1, -1}));
        auto list = fitStep({{"step", "ordinal"}, {"order", "list"}, {"levels", "d, c, b, a"}}, table);
        QCOMPARE(list.column(other, "c"), Numbers({3, 2, 1, 0}));
    }

    void ordinalListsAreChecked() {
        const Table table = categories({0, 1}, {"a", "b"});
        const Error empty = errorOf([&] { fitStep({{"step", "ordinal"}, {"order", "list"}}, table); });
        QCOMPARE(empty.place().parameter, std::string("levels"));
        const Error lacking = errorOf([&] {
            fitStep({{"step", "ordinal"}, {"order", "list"}, {"levels", "a"}}, table);
        });
        QCOMPARE(lacking.place().column, std::string("c"));
        QVERIFY2(lacking.problem().find(" b,") != std::string::npos, lacking.what());
    }

    void rareCategoriesArePooled() {
        // Of ten rows: a 5, b 3, "(rare)" 1, z 1; the pool must not be taken for the level of that name.
        const Names levels{"(rare)", "a", "b", "new", "z"};
        const Table table = categories({1, 1, 1, 1, 1, 2, 2, 2, 0, 4}, levels);
        auto some = fitStep({{"step", "one-hot"}, {"rare_below", 0.2}}, table);
        const Table other = categories({0, 1, 2, 3, 4}, levels);
        QCOMPARE(names(some.apply(other)), Names({"c=a", "c=b", "c=(rare)"}));
        QCOMPARE(some.column(other, "c=(rare)"), Numbers({1, 0, 0, 1, 1}));
        QVERIFY2(some.notes.warnings.front().message.find("counts as (rare)") != std::string::npos,
                 some.notes.warnings.front().message.c_str());

        const Table frequent = categories({0, 0, 0, 1, 1, 1, 1, 2, 1, 0}, {"(rare)", "a", "z"});
        auto apart = fitStep({{"step", "one-hot"}, {"rare_below", 0.2}}, frequent);
        QCOMPARE(names(apart.apply(frequent)), Names({"c=(rare)", "c=a", "c=((rare))"}));
        QCOMPARE(apart.column(frequent, "c=(rare)"), Numbers({1, 1, 1, 0, 0, 0, 0, 0, 0, 1}));

        const Table missing = categories({0, 1, 0}, {"(missing)", "a"}, missingAt(3, {2}));
        QCOMPARE(names(fitStep({{"step", "one-hot"}}, missing).apply(missing)),
                 Names({"c=(missing)", "c=a", "c=((missing))"}));
    }

    void poolsAndTheFirstLeftOut() {
        const Table table = categories({0, 1, 2}, {"a", "b", "z"}, missingAt(3, {0}));
        auto all = fitStep({{"step", "one-hot"}, {"rare_below", 1.0}, {"drop_first", true}}, table);
        QCOMPARE(names(all.apply(table)), Names({"c=(missing)"}));
        QCOMPARE(all.column(table, "c=(missing)"), Numbers({1, 0, 0}));
        StepNotes notes;
        QCOMPARE(names(saveAndLoad("one-hot", *all.fitted)->apply(table, notes)), Names({"c=(missing)"}));
    }

    /// Shares and means by hand: a has targets 1, 2, 3, b has 10; all have mean 4, variance 12.5.
    void targetMeansAreSmoothed() {
        const Table table = categories({0, 0, 0, 1}, {"a", "b", "unseen"});
        const TrainingFrame frame = frameOf(table, numbers({1, 2, 3, 10}));
        const Table other = categories({0, 1, 2, 0}, {"a", "b", "unseen"}, missingAt(4, {3}));
        auto fixed = fitStep({{"step", "target-encode"}, {"smoothing", "fixed"}, {"smoothing_rows", 2}}, frame);
        QCOMPARE(fixed.column(other, "c"), Numbers({(3 * 2 + 2 * 4) / 5.0, (10 + 2 * 4) / 3.0, 4, 4}));
        auto none = fitStep({{"step", "target-encode"}, {"smoothing", "fixed"}, {"smoothing_rows", 0}}, frame);
        QCOMPARE(none.column(other, "c"), Numbers({2, 10, 4, 4}));
        auto automatic = fitStep({{"step", "target-encode"}}, frame);
        const double weight = 3 * 12.5 / (3 * 12.5 + 2.0 / 3);
        const Numbers values = automatic.column(other, "c");
        QVERIFY(std::abs(values[0] - (weight * 2 + (1 - weight) * 4)) < 1e-15);
        QCOMPARE(values[1], 10.0);  // one row has no variance within
        QCOMPARE(automatic.notes.warnings.size(), 1U);
    }

    void classesHaveShares() {
        const Table table = categories({0, 0, 1, 1}, {"a", "b"});
        const nlohmann::json spec{{"step", "target-encode"}, {"smoothing", "fixed"}, {"smoothing_rows", 0}};
        auto two = fitStep(spec, frameOf(table, classes({0, 1, 1, 1}, {"no", "yes"})));
        QCOMPARE(two.column(table, "c"), Numbers({0.5, 0.5, 1, 1}));
        auto three = fitStep(spec, frameOf(table, classes({0, 1, 2, 2}, {"x", "y", "z"})));
        QCOMPARE(names(three.apply(table)), Names({"c:x", "c:y", "c:z"}));
        QCOMPARE(three.column(table, "c:z"), Numbers({0, 0, 1, 1}));
    }

    /// No training row's own target may reach its features, and those of the rows in other folds must.
    void trainingRowsAreEncodedOutOfFold() {
        constexpr std::size_t rows = 60;
        std::vector<std::uint32_t> codes;
        std::vector<double> targets;
        for (std::size_t i = 0; i < rows; ++i) {
            codes.push_back(static_cast<std::uint32_t>(i * 7 % 4));
            targets.push_back(std::sin(static_cast<double>(i)));
        }
        const Table table = categories(codes, {"a", "b", "c", "d"});
        const auto encoded = [&](const std::vector<double>& y, Seed seed) {
            const TrainingFrame frame = frameOf(table, numbers(y));
            auto step = fitStep({{"step", "target-encode"}}, frame, seed);
            return valuesOf(step.fitted->applyToTraining(frame, step.notes).table, "c");
        };
        const Numbers before = encoded(targets, Seed{1});
        QCOMPARE(encoded(targets, Seed{1}), before);
        QVERIFY(encoded(targets, Seed{2}) != before);
        for (const std::size_t row : {0U, 17U, 59U}) {
            std::vector<double> changed = targets;
            changed[row] = 1e3;
            const Numbers after = encoded(changed, Seed{1});
            QCOMPARE(after[row], before[row]);
            QVERIFY(after != before);
        }
    }

    void foldsShareOutTheClasses() {
        std::vector<int> labels(23, 0);
        for (std::size_t i = 0; i < 10; ++i) labels[i * 2] = 1;
        RowIds rows(23);
        std::iota(rows.begin(), rows.end(), 100U);
        const auto folds = encodingFolds(classes(labels, {"no", "yes"}), rows, 5, Seed{3});
        std::vector<int> all(5), positive(5);
        for (std::size_t row = 0; row < folds.size(); ++row) {
            ++all[folds[row]];
            positive[folds[row]] += labels[row];
        }
        QCOMPARE(positive, std::vector<int>(5, 2));
        for (const int count : all) QVERIFY(count == 4 || count == 5);
        QCOMPARE(encodingFolds(numbers({1, 2}), RowIds{4, 5}, 5, Seed{3}).size(), 2U);
        QVERIFY(encodingFolds(numbers({}), RowIds{}, 5, Seed{3}).empty());
        // A bootstrap draws rows more than once.
        const auto copies = encodingFolds(numbers({1, 2, 1, 3, 1, 4}), RowIds{7, 8, 7, 9, 7, 3}, 5, Seed{3});
        QVERIFY(copies[0] == copies[2] && copies[2] == copies[4]);
        QCOMPARE(std::set<std::uint32_t>(copies.begin(), copies.end()).size(), 4U);
    }

    void loadedTargetEncodingIsOfAllRows() {
        const Table table = categories({0, 1, 0, 1}, {"a", "b"});
        const TrainingFrame frame = frameOf(table, numbers({1, 2, 3, 4}));
        auto step = fitStep({{"step", "target-encode"}}, frame);
        const auto loaded = saveAndLoad("target-encode", *step.fitted);
        QCOMPARE(valuesOf(loaded->applyToTraining(frame, step.notes).table, "c"), step.column(table, "c"));
    }

    void dateParts() {
        // A Tuesday, the leap day of 2024 (a Thursday), the last day before 1970 (a Wednesday), and a missing one.
        const Table table = dates({"2026-11-24", "2024-02-29", "1969-12-31", ""}, missingAt(4, {3}));
        auto step = fitStep(
            {{"step", "date-parts"}, {"quarter", true}, {"day_of_year", true}, {"days", true}, {"weekend", true}},
            table);
        const Table prepared = step.apply(table);
        QCOMPARE(names(prepared), Names({"d year", "d quarter", "d month", "d day", "d weekday", "d weekend",
                                         "d day of year", "d days"}));
        QCOMPARE(valuesOf(prepared, "d year"), Numbers({2026, 2024, 1969, 0}));
        QCOMPARE(valuesOf(prepared, "d quarter"), Numbers({4, 1, 4, 0}));
        QCOMPARE(valuesOf(prepared, "d weekday"), Numbers({2, 4, 3, 0}));
        QCOMPARE(valuesOf(prepared, "d day of year"), Numbers({328, 60, 365, 0}));
        QCOMPARE(valuesOf(prepared, "d days"), Numbers({20781, 19782, -1, 0}));
        for (const ColumnPtr& column : prepared.columns()) QVERIFY(column->isMissing(3) && !column->isMissing(2));
    }

    void timesOfDayAndCircles() {
        const Table table = dates({"2024-01-06T18:30:00Z", "1969-12-31T23:59:59Z"});
        auto step = fitStep({{"step", "date-parts"},
                             {"year", false},
                             {"day", false},
                             {"weekend", true},
                             {"minute", true},
                             {"cycles", "circle"}},
                            table);
        const Table prepared = step.apply(table);
        QCOMPARE(names(prepared),
                 Names({"d month sine", "d month cosine", "d weekday sine", "d weekday cosine", "d weekend",
                        "d hour sine", "d hour cosine", "d minute sine", "d minute cosine"}));
        QCOMPARE(valuesOf(prepared, "d month cosine")[0], 1.0);  // January is where the circle begins
        QVERIFY(std::abs(valuesOf(prepared, "d hour sine")[0] + 1) < 1e-15);
        QVERIFY(std::abs(valuesOf(prepared, "d minute cosine")[0] + 1) < 1e-15);
        QCOMPARE(valuesOf(prepared, "d weekend"), Numbers({1, 0}));
        // Held-out rows get what training had, time of day or not.
        QCOMPARE(names(step.apply(dates({"2024-05-01"}))), names(prepared));
    }

    void timesOfDayAreThoseOfTraining() {
        DateTimeValues values{.micros = {0, 86'400'000'000}, .dateOnly = false};  // a held-out row has a time of day
        const Table table({std::make_shared<const Column>("d", std::move(values), MissingMask())});
        auto step = fitStep({{"step", "date-parts"}}, table);
        QCOMPARE(names(step.apply(dates({"2024-01-06T18:30:00Z"}))),
                 Names({"d year", "d month", "d day", "d weekday"}));
    }

    void missingCellsAreMarked() {
        const Table table({Column::numbers("x", {1, 0, 3}, missingAt(3, {1})), Column::numbers("y", {1, 2, 3}),
                           Column::categories("z", {0, 0, 0}, {"a"}, missingAt(3, {0, 1, 2}))});
        auto step = fitStep({{"step", "missing-indicator"}}, table);
        QCOMPARE(names(step.apply(table)), Names({"x", "x (missing)", "y", "z", "z (missing)"}));
        QCOMPARE(step.column(table, "x (missing)"), Numbers({0, 1, 0}));
        QVERIFY(step.apply(table).columnPtr(0) == table.columnPtr(0));
        QCOMPARE(step.notes.warnings.size(), 1U);
        QCOMPARE(step.notes.warnings[0].place.column, std::string("z"));
    }
};

QTEST_APPLESS_MAIN(CategoryStepsTest)
#include "test_category_steps.moc"
