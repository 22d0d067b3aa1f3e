// SPDX-License-Identifier: GPL-3.0-or-later
// Outliers among rows: each method against published formulas and scikit-learn 1.2.1, and what the step makes of them.
// tests/reference/test_prepare_steps.cpp compares the step with scikit-learn on real tables.
#include <QtTest>
#include <Eigen/LU>
#include <cmath>

#include "base/chi_square.h"
#include "prepare/outlier/isolation_forest.h"
#include "prepare/outlier/local_outlier_factor.h"
#include "prepare/outlier/mahalanobis.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

bool near(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

struct Job {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{3}};
};

/// A correlated cloud; the last `strange` rows lie off its line, though within the range of each column.
RowMatrix cloud(Eigen::Index rows, Eigen::Index strange = 0) {
    RandomStream random(Seed{9});
    RowMatrix made(rows, 2);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const double x = random.normal();
        made.row(i) << x, 0.95 * x + 0.3 * random.normal();
        if (i >= rows - strange) made.row(i) << 1.8 + 0.1 * random.normal(), -1.8 + 0.1 * random.normal();
    }
    return made;
}

Table tableOf(const RowMatrix& rows) {
    std::vector<ColumnPtr> columns;
    for (Eigen::Index j = 0; j < rows.cols(); ++j) {
        const Eigen::VectorXd column = rows.col(j);
        columns.push_back(Column::numbers("x" + std::to_string(j), {column.begin(), column.end()}));
    }
    return Table(std::move(columns));
}

/// Two groups of different density and a row between them.
RowMatrix twoGroups() {
    RowMatrix rows(25, 3);
    for (int i = 0; i < 24; ++i)
        rows.row(i) << std::sin(i * 1.7) + (i >= 12) * 6, std::cos(i * 2.3) * (1 + 3 * (i >= 12)), i * i % 7 / 3.0;
    rows.row(24) << 3, 9, 0.5;
    return rows;
}

}  // namespace

class OutlierRowsTest : public QObject {
    Q_OBJECT
private slots:
    /// scipy.stats.chi2.ppf and scipy.special.gammainc of SciPy 1.10.
    void chiSquareQuantiles() {
        const double known[][3] = {{0.5, 1, 0.454936423119572},
                                   {0.975, 4, 11.143286781877796},
                                   {0.999, 10, 29.58829844507442},
                                   {1e-6, 3, 0.00024181048720124264},
                                   {0.99, 200, 249.4451229814416}};
        for (const auto& [p, degrees, x] : known) QVERIFY2(near(chiSquareQuantile(p, degrees), x, 1e-11), qPrintable(QString::number(p)));
        QVERIFY(near(incompleteGamma(0.5, 0.2), 0.47291074313446196, 1e-13));
        QVERIFY(near(incompleteGamma(10, 30), 0.9999928782491372, 1e-13));
        QCOMPARE(incompleteGamma(2, 0), 0.0);
    }

    void classicalDistancesAreTheirFormula() {
        const RowMatrix rows = cloud(80);
        const RowShape shape = classicalShape(rows);
        const Eigen::RowVectorXd mean = rows.colwise().mean();
        const Eigen::MatrixXd centred = rows.rowwise() - mean;
        const Eigen::MatrixXd inverse = (centred.transpose() * centred / 80.0).inverse();
        double sum = 0;
        for (Eigen::Index i = 0; i < 80; ++i) {
            const double distance = shape.squaredDistance(rows.row(i).data());
            QVERIFY(near(distance, (centred.row(i) * inverse * centred.row(i).transpose()).value()));
            sum += distance;
        }
        QVERIFY(near(sum, 160));  // rows × columns, whatever the rows
    }

