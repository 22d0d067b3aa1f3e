// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "evaluate/statistics.h"

using namespace holdout;

class StatisticsTest : public QObject {
    Q_OBJECT
private slots:
    // R 4.2.2: qt(p, df), printed with 15 digits. Agreement to 1e-12 relative: both are good to a few units in the last place.
    void studentQuantileAgreesWithR_data() {
        QTest::addColumn<double>("p");
        QTest::addColumn<double>("freedom");
        QTest::addColumn<double>("expected");
        QTest::newRow("9 degrees") << 0.975 << 9.0 << 2.2621571627982;
        QTest::newRow("1 degree") << 0.975 << 1.0 << 12.7062047361747;
        QTest::newRow("4 degrees") << 0.95 << 4.0 << 2.13184678632665;
        QTest::newRow("99 degrees") << 0.975 << 99.0 << 1.98421695158642;
        QTest::newRow("lower tail") << 0.01 << 5.0 << -3.36492999890722;
    }
    void studentQuantileAgreesWithR() {
        QFETCH(double, p);
        QFETCH(double, freedom);
        QFETCH(double, expected);
        const double t = studentTQuantile(p, freedom);
        QVERIFY2(std::abs(t - expected) <= 1e-12 * std::abs(expected), qPrintable(QString::number(t, 'g', 17)));
        QVERIFY(std::abs(studentTCdf(t, freedom) - p) < 1e-14);
    }

    void quantileIsOfType7() {
        // quantile(c(1, 2, 4, 8), 0.3) in R: 1.9
        QCOMPARE(quantile({8, 1, 4, 2}, 0.3), 1.9);
        QCOMPARE(quantile({8, 1, 4, 2}, 0), 1.0);
        QCOMPARE(quantile({8, 1, 4, 2}, 1), 8.0);
    }

    // By hand: mean 0.8, sd 0.1, variance of the mean 0.01 (1/3 + 1/2), t(0.975, 2) = 4.30265272974946.
    void correctedIntervalByHand() {
        const Interval interval = correctedResampledT({0.7, 0.8, 0.9}, 0.5);
        const double half = 4.30265272974946 * std::sqrt(0.01 * (1.0 / 3 + 0.5));
        QVERIFY(std::abs(interval.mean - 0.8) < 1e-15);
        QVERIFY(std::abs(interval.high - 0.8 - half) < 1e-12);
        QVERIFY(std::abs(0.8 - interval.low - half) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(StatisticsTest)
#include "test_statistics.moc"
