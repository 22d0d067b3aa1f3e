// SPDX-License-Identifier: GPL-3.0-or-later
// Special cases of the steps that look at several columns at once; tests/reference/test_prepare_steps.cpp has the usual
// ones.
#include <QtTest>
#include <cmath>

#include "prepare/column_scores.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Numbers = std::vector<double>;
using Names = std::vector<std::string>;

Table twoColumns(Numbers x, Numbers y, MissingMask missingX = {}, MissingMask missingY = {}) {
    return Table({Column::numbers("x", std::move(x), std::move(missingX)),
                  Column::numbers("y", std::move(y), std::move(missingY))});
}

}  // namespace

class TableStepsTest : public QObject {
    Q_OBJECT
private slots:
    void oneComponentOfOneLine() {
        // y = 2 x: one direction holds all the variance.
        const Table table = twoColumns({1, 2, 3, 6}, {2, 4, 6, 12});
        auto step = fitStep({{"step", "pca"}, {"keep", "count"}, {"components", 2}}, table);
        const Table prepared = step.apply(table);
        QCOMPARE(names(prepared), Names({"pc1"}));
        auto raw = fitStep({{"step", "pca"}, {"standardize", false}, {"name", "axis"}}, table);
        const Numbers values = raw.column(twoColumns({3, 4}, {6, 8}), "axis1");
        QVERIFY(std::abs(values[0]) < 1e-12);
        QVERIFY(std::abs(values[1] - std::sqrt(5.0)) < 1e-12);
    }

    void whitenedComponentsHaveVarianceOne() {
        const Table table = twoColumns({1, 5, 3, 6, -2}, {2, 1, 9, 3, 1});
        auto step = fitStep({{"step", "pca"}, {"whiten", true}, {"variance", 1.0}}, table);
        const Table prepared = step.apply(table);
        QCOMPARE(names(prepared), Names({"pc1", "pc2"}));
        for (const ColumnPtr& column : prepared.columns()) {
            double squares = 0;
            for (const double value : column->numbers()) squares += value * value;
            QVERIFY(std::abs(squares / 4 - 1) < 1e-12);
        }
    }

    void componentsOfPoorColumns() {
        auto constant = fitStep({{"step", "pca"}}, twoColumns({1, 1, 1}, {2, 2, 2}));
        QCOMPARE(constant.apply(twoColumns({1}, {2})).columnCount(), 0U);
        QCOMPARE(constant.notes.warnings.size(), 2U);
        auto gappy = fitStep({{"step", "pca"}}, twoColumns({1, 0, 3}, {2, 5, 1}, missingAt(3, {1})));
        StepNotes notes;
        const Table prepared = gappy.fitted->apply(twoColumns({0}, {8.0 / 3}, missingAt(1, {0})), notes);
        QVERIFY(std::abs(prepared.column(0).numbers()[0]) < 1e-15);  // the mean of both
        QCOMPARE(notes.warnings.size(), 1U);
        QCOMPARE(notes.warnings[0].place.column, std::string("x"));
    }

    void selectionKeepsWhatVariesOrTells() {
        const Table table({Column::numbers("constant", {3, 3, 3, 3}), Column::numbers("noise", {1, -1, 1, -1}),
                           Column::numbers("signal", {1, 2, 3, 4.5}), Column::categories("c", {0, 0, 0, 0}, {"a"})});
        QCOMPARE(names(fitStep({{"step", "select"}}, table).apply(table)), Names({"noise", "signal", "c"}));
        QCOMPARE(names(fitStep({{"step", "select"}, {"least_variance", 1.0}}, table).apply(table)),
                 Names({"signal", "c"}));
        const TrainingFrame frame = frameOf(table, numbers({1, 2, 3, 4}));
        auto best = fitStep({{"step", "select"}, {"by", "f-test"}, {"count", 1}}, frame);
        QCOMPARE(names(best.apply(table)), Names({"signal", "c"}));
        QCOMPARE(names(saveAndLoad("select", *best.fitted)->apply(table, best.notes)), Names({"signal", "c"}));
        auto none = fitStep({{"step", "select"}, {"columns", "constant"}}, table);
        QCOMPARE(none.notes.warnings.size(), 1U);
    }

    void scoresOfSpecialColumns() {
        const Target labels = classes({0, 0, 1, 1}, {"no", "yes"});
        const ColumnPtr parted = Column::numbers("x", {1, 1, 2, 2});
        QCOMPARE(fScore(*parted, labels), std::numeric_limits<double>::max());
        QVERIFY(std::abs(mutualInformation(*parted, labels) - std::log(2.0)) < 1e-15);
        const ColumnPtr blind = Column::numbers("x", {1, 2, 1, 2});
        QCOMPARE(fScore(*blind, labels), 0.0);
        QVERIFY(mutualInformation(*blind, labels) < 1e-15);
        // Only rows of one class are there.
        QCOMPARE(fScore(*Column::numbers("x", {1, 2, 0, 0}, missingAt(4, {2, 3})), labels), 0.0);
        // x² has no straight line in it, but tells all of x but its sign.
        Numbers x, y;
        for (int i = -50; i <= 50; ++i) {
            x.push_back(i);
            y.push_back(i * i);
        }
        QVERIFY(fScore(*Column::numbers("x", x), numbers(y)) < 1e-20);
        QVERIFY(mutualInformation(*Column::numbers("x", x), numbers(y)) > 1);
    }