    /// Distances do not depend on units, nor on columns that say the same twice.
    void distancesAreAffineInvariant() {
        const RowMatrix rows = cloud(60);
        RowMatrix other(60, 4);
        other.col(0) = 1e6 * rows.col(0).array() + 3e7;
        other.col(1) = 1e-5 * rows.col(1) - 2e-5 * rows.col(0);
        other.col(2) = rows.col(0) + rows.col(1);
        other.col(3).setConstant(5);
        const RowShape before = classicalShape(rows), after = classicalShape(other);
        QCOMPARE(after.rank(), std::size_t{2});
        for (Eigen::Index i = 0; i < 60; ++i)
            QVERIFY(near(after.squaredDistance(other.row(i).data()), before.squaredDistance(rows.row(i).data()), 1e-6));
    }

    /// A third of the rows in a strange place: they pull mean and covariance along, but not the smallest half.
    void outliersDoNotHideFromTheRobustShape() {
        Job job;
        const RowMatrix rows = cloud(300, 100);
        const double cut = chiSquareQuantile(0.999, 2);
        const RowShape classical = classicalShape(rows);
        const RowShape robust = robustShape(rows, job.context).value();
        int hidden = 0, found = 0, wrong = 0;
        for (Eigen::Index i = 0; i < 300; ++i) {
            const bool strange = i >= 200;
            hidden += strange && classical.squaredDistance(rows.row(i).data()) <= cut;
            found += strange && robust.squaredDistance(rows.row(i).data()) > cut;
            wrong += !strange && robust.squaredDistance(rows.row(i).data()) > cut;
        }
        QCOMPARE(hidden, 100);
        QCOMPARE(found, 100);
        QVERIFY2(wrong < 10, qPrintable(QString::number(wrong)));
    }

