// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "charts/axis_scale.h"
#include "charts/thinning.h"

using namespace holdout;

class ThinningTest : public QObject {
    Q_OBJECT

private slots:
    void keepsExtremesAndEnds() {
        std::vector<double> x, y;
        for (int i = 0; i < 100000; ++i) {
            x.push_back(i);
            y.push_back(std::sin(i * 0.01));
        }
        y[54321] = 7;
        y[12345] = -9;
        const QList<QPointF> points = thinned(x, y, 0, 99999, 400);
        QVERIFY(points.size() <= 4 * 401);
        QVERIFY(points.size() > 400);
        QVERIFY(points.contains(QPointF(54321, 7)));
        QVERIFY(points.contains(QPointF(12345, -9)));
        QCOMPARE(points.front(), QPointF(0, 0));
        QCOMPARE(points.back(), QPointF(x.back(), y.back()));
        QVERIFY(std::is_sorted(points.begin(), points.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
    }

    void leavesShortAndTurningLinesAlone() {
        const std::vector<double> x{3, 1, 2}, y{1, 2, 3};
        QCOMPARE(thinned(x, y, 1, 3, 400), (QList<QPointF>{{3, 1}, {1, 2}, {2, 3}}));
        QCOMPARE(thinned(x, y, 1, 3, 1).size(), 3);
    }

    void ticksAreNice() {
        const AxisScaling linear({}, 0.03, 0.98, 0.05);
        QStringList texts;
        for (const Tick& tick : linear.ticks(5)) texts << tick.text;
        QCOMPARE(texts, (QStringList{"0", "0.25", "0.5", "0.75", "1"}));
        const AxisScaling log({.scale = AxisScale::Log}, 1e-6, 1e-2, 0);
        texts.clear();
        for (const Tick& tick : log.ticks(5)) texts << tick.text;
        QCOMPARE(texts, (QStringList{"1e-6", "1e-5", "1e-4", "1e-3", "1e-2"}));
        QVERIFY(std::isnan(log.coordinate(0)));
        QCOMPARE(log.coordinate(1e-3), -3.0);
    }

    void oneValueStillHasARange() {
        for (const double value : {0.0, 5.0, -3.0}) {
            const AxisScaling axis({}, value, value, 0.05);
            QVERIFY(axis.low() < value && axis.high() > value);
            QVERIFY(axis.ticks(5).size() >= 2);
        }
    }
};

QTEST_APPLESS_MAIN(ThinningTest)
#include "test_thinning.moc"
