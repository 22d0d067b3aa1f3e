// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/Dense>
#include <QtTest>

#include "tune/acquisition.h"
#include "tune/box_minimum.h"
#include "tune/score_model.h"
#include "tune/sobol.h"
#include "tune/trial_batch.h"

using namespace holdout;

namespace {

const SurrogateMetric threeNumbers{{false, false, false}};

Eigen::VectorXd heights(const Eigen::MatrixXd& points) {
    Eigen::VectorXd values(points.rows());
    for (Eigen::Index i = 0; i < points.rows(); ++i)
        values[i] = std::sin(5 * points(i, 0)) + points(i, 1) * points(i, 1);
    return values;
}

Surrogate threeDimensional() {
    const Eigen::MatrixXd points = SobolSequence(3, Seed{1}).points(0, 20);
    return Surrogate(points, heights(points), threeNumbers, {Eigen::Vector3d(-1, 0, 1), 0.3, -7});
}

}  // namespace

class SurrogateTest : public QObject {
    Q_OBJECT

private slots:
    /// Against the formulas written out with an explicit inverse (Rasmussen, Williams 2006, eq. 2.25 and 2.26).
    void posteriorIsTheTextbooks() {
        const Surrogate surrogate = threeDimensional();
        const auto kernel = [&](const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
            const double r =
                ((a - b).array() / surrogate.parameters().logLengths.array().exp()).matrix().norm() * std::sqrt(5.0);
            return std::exp(0.3) * (1 + r + r * r / 3) * std::exp(-r);
        };
        const Eigen::MatrixXd& points = surrogate.points();
        Eigen::MatrixXd k(20, 20);
        for (int i = 0; i < 20; ++i)
            for (int j = 0; j < 20; ++j) k(i, j) = kernel(points.row(i), points.row(j)) + (i == j ? std::exp(-7) : 0);
        const Eigen::Vector3d at(0.3, 0.8, 0.1);
        Eigen::VectorXd cross(20);
        for (int i = 0; i < 20; ++i) cross[i] = kernel(points.row(i), at);
        const Eigen::MatrixXd inverse = k.inverse();
        Eigen::VectorXd mean, variance;
        surrogate.posterior(at.transpose(), mean, variance);
        QVERIFY(std::abs(mean[0] - cross.dot(inverse * surrogate.values())) < 1e-9);
        QVERIFY(std::abs(variance[0] - (std::exp(0.3) - cross.dot(inverse * cross))) < 1e-9);
    }

    void slopesAreThoseOfDifferences() {
        const Surrogate surrogate = threeDimensional();
        const Eigen::Vector3d at(0.31, 0.77, 0.12);
        for (const auto kind : {AcquisitionKind::LogExpectedImprovement, AcquisitionKind::ConfidenceBound,
                                AcquisitionKind::NoisyExpectedImprovement}) {
            const Acquisition acquisition(kind, surrogate, 2, Seed{3});
            Eigen::VectorXd slope;
            const double worth = acquisition.worthAndSlope(at, slope);
            QVERIFY(std::abs(worth - acquisition.worth(at.transpose())[0]) < 1e-8 * (1 + std::abs(worth)));
            for (int d = 0; d < 3; ++d) {
                const Eigen::VectorXd step = 1e-5 * Eigen::Vector3d::Unit(d);
                const double difference =
                    (acquisition.worth((at + step).transpose())[0] - acquisition.worth((at - step).transpose())[0]) /
                    2e-5;
                QVERIFY2(std::abs(difference - slope[d]) < 1e-4 * (1 + std::abs(slope[d])),
                         qPrintable(QString::number(difference - slope[d])));
            }
        }
    }

    /// log h(z) where h(z) itself can be had, and its limit -z²/2 - log √2π - 2 log |z| where it cannot.
    void logImprovementHasNoHoles() {
        for (double z = -8; z < 8; z += 0.37) {
            const double h = std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) + z * 0.5 * std::erfc(-z / std::sqrt(2.0));
            if (z > -5) QVERIFY(std::abs(logImprovement(z) - std::log(h)) < 1e-8 * std::max(1.0, -z * z * z));
            const double slope = (logImprovement(z + 1e-5) - logImprovement(z - 1e-5)) / 2e-5;
            QVERIFY(std::abs(slope - logImprovementSlope(z)) < 1e-4 * (1 + std::abs(slope)));
        }
        for (const double z : {-24.999, -25.001, -100.0, -1e5}) {
            const double limit = -0.5 * z * z - 0.5 * std::log(2 * M_PI) - 2 * std::log(-z);
            QVERIFY(std::abs(logImprovement(z) - limit) < 6 / (z * z));
        }
    }

    void theFitFindsWhichDimensionsMatter() {
        const Eigen::MatrixXd points = SobolSequence(3, Seed{5}).points(0, 40);
        Eigen::VectorXd values = heights(points);
        values.array() -= values.mean();
        values /= std::sqrt(values.squaredNorm() / 40);
        const SurrogateFit fit = fitSurrogate(points, values, threeNumbers, {initialParameters(3)}, 60);
        QVERIFY(fit.parameters.logLengths[2] > fit.parameters.logLengths[0] + 1);
        QVERIFY(std::exp(fit.parameters.logNoise) < 1e-3);
    }

    void theBoxHoldsTheMinimum() {
        const auto bowl = [](const Eigen::VectorXd& x, Eigen::VectorXd& slope) {
            slope = 2 * (x - Eigen::Vector2d(0.3, 2));
            slope[0] *= 50;
            return 50 * std::pow(x[0] - 0.3, 2) + std::pow(x[1] - 2, 2);
        };
        const BoxMinimum found =
            minimiseInBox(bowl, Eigen::Vector2d(0.9, 0.1), Eigen::Vector2d(0, 0), Eigen::Vector2d(1, 1), 50);
        QVERIFY((found.point - Eigen::Vector2d(0.3, 1)).norm() < 1e-6);
    }

    /// Any 2^k points of the sequence have one in each of 2^k slices, whatever the scrambling.
    void sobolFillsEverySlice() {
        const Eigen::MatrixXd points = SobolSequence(40, Seed{9}).points(0, 64);
        for (Eigen::Index d = 0; d < 40; ++d) {
            std::vector<int> count(64);
            for (Eigen::Index i = 0; i < 64; ++i) ++count[static_cast<std::size_t>(points(i, d) * 64)];
            QVERIFY(std::all_of(count.begin(), count.end(), [](int c) { return c == 1; }));
        }
    }

    void theWarpTurnsBack() {
        const Eigen::VectorXd costs = Eigen::VectorXd::LinSpaced(20, -3, 3).array().exp();
        for (const double softness : {0.01, 0.5, double(INFINITY)}) {
            const CostWarp warp(costs, softness);
            for (const double cost : costs) QVERIFY(std::abs(warp.cost(warp.value(cost)) - cost) < 1e-9 * (1 + cost));
        }
    }

    void onlyThoseThatLagForSureCannotWin() {
        const std::vector<double> best = {0.80, 0.82, 0.79};
        QVERIFY(cannotWin({0.50, 0.52, 0.49}, best, Direction::HigherIsBetter, 0.25, 2));
        QVERIFY(!cannotWin({0.50, 0.52, 0.49}, best, Direction::LowerIsBetter, 0.25, 2));
        QVERIFY(!cannotWin({0.79, 0.83, 0.77}, best, Direction::HigherIsBetter, 0.25, 2));
    }
};

QTEST_APPLESS_MAIN(SurrogateTest)
#include "test_surrogate.moc"
