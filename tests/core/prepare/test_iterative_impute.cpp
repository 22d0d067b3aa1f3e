// SPDX-License-Identifier: GPL-3.0-or-later
// Filling by regressions on the other columns: special cases; tests/reference/test_prepare_steps.cpp compares with
// scikit-learn on real tables.
#include <QtTest>
#include <cmath>

#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Numbers = std::vector<double>;

/// y = 2 x + z, cells missing in x and y.
struct Related {
    Numbers x, y, z;
    MissingMask noX{60}, noY{60};

    Related() {
        RandomStream random(Seed{2});
        for (std::size_t i = 0; i < 60; ++i) {
            x.push_back(random.normal());
            z.push_back(random.normal());
            y.push_back(2 * x[i] + z[i]);
            if (i % 7 == 3) noX.set(i);
            if (i % 5 == 1) noY.set(i);
        }
    }
    Table gappy() const {
        return Table({Column::numbers("x", x, noX), Column::numbers("y", y, noY), Column::numbers("z", z)});
    }
};

}  // namespace

class IterativeImputeTest : public QObject {
    Q_OBJECT
private slots:
    void exactRelationsAreFound() {
        const Related data;
        auto step = fitStep({{"step", "iterative-impute"}, {"lambda", 1e-9}, {"rounds", 200}, {"tolerance", 1e-9}, {"within_range", false}},
                            data.gappy());
        QVERIFY(step.notes.warnings.empty());
        const Table filled = step.apply(data.gappy());
        QCOMPARE(filled.missingCells(), std::size_t{0});
        for (std::size_t i = 0; i < 60; ++i) {
            if (data.noX[i] && data.noY[i]) continue;  // two unknowns, one relation
            QVERIFY(std::abs(filled.column(0).numbers()[i] - data.x[i]) < 1e-4);
            QVERIFY(std::abs(filled.column(1).numbers()[i] - data.y[i]) < 1e-4);
        }
        // A column that no training row lacks is filled in new rows too.
        QVERIFY(std::abs(step.column(Table({Column::numbers("x", {0.5}), Column::numbers("y", {1.7}), Column::numbers("z", {0}, missingAt(1, {0}))}), "z")[0] - 0.7) < 1e-4);
    }

    /// The rounds written out from their definition, one round of two columns.
    void oneRoundIsItsDefinition() {
        const Table table({Column::numbers("a", {1, 2, 3, 4, 0}, missingAt(5, {4})), Column::numbers("b", {2, 1, 4, 3, 9})});
        const double lambda = 0.25;
        auto step = fitStep({{"step", "iterative-impute"}, {"lambda", lambda}, {"rounds", 1}, {"within_range", false}}, table);
        const double meanA = 2.5, sdA = std::sqrt(1.25), meanB = 3.8, sdB = std::sqrt(7.76);
        // Rows where a is there, standardised.
        double sumA = 0, sumB = 0, bb = 0, ab = 0;
        const double as[] = {1, 2, 3, 4}, bs[] = {2, 1, 4, 3};
        for (int i = 0; i < 4; ++i) {
            const double za = (as[i] - meanA) / sdA, zb = (bs[i] - meanB) / sdB;
            sumA += za / 4, sumB += zb / 4, bb += zb * zb / 4, ab += za * zb / 4;
        }
        const double weight = (ab - sumA * sumB) / (bb - sumB * sumB + lambda);
        const double z = sumA + weight * ((9 - meanB) / sdB - sumB);
        QVERIFY(std::abs(step.column(table, "a")[4] - (meanA + z * sdA)) < 1e-12);
        QCOMPARE(step.notes.warnings.size(), std::size_t{1});  // one round does not settle
        QCOMPARE(step.notes.warnings[0].place.parameter, std::string("rounds"));
    }

    void filledCellsStayInRange() {
        const Table table({Column::numbers("x", {1, 2, 3, 4, 100}), Column::numbers("y", {1, 2, 3, 4, 0}, missingAt(5, {4}))});
        auto within = fitStep({{"step", "iterative-impute"}}, table);
        QCOMPARE(within.column(table, "y")[4], 4.0);
        auto beyond = fitStep({{"step", "iterative-impute"}, {"within_range", false}, {"lambda", 1e-9}}, table);
        QVERIFY(std::abs(beyond.column(table, "y")[4] - 100) < 0.01);
    }

    void poorColumnsAreFilledWithWhatThereIs() {
        const Table table({Column::numbers("none", {0, 0, 0}, missingAt(3, {0, 1, 2})), Column::numbers("same", {7, 7, 0}, missingAt(3, {2})),
                           Column::numbers("x", {1, 2, 3})});
        auto step = fitStep({{"step", "iterative-impute"}}, table);
        const Table filled = step.apply(table);
        QCOMPARE(filled.column(0).numbers()[1], 0.0);
        QCOMPARE(filled.column(1).numbers()[2], 7.0);
        QCOMPARE(step.notes.warnings.size(), std::size_t{1});
        QCOMPARE(step.notes.warnings[0].place.column, std::string("none"));
    }

    /// Each row is filled alone: what it gets does not depend on the rows beside it.
    void rowsAreFilledOneByOne() {
        const Related data;
        auto step = fitStep({{"step", "iterative-impute"}}, data.gappy());
        const Table all = step.apply(data.gappy());
        for (std::uint32_t row = 0; row < 60; ++row) {
            const Table alone = step.apply(data.gappy().gather(std::vector{row}));
            QCOMPARE(alone.column(0).numbers()[0], all.column(0).numbers()[row]);
            QCOMPARE(alone.column(1).numbers()[0], all.column(1).numbers()[row]);
        }
    }

    void tooManyColumnsAreRefused() {
        std::vector<ColumnPtr> columns;
        for (int i = 0; i < 501; ++i) columns.push_back(Column::numbers("x" + std::to_string(i), {1, 2}));
        const Error error = errorOf([&] { fitStep({{"step", "iterative-impute"}}, Table(columns)); });
        QCOMPARE(error.place().parameter, std::string("columns"));
    }

    void cancelStopsTheRounds() {
        std::stop_source stop;
        stop.request_stop();
        SilentProgress progress;
        JobContext context{stop.get_token(), {}, progress, Seed{1}};
        const StepRegistry registry = builtinSteps();
        const StepInfo& info = registry.require("iterative-impute");
        StepNotes notes;
        QVERIFY_EXCEPTION_THROWN(info.make(Params(info.params, {}, info.id))->fit(frameOf(Related().gappy()), notes, context), Cancelled);
    }
};

QTEST_APPLESS_MAIN(IterativeImputeTest)
#include "test_iterative_impute.moc"
