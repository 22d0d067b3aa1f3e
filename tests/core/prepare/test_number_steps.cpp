// SPDX-License-Identifier: GPL-3.0-or-later
// Special cases of the steps for number columns; tests/reference/test_prepare_steps.cpp has the usual ones.
#include <QtTest>
#include <cmath>
#include <limits>
#include <set>

#include "base/normal_distribution.h"
#include "base/quantile.h"
#include "prepare/bin_edges.h"
#include "prepare/power_transform.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Numbers = std::vector<double>;

constexpr double kHuge = std::numeric_limits<double>::max();

Table tableOf(Numbers values, MissingMask missing = {}) {
    return Table({Column::numbers("x", std::move(values), std::move(missing))});
}

/// Log-likelihood of Yeo-Johnson less a constant, from the definition. The transform is relative to `reference`, which
/// divides it by (1 + |reference|)^lambda.
double likelihood(const Numbers& values, double lambda, double reference) {
    Numbers bent;
    double logs = 0, sum = 0, squares = 0;
    for (const double x : values) {
        bent.push_back(powerTransform(PowerFamily::YeoJohnson, x, lambda, reference));
        logs += std::copysign(std::log1p(std::abs(x)), x);
        sum += bent.back();
    }
    const auto n = static_cast<double>(values.size());
    for (const double y : bent) squares += (y - sum / n) * (y - sum / n);
    const double power = reference < 0 ? 2 - lambda : lambda;
    return -n / 2 * std::log(squares / n) - n * power * std::log1p(std::abs(reference)) + (lambda - 1) * logs;
}

double yeoJohnson(double x, double lambda) {
    return powerTransform(PowerFamily::YeoJohnson, x, lambda, 0);
}

}  // namespace

class NumberStepsTest : public QObject {
    Q_OBJECT
private slots:
    /// scipy.stats.norm.ppf of SciPy 1.10.
    void normalQuantiles() {
        const std::vector<std::pair<double, double>> known{{0.5, 0},
                                                           {0.75, 0.6744897501960817},
                                                           {0.975, 1.959963984540054},
                                                           {1e-7, -5.1993375821928165},
                                                           {1e-20, -9.262340089798409},
                                                           {1e-300, -37.0470962993612}};
        for (const auto& [p, x] : known)
            QVERIFY2(std::abs(normalQuantile(p) - x) <= 2e-15 * std::max(1.0, std::abs(x)),
                     qPrintable(QString::number(p)));
    }

    void quantilesOfExtremes() {
        QCOMPARE(quantileOfSorted(Numbers{7}, 0.3), 7.0);
        QCOMPARE(quantileOfSorted(Numbers{1, 2, 4}, 0.75), 3.0);
        QCOMPARE(quantileOfSorted(Numbers{-kHuge, kHuge}, 0.5), 0.0);
    }

    void robustScaleWithoutRange() {
        auto step = fitStep({{"step", "robust-scale"}}, tableOf({5, 5, 5, 5, 5, 90}));
        QCOMPARE(step.notes.warnings.size(), 1U);
        QCOMPARE(step.column(tableOf({5, 7}), "x"), Numbers({0, 2}));
        auto widest = fitStep({{"step", "robust-scale"}}, tableOf({-kHuge, -kHuge, 0, kHuge, kHuge}));
        const Numbers ends = widest.column(tableOf({-kHuge, 0, kHuge}), "x");
        QVERIFY(std::abs(ends[0] + 0.5) < 1e-15 && ends[1] == 0 && std::abs(ends[2] - 0.5) < 1e-15);
        const Error error = errorOf([] {
            fitStep({{"step", "robust-scale"}, {"low", 0.6}, {"high", 0.4}}, tableOf({1}));
        });
        QCOMPARE(error.place().parameter, std::string("high"));
    }