    void productsHaveNamesAndMissingCells() {
        const Table table = twoColumns({2, 3, 0}, {5, 0, 7}, missingAt(3, {2}), missingAt(3, {1}));
        auto step = fitStep({{"step", "interactions"}, {"degree", 3}, {"powers", true}}, table);
        const Table prepared = step.apply(table);
        QCOMPARE(names(prepared), Names({"x", "y", "x^2", "x*y", "y^2", "x^3", "x^2*y", "x*y^2", "y^3"}));
        const Column& product = prepared.column(6);
        QCOMPARE(product.numbers()[0], 20.0);
        QVERIFY(!product.isMissing(0) && product.isMissing(1) && product.isMissing(2));
        QVERIFY(!prepared.column(2).isMissing(1));
    }

    void tooManyProductsAreRefused() {
        std::vector<ColumnPtr> columns;
        for (int i = 0; i < 150; ++i) columns.push_back(Column::numbers("x" + std::to_string(i), {1, 2}));
        const Error error = errorOf([&] { fitStep({{"step", "interactions"}, {"degree", 4}}, Table(columns)); });
        QCOMPARE(error.place().parameter, std::string("columns"));
    }

    void neighboursFillWhatIsMissing() {
        const Table table = twoColumns({1, 2, 3, 50}, {10, 20, 30, 500});
        auto two = fitStep({{"step", "knn-impute"}, {"neighbors", 2}}, table);
        const Table other = twoColumns({1.4, 0, 60}, {0, 0, 7}, missingAt(3, {1}), missingAt(3, {0, 1}));
        const Table filled = two.apply(other);
        QVERIFY(filled.missingCells() == 0);
        QCOMPARE(filled.column(1).numbers()[0], 15.0);
        // Nothing to compare by: the means.
        QCOMPARE(filled.column(0).numbers()[1], 14.0);
        QCOMPARE(filled.column(1).numbers()[1], 140.0);
        QCOMPARE(filled.column(1).numbers()[2], 7.0);
        auto byDistance = fitStep({{"step", "knn-impute"}, {"neighbors", 3}, {"weights", "distance"}}, table);
        QCOMPARE(byDistance.column(twoColumns({2}, {0}, {}, missingAt(1, {0})), "y"), Numbers({20}));  // an equal row
    }

    void neighboursThatLackTheCellAreNone() {
        const Table table = twoColumns({1, 2, 9}, {0, 20, 90}, {}, missingAt(3, {0}));
        auto one = fitStep({{"step", "knn-impute"}, {"neighbors", 1}}, table);
        QCOMPARE(one.column(table, "y"), Numbers({20, 20, 90}));
        auto none = fitStep({{"step", "knn-impute"}}, twoColumns({1, 2}, {0, 0}, {}, missingAt(2, {0, 1})));
        QCOMPARE(none.column(twoColumns({1}, {0}, {}, missingAt(1, {0})), "y"), Numbers({0}));
        QCOMPARE(none.notes.warnings.size(), 1U);
    }

    /// y = x + 0.1 z: x goes in first, u and the copy of x never; z when a second column is asked for.
    void l1KeepsWhatTellsTheMost() {
        RandomStream random(Seed{4});
        std::vector<double> x, z, u, y;
        for (int i = 0; i < 200; ++i) {
            x.push_back(random.normal());
            z.push_back(random.normal());
            u.push_back(random.normal());
            y.push_back(x.back() + 0.1 * z.back());
        }
        const Table table({Column::numbers("u", u), Column::numbers("x", x), Column::numbers("z", z), Column::numbers("same", std::vector<double>(200, 3.0))});
        const TrainingFrame frame = frameOf(table, numbers(y));
        auto one = fitStep({{"step", "select"}, {"by", "l1"}, {"count", 1}}, frame);
        QCOMPARE(names(one.apply(table)), Names({"x"}));
        auto two = fitStep({{"step", "select"}, {"by", "l1"}, {"count", 2}}, frame);
        QCOMPARE(names(two.apply(table)), Names({"x", "z"}));
        auto strong = fitStep({{"step", "select"}, {"by", "l1"}, {"l1_keep", "strength"}, {"l1_strength", 0.9}}, frame);
        QCOMPARE(names(strong.apply(table)), Names({"x"}));
        auto all = fitStep({{"step", "select"}, {"by", "l1"}, {"l1_keep", "strength"}, {"l1_strength", 1}}, frame);
        QVERIFY(names(all.apply(table)).empty());
        QCOMPARE(all.notes.warnings.size(), 1U);
        std::vector<int> labels;
        for (const double value : y) labels.push_back(value > 0.3 ? 2 : value < -0.3 ? 0 : 1);
        auto ofClasses = fitStep({{"step", "select"}, {"by", "l1"}, {"count", 1}}, frameOf(table, classes(labels, {"a", "b", "c"})));
        QCOMPARE(names(ofClasses.apply(table)), Names({"x"}));
    }

    /// What the recipe hands to the model are the out-of-fold values, whatever steps follow.
    void recipesTrainOnOutOfFoldValues() {
        const Table table({Column::categories("c", {0, 1, 0, 1, 0, 1, 0, 1}, {"a", "b"})});
        TrainingFrame frame = frameOf(table, numbers({0, 1, 0, 1, 0, 1, 0, 9}));
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const RecipeFit fit =
            Recipe({{.id = "target-encode"}, {.id = "standardize"}}, builtinSteps()).fit(std::move(frame), context);
        StepNotes notes;
        const Features whole = fit.recipe->apply(table, notes);
        QCOMPARE(whole.values.rows(), fit.features.values.rows());
        QVERIFY(whole.values != fit.features.values);
        QVERIFY(std::abs(fit.features.values.mean()) < 1e-12);
        // One value for each category there, one for each category and fold here.
        QCOMPARE(whole.values(0, 0), whole.values(2, 0));
        QVERIFY(fit.features.values(7, 0) < fit.features.values.col(0).maxCoeff());
    }
};

QTEST_APPLESS_MAIN(TableStepsTest)
#include "test_table_steps.moc"