    /// More rows than serve the first steps.
    void manyRowsHaveTheShapeTheyCameFrom() {
        Job job;
        const RowMatrix rows = cloud(20'000, 4000);
        const RowShape shape = robustShape(rows, job.context).value();
        QVERIFY(std::abs(shape.center[0]) < 0.05 && std::abs(shape.center[1]) < 0.05);
        int found = 0;
        for (Eigen::Index i = 16'000; i < 20'000; ++i) found += shape.squaredDistance(rows.row(i).data()) > 13.8;
        QCOMPARE(found, 4000);
    }

    void rowsInAPlaneHaveNoRobustShape() {
        std::vector<double> x(50), flat(50);
        for (std::size_t i = 0; i < 50; ++i) {
            x[i] = std::sin(static_cast<double>(i));
            flat[i] = i < 40 ? 0 : static_cast<double>(i);
        }
        auto step = fitStep({{"step", "outlier-rows"}}, Table({Column::numbers("x", x), Column::numbers("flat", flat)}));
        QCOMPARE(step.notes.warnings.size(), std::size_t{1});
        QCOMPARE(step.notes.warnings[0].place.parameter, std::string("robust"));
    }

    /// sklearn.ensemble._iforest._average_path_length.
    void pathLengthsAreTheirFormula() {
        QCOMPARE(averagePathLength(1), 0.0);
        QCOMPARE(averagePathLength(2), 1.0);
        QVERIFY(near(averagePathLength(5), 2.32702005, 1e-8));
        QVERIFY(near(averagePathLength(256), 10.24477092, 1e-8));
        QVERIFY(near(averagePathLength(10000), 17.57511206, 1e-8));
    }

    void isolationFindsWhatIsApart() {
        Job job;
        RowMatrix rows = cloud(500);
        rows.row(499) << 6, -6;
        const IsolationForest forest = growIsolationForest(rows, 100, 256, job.context);
        QCOMPARE(forest.trees.size(), std::size_t{100});
        const double apart = forest.score(rows.row(499).data());
        QVERIFY2(apart > 0.7, qPrintable(QString::number(apart)));
        double mean = 0;
        for (Eigen::Index i = 0; i < 499; ++i) {
            const double score = forest.score(rows.row(i).data());
            QVERIFY(score > 0 && score < apart);
            mean += score / 499;
        }
        QVERIFY2(mean > 0.4 && mean < 0.5, qPrintable(QString::number(mean)));
    }

    /// Every leaf ends at the depth limit, with one row, or with equal rows; together they hold the sample.
    void treesAreCutToTheirEnd() {
        Job job;
        const IsolationForest forest = growIsolationForest(cloud(64), 20, 64, job.context);
        for (const IsolationTree& tree : forest.trees) {
            double rows = 0;
            std::function<void(std::size_t, int)> walk = [&](std::size_t node, int depth) {
                QVERIFY(depth <= 6);
                if (tree.column[node] < 0) {
                    rows += tree.cut[node];
                    QVERIFY(tree.cut[node] >= 1 && (depth == 6 || tree.cut[node] == 1));
                    return;
                }
                walk(static_cast<std::size_t>(tree.left[node]), depth + 1);
                walk(static_cast<std::size_t>(tree.left[node]) + 1, depth + 1);
            };
            walk(0, 0);
            QCOMPARE(rows, 64.0);
        }
        // Of two rows every cut parts the two: depth 1, the average path of 2, and a score of a half.
        RowMatrix two(2, 1);
        two << 1, 2;
        QCOMPARE(growIsolationForest(two, 3, 256, job.context).score(two.data()), 0.5);
    }

    /// sklearn.neighbors.LocalOutlierFactor(4, algorithm="brute") of scikit-learn 1.2.1, on these very rows.
    void localFactorsAgreeWithThePeer() {
        const double training[] = {
            1.01959646461904,  1.05863110325407,  0.970072115947562, 0.915108760982605, 1.06141703141744,
            1.02856441448838,  0.990127216241703, 1.07472961483984,  0.965587465554044, 0.993583286994012,
            1.0394812106947,   1.04260948859799,  0.993278890623717, 0.973766473810782, 1.04220616891042,
            0.962157908795089, 1.0414044737583,   0.956345811929349, 1.01000493271724,  1.0414044737583,
            1.01945797754233,  0.995757308029787, 1.0414044737583,   0.962157908795089, 2.30430581788089};
        Job job;
        const LocalOutlierFactor factor(twoGroups(), {1, 1, 1}, 4, job.context);
        const std::vector<double> ours = factor.trainingScores(job.context);
        for (std::size_t i = 0; i < ours.size(); ++i) QVERIFY2(near(ours[i], training[i]), qPrintable(QString::number(i)));
        const double fresh[][4] = {{0, 0, 1, 0.920646797700702},
                                   {6, 4, 0.2, 0.999844897979245},
                                   {20, 0, 0, 5.93195657366413},
                                   {3, 9, 0.5, 1.97813999892786}};
        for (const auto& row : fresh) QVERIFY(near(factor.score(row), row[3]));
    }

    void droppingIsOfTrainingRowsOnly() {
        RowMatrix rows = cloud(200);
        rows.row(7) << 5, -5;
        const TrainingFrame frame = frameOf(tableOf(rows));
        for (const char* method : {"mahalanobis", "isolation-forest", "local-outlier-factor"}) {
            auto step = fitStep({{"step", "outlier-rows"}, {"method", method}, {"action", "drop"}}, frame);
            const TrainingFrame made = step.fitted->applyToTraining(frame, step.notes);
            QVERIFY2(made.rows.size() < 200 && made.rows.size() > 180, method);
            QVERIFY(std::find(made.rows.begin(), made.rows.end(), 7U) == made.rows.end());
            QCOMPARE(step.apply(frame.table).rows(), std::size_t{200});
            QVERIFY(step.fitted->learnt().front().find("training rows removed") != std::string::npos);
        }
    }

    /// Training rows are flagged as `fit` scored them, with no row its own neighbour; after loading as well.
    void flagsStandBesideTheColumns() {
        const TrainingFrame frame = frameOf(tableOf(twoGroups()));
        const nlohmann::json spec{{"step", "outlier-rows"}, {"method", "local-outlier-factor"}, {"neighbors", 4}, {"least_factor", 2}, {"standardize", false}};
        auto step = fitStep(spec, frame);
        const Table training = step.fitted->applyToTraining(frame, step.notes).table;
        QCOMPARE(names(training), std::vector<std::string>({"x0", "x1", "x2", "outlier (local-outlier-factor)"}));
        QCOMPARE(training.column(3).numbers()[24], 1.0);
        QCOMPARE(std::count(training.column(3).numbers().begin(), training.column(3).numbers().end(), 1.0), 1);
        const Table again = step.apply(frame.table);
        QCOMPARE(again.column(3).numbers()[24], 0.0);  // as a new row it is its own neighbour: 1.98
        const StepRegistry registry = builtinSteps();
        const StepInfo& info = registry.require("outlier-rows");
        const auto loaded = info.make(Params(info.params, stepFromJson(spec, registry).params, info.id))
                                ->load(nlohmann::json::parse(step.fitted->save().dump()));
        QCOMPARE(fingerprint(loaded->apply(frame.table, step.notes)), fingerprint(again));
    }

    void noOutlierNoFlag() {
        auto step = fitStep({{"step", "outlier-rows"}, {"chance", 1e-9}}, tableOf(cloud(100)));
        QCOMPARE(step.apply(tableOf(cloud(10))).columnCount(), std::size_t{2});
    }

    /// Clipped rows lie on the ellipsoid, on the line to its centre; others and missing cells stay as they are.
    void clippedRowsMoveToTheEllipsoid() {
        auto step = fitStep({{"step", "outlier-rows"}, {"action", "clip"}, {"robust", false}, {"chance", 0.05}}, tableOf(cloud(400)));
        const RowShape shape = classicalShape(cloud(400));
        const Table table({Column::numbers("x0", {4, 0.1, 0}, missingAt(3, {2})), Column::numbers("x1", {-4, 0.1, 99})});
        const Table clipped = step.apply(table);
        const double row[] = {clipped.column(0).numbers()[0], clipped.column(1).numbers()[0]};
        QVERIFY(near(shape.squaredDistance(row), chiSquareQuantile(0.95, 2)));
        QVERIFY(near((row[0] - shape.center[0]) / (4 - shape.center[0]), (row[1] - shape.center[1]) / (-4 - shape.center[1])));
        QCOMPARE(clipped.column(0).numbers()[1], 0.1);
        QVERIFY(clipped.column(0).isMissing(2));
        QVERIFY(clipped.column(1).numbers()[2] < 10);
    }

    void clippingNeedsACentre() {
        const Error error = errorOf([] {
            fitStep({{"step", "outlier-rows"}, {"method", "isolation-forest"}, {"action", "clip"}}, tableOf(cloud(50)));
        });
        QCOMPARE(error.place().parameter, std::string("action"));
    }

    void fewRowsAreComparedWithAllOthers() {
        auto step = fitStep({{"step", "outlier-rows"}, {"method", "local-outlier-factor"}}, tableOf(cloud(12)));
        QCOMPARE(step.notes.warnings.size(), std::size_t{1});
        QCOMPARE(step.notes.warnings[0].place.parameter, std::string("neighbors"));
    }

    void sameSeedSameForest() {
        Job a, b;
        b.context.seed = Seed{4};
        const auto text = [](Job& job) { return nlohmann::json(growIsolationForest(cloud(100), 5, 32, job.context)).dump(); };
        const std::string one = text(a), other = text(b);
        QVERIFY(one == text(a));
        QVERIFY(one != other);
    }

    void cancelStopsTheFit() {
        std::stop_source stop;
        stop.request_stop();
        SilentProgress progress;
        JobContext context{stop.get_token(), {}, progress, Seed{1}};
        QVERIFY_EXCEPTION_THROWN(growIsolationForest(cloud(100), 5, 32, context), Cancelled);
        QVERIFY_EXCEPTION_THROWN(robustShape(cloud(100), context), Cancelled);
        QVERIFY_EXCEPTION_THROWN(LocalOutlierFactor(cloud(100), {1, 1}, 4, context), Cancelled);
    }
};

QTEST_APPLESS_MAIN(OutlierRowsTest)
#include "test_outlier_rows.moc"
