// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "train/optimizer.h"

using namespace holdout;
using Vector = Eigen::VectorXd;

namespace {

Vector stepsOnQuadratic(Optimizer<double>& optimizer, Vector at, const Vector& curvature, int steps) {
    for (int i = 0; i < steps; ++i) {
        const Vector gradient = curvature.cwiseProduct(at);
        optimizer.beginStep();
        optimizer.update({0, static_cast<std::size_t>(at.size())}, gradient, at);
    }
    return at;
}

}  // namespace

class OptimizerTest : public QObject {
    Q_OBJECT
private slots:
    /// Worked by hand from algorithm 1 of Kingma and Ba with gradients 1 then -3.
    void adamFollowsItsPaper() {
        const AdamSettings settings{.learningRate = 0.1};
        const auto adam = makeAdam<double>(1, settings);
        Vector w = Vector::Constant(1, 2.0);
        adam->beginStep();
        adam->update({0, 1}, Vector::Constant(1, 1.0), w);
        // m̂ = v̂ = 1: a step of 0.1 / (1 + 1e-8).
        QVERIFY(std::abs(w[0] - (2 - 0.1 / (1 + 1e-8))) < 1e-15);
        const double before = w[0];
        adam->beginStep();
        adam->update({0, 1}, Vector::Constant(1, -3.0), w);
        const double mean = (0.9 * 0.1 * 1 + 0.1 * -3) / (1 - 0.81);
        const double square = (0.999 * 0.001 * 1 + 0.001 * 9) / (1 - 0.999 * 0.999);
        QVERIFY(std::abs(w[0] - (before - 0.1 * mean / (std::sqrt(square) + 1e-8))) < 1e-14);
    }

    /// v1 = -r g1, v2 = m v1 - r g2; Nesterov adds m v - r g.
    void momentumKeepsItsShare() {
        for (const bool nesterov : {false, true}) {
            const auto sgd = makeSgd<double>(1, {0.1, 0.5, nesterov});
            Vector w = Vector::Zero(1);
            sgd->beginStep();
            sgd->update({0, 1}, Vector::Constant(1, 1.0), w);
            sgd->beginStep();
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
        const auto plain = makeSgd<double>(2, {0.01, 0, false});
        const auto momentum = makeSgd<double>(2, {0.01, 0.9, false});
        const double slow = stepsOnQuadratic(*plain, start, curvature, 200).norm();
        const double fast = stepsOnQuadratic(*momentum, start, curvature, 200).norm();
        QVERIFY(fast < slow / 100);
    }

    void cuttingTheParametersChangesNothing() {
        Vector gradient(10);
        for (int i = 0; i < 10; ++i) gradient[i] = std::sin(i + 1);
        const auto whole = makeAdam<double>(10, {});
        const auto pieces = makeAdam<double>(10, {});
        Vector a = Vector::Ones(10);
        Vector b = a;
        for (int step = 0; step < 5; ++step) {
            whole->beginStep();
            whole->update({0, 10}, gradient, a);
            pieces->beginStep();
            pieces->update({7, 10}, gradient, b);
            pieces->update({0, 3}, gradient, b);
            pieces->update({3, 7}, gradient, b);
        }
        QVERIFY(a == b);
    }
};

QTEST_APPLESS_MAIN(OptimizerTest)
#include "test_optimizer.moc"
