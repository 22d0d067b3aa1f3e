// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "train/lbfgs.h"

using namespace holdout;

namespace {

/// Rosenbrock 1960: its minimum is 0, at (1, 1).
double rosenbrock(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
    const double x = at[0];
    const double y = at[1];
    gradient = (Eigen::VectorXd(2) << -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)).finished();
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

}  // namespace

class LbfgsTest : public QObject {
    Q_OBJECT
private slots:
    void findsTheBottomOfABentValley() {
        Lbfgs lbfgs;
        Lbfgs::Place place{(Eigen::VectorXd(2) << -1.2, 1).finished(), {}, 0};
        double length = 0;
        double last = INFINITY;
        int iterations = 0;
        while (iterations < 100 && lbfgs.iterate(rosenbrock, place, length)) {
            QVERIFY(place.value < last);
            QVERIFY(length > 0);
            last = place.value;
            ++iterations;
        }
        QVERIFY2(iterations < 60, qPrintable(QString::number(iterations)));
        QVERIFY((place.point - Eigen::VectorXd::Ones(2)).norm() < 1e-7);
    }

    void aQuadraticInThreeDimensionsTakesFewSteps() {
        const Eigen::Vector3d curvature(1, 10, 1000);
        const auto function = [&](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
            gradient = curvature.cwiseProduct(at);
            return 0.5 * at.dot(gradient);
        };
        Lbfgs lbfgs;
        Lbfgs::Place place{Eigen::VectorXd::Ones(3), {}, 0};
        double length = 0;
        int iterations = 0;
        while (iterations < 100 && place.point.norm() > 1e-6 && lbfgs.iterate(function, place, length)) ++iterations;
        QVERIFY2(iterations < 25, qPrintable(QString::number(iterations)));
    }

    void goesOnFromItsPairs() {
        Lbfgs whole;
        Lbfgs first;
        Lbfgs second;
        Lbfgs::Place a{(Eigen::VectorXd(2) << -1.2, 1).finished(), {}, 0};
        Lbfgs::Place b = a;
        double length = 0;
        for (int i = 0; i < 12; ++i) whole.iterate(rosenbrock, a, length);
        for (int i = 0; i < 5; ++i) first.iterate(rosenbrock, b, length);
        second.restore(first.pairs());
        for (int i = 5; i < 12; ++i) second.iterate(rosenbrock, b, length);
        QVERIFY(a.point == b.point);
    }
};

QTEST_APPLESS_MAIN(LbfgsTest)
#include "test_lbfgs.moc"
