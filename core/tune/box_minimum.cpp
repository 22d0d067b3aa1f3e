// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/box_minimum.h"

#include <Eigen/Dense>

namespace holdout {
namespace {

constexpr double sufficientDecrease = 1e-4;
constexpr double leastSlope = 1e-9;
constexpr int mostHalvings = 12;

/// 1 where the coordinate can move downhill, 0 where a bound holds it.
Eigen::VectorXd freeCoordinates(const Eigen::VectorXd& point, const Eigen::VectorXd& gradient,
                                const Eigen::VectorXd& low, const Eigen::VectorXd& high) {
    Eigen::VectorXd free = Eigen::VectorXd::Ones(point.size());
    for (Eigen::Index i = 0; i < point.size(); ++i)
        if ((point[i] <= low[i] && gradient[i] > 0) || (point[i] >= high[i] && gradient[i] < 0)) free[i] = 0;
    return free;
}

}  // namespace

BoxMinimum minimiseInBox(const GradientFunction& function, Eigen::VectorXd start, const Eigen::VectorXd& low,
                         const Eigen::VectorXd& high, int steps) {
    const Eigen::Index size = start.size();
    BoxMinimum best{start.cwiseMax(low).cwiseMin(high), 0};
    Eigen::VectorXd gradient(size), nextGradient(size);
    best.value = function(best.point, gradient);
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(size, size);
    bool isFresh = true;
    for (int step = 0; step < steps; ++step) {
        const Eigen::VectorXd free = freeCoordinates(best.point, gradient, low, high);
        const Eigen::VectorXd slope = gradient.cwiseProduct(free);
        if (!(slope.lpNorm<Eigen::Infinity>() > leastSlope)) break;
        Eigen::VectorXd direction = -(inverse * slope).cwiseProduct(free);
        if (!(direction.dot(slope) < 0)) {
            inverse.setIdentity();
            isFresh = true;
            direction = -slope;
        }
        // The first step has no scale of its own: a tenth of the box at most.
        if (isFresh) direction *= std::min(1.0, 0.1 * (high - low).maxCoeff() / direction.lpNorm<Eigen::Infinity>());
        double length = 1, value = 0;
        Eigen::VectorXd next;
        int halvings = 0;
        for (; halvings < mostHalvings; ++halvings, length *= 0.5) {
            next = (best.point + length * direction).cwiseMax(low).cwiseMin(high);
            value = function(next, nextGradient);
            if (value <= best.value + sufficientDecrease * gradient.dot(next - best.point)) break;
        }
        if (halvings == mostHalvings) {
            if (isFresh) break;
            inverse.setIdentity();
            isFresh = true;
            continue;
        }
        const Eigen::VectorXd moved = (next - best.point).cwiseProduct(free),
                              turned = (nextGradient - gradient).cwiseProduct(free);
        const double curvature = moved.dot(turned);
        const double gain = best.value - value;
        best = {std::move(next), value};
        gradient = nextGradient;
        if (gain < 1e-10 * (1 + std::abs(value))) break;
        if (!(curvature > 1e-12)) continue;
        if (isFresh) inverse = Eigen::MatrixXd::Identity(size, size) * (curvature / turned.squaredNorm());
        isFresh = false;
        const Eigen::VectorXd image = inverse * turned;
        inverse += (1 + turned.dot(image) / curvature) / curvature * moved * moved.transpose() -
                   (image * moved.transpose() + moved * image.transpose()) / curvature;
    }
    return best;
}

}  // namespace holdout
