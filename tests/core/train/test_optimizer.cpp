// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "train/optimizer.h"

using namespace holdout;
using Vector = Eigen::VectorXd;

namespace {

Vector stepsOnQuadratic(Optimizer<double>& optimizer, double rate, Vector at, const Vector& curvature, int steps,
                        const StepRule& rule = {}) {
    for (int i = 0; i < steps; ++i) {
        const Vector gradient = curvature.cwiseProduct(at);
        optimizer.beginStep(rate);
        optimizer.update({0, static_cast<std::size_t>(at.size())}, gradient, at, rule);
    }
    return at;
}

}  // namespace

class OptimizerTest : public QObject {
    Q_OBJECT
private slots:
    /// Worked by hand from algorithm 1 of Kingma and Ba with gradients 1 then -3.
    void adamFollowsItsPaper() {
        const auto adam = makeAdam<double>(1, {});
        Vector w = Vector::Constant(1, 2.0);
        adam->beginStep(0.1);
        adam->update({0, 1}, Vector::Constant(1, 1.0), w);
        // m̂ = v̂ = 1: a step of 0.1 / (1 + 1e-8).
        QVERIFY(std::abs(w[0] - (2 - 0.1 / (1 + 1e-8))) < 1e-15);
        const double before = w[0];
        adam->beginStep(0.1);
        adam->update({0, 1}, Vector::Constant(1, -3.0), w);
        const double mean = (0.9 * 0.1 * 1 + 0.1 * -3) / (1 - 0.81);
        const double square = (0.999 * 0.001 * 1 + 0.001 * 9) / (1 - 0.999 * 0.999);
        QVERIFY(std::abs(w[0] - (before - 0.1 * mean / (std::sqrt(square) + 1e-8))) < 1e-14);
    }

    /// v1 = -r g1, v2 = m v1 - r g2; Nesterov adds m v - r g.
    void momentumKeepsItsShare() {
        for (const bool nesterov : {false, true}) {
            const auto sgd = makeSgd<double>(1, {0.5, nesterov});
            Vector w = Vector::Zero(1);
            sgd->beginStep(0.1);
            sgd->update({0, 1}, Vector::Constant(1, 1.0), w);
            sgd->beginStep(0.1);
            sgd->update({0, 1}, Vector::Constant(1, 2.0), w);
            const double v1 = -0.1;
            const double v2 = 0.5 * v1 - 0.2;
            const double expected = nesterov ? (0.5 * v1 - 0.1) + (0.5 * v2 - 0.2) : v1 + v2;
            QVERIFY(std::abs(w[0] - expected) < 1e-15);
        }
    }

    void momentumSpeedsUpANarrowValley() {
        const Vector start = Vector::Ones(2);
        const Vector curvature = (Vector(2) << 1, 100).finished();
        const auto plain = makeSgd<double>(2, {0, false});
        const auto momentum = makeSgd<double>(2, {0.9, false});
        const double slow = stepsOnQuadratic(*plain, 0.01, start, curvature, 200).norm();
        const double fast = stepsOnQuadratic(*momentum, 0.01, start, curvature, 200).norm();
        QVERIFY(fast < slow / 100);
    }

    /// Worked by hand: the mean square is 0.1 g², the step r g / sqrt(0.1 g²).
    void rmsPropDividesByTheMeanSquare() {
        const auto optimizer = makeRmsProp<double>(1, {});
        Vector w = Vector::Constant(1, 1.0);
        optimizer->beginStep(0.01);
        optimizer->update({0, 1}, Vector::Constant(1, 4.0), w);
        QVERIFY(std::abs(w[0] - (1 - 0.01 * 4 / (std::sqrt(0.1 * 16) + 1e-8))) < 1e-14);
    }

    /// The minimum of c/2 (w - a)² + l1 |w| is a - l1/c, or 0 where that would change the sign.
    void anL1PenaltyMakesExactZeros_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("rate");
        for (int kind = 0; kind < 4; ++kind)
            QTest::addRow("%d", kind) << kind << (kind == 3 ? 1e-4 : kind == 2 ? 1e-3 : 0.01);
    }
    void anL1PenaltyMakesExactZeros() {
        QFETCH(int, kind);
        QFETCH(double, rate);
        const auto optimizer = kind == 0   ? makeSgd<double>(2, {0, false})
                               : kind == 1 ? makeSgd<double>(2, {0.9, true})
                               : kind == 2 ? makeAdam<double>(2, {})
                                           : makeRmsProp<double>(2, {});
        const Vector target = (Vector(2) << 1.0, 0.1).finished();
        Vector w = Vector::Constant(2, 0.5);
        for (int i = 0; i < 30'000; ++i) {
            const Vector gradient = w - target;
            optimizer->beginStep(rate);
            optimizer->update({0, 2}, gradient, w, {.l1 = 0.25});
        }
        QVERIFY2(std::abs(w[0] - 0.75) < 0.01, qPrintable(QString::number(w[0])));
        QCOMPARE(w[1], 0.0);
    }

    void decayIsApartFromTheGradient() {
        const auto optimizer = makeAdam<double>(1, {});
        Vector w = Vector::Constant(1, 2.0);
        optimizer->beginStep(0.1);
        optimizer->update({0, 1}, Vector::Zero(1), w, {.rateScale = 0.5, .decay = 0.2});
        QCOMPARE(w[0], 2.0 * (1 - 0.1 * 0.5 * 0.2));
    }

    void goesOnFromItsState() {
        const Vector curvature = (Vector(2) << 1, 10).finished();
        for (const bool isAdam : {false, true}) {
            const auto make = [&] { return isAdam ? makeAdam<double>(2, {}) : makeSgd<double>(2, {0.9, true}); };
            const auto whole = make();
            const auto first = make();
            const auto second = make();
            const Vector unbroken = stepsOnQuadratic(*whole, 0.01, Vector::Ones(2), curvature, 20);
            const Vector half = stepsOnQuadratic(*first, 0.01, Vector::Ones(2), curvature, 8);
            second->restore(first->state());
            QVERIFY(stepsOnQuadratic(*second, 0.01, half, curvature, 12) == unbroken);
        }
    }

    void cuttingTheParametersChangesNothing() {
        Vector gradient(10);
        for (int i = 0; i < 10; ++i) gradient[i] = std::sin(i + 1);
        const auto whole = makeAdam<double>(10, {});
        const auto pieces = makeAdam<double>(10, {});
        Vector a = Vector::Ones(10);
        Vector b = a;
        for (int step = 0; step < 5; ++step) {
            whole->beginStep(1e-3);
            whole->update({0, 10}, gradient, a);
            pieces->beginStep(1e-3);
            pieces->update({7, 10}, gradient, b);
            pieces->update({0, 3}, gradient, b);
            pieces->update({3, 7}, gradient, b);
        }
        QVERIFY(a == b);
    }
};

QTEST_APPLESS_MAIN(OptimizerTest)
#include "test_optimizer.moc"
