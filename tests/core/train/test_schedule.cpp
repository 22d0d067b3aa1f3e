// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "train/schedule.h"

using namespace holdout;

namespace {

bool near(double a, double b) {
    return std::abs(a - b) < 1e-12;
}

}  // namespace

class ScheduleTest : public QObject {
    Q_OBJECT
private slots:
    void constantStays() { QCOMPARE(Schedule({}).factor(150, 0.5), 1.0); }

    void stepsFallByTheFactor() {
        const Schedule schedule({.kind = ScheduleKind::Step, .factor = 0.5, .every = 10});
        QCOMPARE(schedule.factor(10, 0.9), 1.0);
        QCOMPARE(schedule.factor(11, 0.0), 0.5);
        QCOMPARE(schedule.factor(31, 0.0), 0.125);
    }

    void cosineFallsToNothing() {
        const Schedule schedule({.kind = ScheduleKind::Cosine, .over = 100});
        QCOMPARE(schedule.factor(1, 0.0), 1.0);
        QVERIFY(near(schedule.factor(51, 0.0), 0.5));
        QVERIFY(near(schedule.factor(26, 0.0), (1 + std::cos(std::acos(-1.0) / 4)) / 2));
        QVERIFY(near(schedule.factor(100, 1.0), 0));
        QVERIFY(near(schedule.factor(150, 0.0), 0));
    }

    void oneCycleRisesAndFalls() {
        const Schedule schedule({.kind = ScheduleKind::OneCycle, .over = 100});
        QVERIFY(near(schedule.factor(1, 0.0), 0.04));
        QVERIFY(near(schedule.factor(31, 0.0), 1));
        QVERIFY(near(schedule.factor(16, 0.0), 0.52));
        QVERIFY(near(schedule.factor(100, 1.0), 1e-4));
    }

    void aPlateauLowersTheRateAndIsRemembered() {
        Schedule schedule({.kind = ScheduleKind::Plateau, .factor = 0.1, .every = 2});
        for (const double loss : {1.0, 0.9, 0.95, 0.9}) schedule.observe(loss);
        QVERIFY(near(schedule.factor(5, 0.0), 0.1));
        Schedule other({.kind = ScheduleKind::Plateau, .factor = 0.1, .every = 2});
        other.restore(schedule.state());
        for (Schedule* each : {&schedule, &other}) {
            each->observe(0.8);
            each->observe(0.8);
            QVERIFY(near(each->factor(7, 0.0), 0.1));
            each->observe(0.85);
            QVERIFY(near(each->factor(8, 0.0), 0.01));
        }
    }
};

QTEST_APPLESS_MAIN(ScheduleTest)
#include "test_schedule.moc"