    void outlierLimits_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("iqr") << "iqr" << 2.5 - 1.5 * 4.5 << 7.0 + 1.5 * 4.5;
        QTest::newRow("mad") << "mad" << 5 - 3.5 * 3 / 0.6745 << 5 + 3.5 * 3 / 0.6745;
    }
    /// Of 1, 2, 3, 5, 6, 8, 100: quartiles 2.5 and 7, median 5, deviations 4, 3, 2, 0, 1, 3, 95 with median 3.
    void outlierLimits() {
        QFETCH(QString, method);
        QFETCH(double, low);
        QFETCH(double, high);
        const Table table = tableOf({1, 2, 3, 5, 6, 8, 100});
        auto clip = fitStep({{"step", "clip-outliers"}, {"method", method.toStdString()}}, table);
        const Numbers ends = clip.column(tableOf({-1e9, 1e9, 5}), "x");
        QVERIFY(std::abs(ends[0] - low) < 1e-12 && std::abs(ends[1] - high) < 1e-12);
        QCOMPARE(ends[2], 5.0);

        auto flag = fitStep({{"step", "flag-outliers"}, {"method", method.toStdString()}}, table);
        const Table flagged = flag.apply(tableOf({1e9, 5, 0}, missingAt(3, {2})));
        QCOMPARE(names(flagged), std::vector<std::string>({"x", "x (outlier)"}));
        QCOMPARE(flagged.column(0).numbers()[0], 1e9);
        QCOMPARE(flagged.column(1).numbers()[0], 1.0);
        QCOMPARE(flagged.column(1).numbers()[1] + flagged.column(1).numbers()[2], 0.0);
        QVERIFY(!flagged.column(1).missing().any());
    }

    void outliersAreDroppedFromTrainingOnly() {
        const Table table = tableOf({1, 2, 3, 5, 6, 8, 100, 0}, missingAt(8, {7}));
        auto step = fitStep({{"step", "drop-outliers"}}, table);
        QCOMPARE(step.fitted->applyToTraining(frameOf(table), step.notes).rows, RowIds({0, 1, 2, 3, 4, 5, 7}));
        QCOMPARE(step.apply(table).rows(), 8U);
        QVERIFY(step.fitted->learnt().front().starts_with("1 of 8 training rows removed"));
    }

    void withoutSpreadNothingIsAnOutlier() {
        for (const char* method : {"iqr", "mad", "z-score"}) {
            const Table table = tableOf({5, 5, 5, 5, 5});
            auto clip = fitStep({{"step", "clip-outliers"}, {"method", method}}, table);
            QCOMPARE(clip.column(tableOf({-1e300, 5, 70}), "x"), Numbers({-1e300, 5, 70}));
            QCOMPARE(clip.notes.warnings.size(), 1U);
            QCOMPARE(clip.notes.warnings[0].place.column, std::string("x"));
            QCOMPARE(names(fitStep({{"step", "flag-outliers"}, {"method", method}}, table).apply(table)).size(), 1U);
        }
        auto widest = fitStep({{"step", "clip-outliers"}}, tableOf({-kHuge, kHuge, 0, 1, 2}));
        QCOMPARE(widest.column(tableOf({kHuge}), "x").size(), 1U);
    }

    void powersAreMostLikely_data() {
        QTest::addColumn<QList<double>>("values");
        QTest::newRow("both signs") << QList<double>{-8, -3, -1, 0, 0.5, 1, 2, 4, 30};
        QTest::newRow("negative") << QList<double>{-80, -30, -11, -7, -6, -5, -4};
        QTest::newRow("years") << QList<double>{1950, 1990, 2000, 2004, 2006, 2007, 2008};
        QTest::newRow("two values") << QList<double>{0, 0, 0, 1};
    }
    void powersAreMostLikely() {
        QFETCH(QList<double>, values);
        const Numbers x(values.begin(), values.end());
        SilentProgress progress;
        const PowerFit fit =
            fitPower(PowerFamily::YeoJohnson, x, PowerScale::Relative, JobContext{{}, {}, progress, Seed{1}});
        QVERIFY(!fit.atEdge);
        const double best = likelihood(x, fit.lambda, fit.reference);
        for (const double step : {1e-3, 1e-2, 0.1, 1.0})
            for (const double sign : {-1.0, 1.0})
                QVERIFY(likelihood(x, fit.lambda + sign * step, fit.reference) < best);
    }

    void powersAreContinuousInLambda() {
        for (const double x : {-30.0, -0.1, 0.0, 1e-9, 0.7, 25.0}) {
            QVERIFY(std::abs(yeoJohnson(x, 1) - x) <= 1e-15 * std::abs(x) + 1e-300);
            for (const double special : {0.0, 2.0})
                QVERIFY(std::abs(yeoJohnson(x, special) - yeoJohnson(x, special + 1e-12)) < 1e-8);
        }
        QCOMPARE(powerTransform(PowerFamily::BoxCox, std::exp(2.0), 0, 1), 2.0);
        QVERIFY(std::isfinite(yeoJohnson(kHuge, 50)));
    }

    /// (T(x) - T(reference)) / (1 + reference)^lambda on both sides of 0, and mirrored.
    void relativePowersAreThePlainOnesScaled() {
        const double lambda = 0.3, reference = 6;
        for (const double x : {-20.0, -0.5, 0.0, 2.0, 50.0}) {
            const double scaled = (yeoJohnson(x, lambda) - yeoJohnson(reference, lambda)) / std::pow(7, lambda);
            const double relative = powerTransform(PowerFamily::YeoJohnson, x, lambda, reference);
            QVERIFY(std::abs(relative - scaled) < 1e-12 * std::max(1.0, std::abs(scaled)));
            QCOMPARE(powerTransform(PowerFamily::YeoJohnson, -x, 2 - lambda, -reference), -relative);
        }
    }

    void boxCoxTakesPositiveNumbers() {
        const nlohmann::json spec{{"step", "power"}, {"method", "box-cox"}};
        const Error error = errorOf([&] { fitStep(spec, tableOf({1, 0, 2})); });
        QCOMPARE(error.place().column, std::string("x"));
        QCOMPARE(error.place().parameter, std::string("method"));
        auto step = fitStep(spec, tableOf({1, 3, 9, 30}));
        const Numbers bent = step.column(tableOf({-4, 0, 1}), "x");
        QCOMPARE(bent[0], bent[2]);
        QCOMPARE(bent[1], bent[2]);
        QCOMPARE(step.notes.warnings.size(), 1U);
        QVERIFY2(step.notes.warnings[0].message.starts_with("2 values"), step.notes.warnings[0].message.c_str());
    }

    void powerOfConstantsAndExtremes() {
        auto constant = fitStep({{"step", "power"}}, tableOf({4, 4, 4}));
        QCOMPARE(constant.notes.warnings.size(), 1U);
        QCOMPARE(constant.column(tableOf({4}), "x"), Numbers({0}));
        for (const Numbers& values :
             {Numbers{-kHuge, 0, kHuge}, Numbers{1e-300, 1, 1e300}, Numbers{1e8, 1e8 + 1, 1e8 + 3}}) {
            auto step = fitStep({{"step", "power"}}, tableOf(values));
            for (const double y : step.column(tableOf({-kHuge, -1, 0, 1, 1e9, kHuge}), "x")) QVERIFY(std::isfinite(y));
        }
    }

    void quantilesKeepOrderAndTies() {
        auto step = fitStep({{"step", "quantile"}}, tableOf({1, 2, 2, 2, 5}));
        QCOMPARE(step.column(tableOf({0, 1, 1.5, 2, 3.5, 5, 9}), "x"), Numbers({0, 0, 0.125, 0.5, 0.875, 1, 1}));
        auto normal = fitStep({{"step", "quantile"}, {"output", "normal"}}, tableOf({1, 2, 2, 2, 5}));
        const Numbers ends = normal.column(tableOf({-kHuge, 2, kHuge}), "x");
        QVERIFY(std::isfinite(ends[0]) && std::abs(ends[0] + ends[2]) < 1e-8);
        QCOMPARE(ends[1], 0.0);
        auto constant = fitStep({{"step", "quantile"}}, tableOf({3, 3}));
        QCOMPARE(constant.column(tableOf({2, 3, 4}), "x"), Numbers({0, 0.5, 1}));
        QCOMPARE(constant.notes.warnings.size(), 1U);
    }

    void binsHaveNamesAndEnds() {
        auto step =
            fitStep({{"step", "bins"}, {"bins", 2}, {"strategy", "width"}}, tableOf({0, 10, 4, 0}, missingAt(4, {3})));
        const Table binned = step.apply(tableOf({-5, 4.9, 5, 99, 0}, missingAt(5, {4})));
        const Column& column = binned.column(0);
        QCOMPARE(column.levels(), std::vector<std::string>({"below 5", "5 or more"}));
        QCOMPARE(std::vector<std::uint32_t>(column.codes().begin(), column.codes().end()),
                 std::vector<std::uint32_t>({0, 0, 1, 1, 0}));
        QVERIFY(column.isMissing(4) && !column.isMissing(3));
    }

    void binNamesDiffer() {
        auto step = fitStep({{"step", "bins"}, {"bins", 4}},
                            tableOf({1000000.1, 1000000.2, 1000000.3, 1000000.4, 1000000.5, 1000000.6}));
        const Table binned = step.apply(tableOf({1000000.35}));
        const std::vector<std::string>& levels = binned.column(0).levels();
        QCOMPARE(std::set<std::string>(levels.begin(), levels.end()).size(), 4U);
    }

    void binEdges() {
        const Numbers skewed{0, 0, 0, 0, 0, 1, 2, 3};
        QCOMPARE(equalFrequencyEdges(skewed, 4), Numbers({1.25}));
        QCOMPARE(equalFrequencyEdges(Numbers{4, 4}, 3), Numbers());
        QCOMPARE(equalWidthEdges(skewed, 3), Numbers({1, 2}));
        QCOMPARE(kMeansEdges(Numbers{0, 1, 2, 10, 11, 12, 30, 31}, 3), Numbers({6, 20.75}));
    }
};

QTEST_APPLESS_MAIN(NumberStepsTest)
#include "test_number_steps.moc"
