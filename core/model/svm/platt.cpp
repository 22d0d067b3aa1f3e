// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/svm/platt.h"

#include <Eigen/Dense>
#include <cmath>

namespace holdout {
namespace {

using Eigen::Index;

/// log(1 + exp(z)) without overflow.
double softplus(double z) {
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

/// The loss of a sigmoid, with its derivatives by slope and offset.
struct SigmoidLoss {
    const Eigen::VectorXd& decisions;
    Eigen::VectorXd targets;
    const Eigen::VectorXd& weights;

    double at(const Sigmoid& sigmoid) const {
        double loss = 0;
        for (Index i = 0; i < decisions.size(); ++i) {
            const double z = sigmoid.slope * decisions[i] + sigmoid.offset;
            loss += weights[i] * (softplus(z) - (1 - targets[i]) * z);
        }
        return loss;
    }

    void derivatives(const Sigmoid& sigmoid, Eigen::Vector2d& gradient, Eigen::Matrix2d& hessian) const {
        gradient.setZero();
        hessian.setZero();
        for (Index i = 0; i < decisions.size(); ++i) {
            const double p = sigmoid.probability(decisions[i]);
            const Eigen::Vector2d step(decisions[i], 1);
            gradient += weights[i] * (targets[i] - p) * step;
            hessian += weights[i] * p * (1 - p) * step * step.transpose();
        }
    }
};

}  // namespace

double Sigmoid::probability(double decision) const {
    const double z = slope * decision + offset;
    return z >= 0 ? std::exp(-z) / (1 + std::exp(-z)) : 1 / (1 + std::exp(z));
}

Sigmoid fitSigmoid(const Eigen::VectorXd& decisions, const Eigen::VectorXd& positive, const Eigen::VectorXd& weights) {
    const double yes = positive.dot(weights), no = weights.sum() - yes;
    const double high = (yes + 1) / (yes + 2), low = 1 / (no + 2);
    const SigmoidLoss loss{
        decisions, (positive.array() > 0.5).select(Eigen::VectorXd::Constant(positive.size(), high), low), weights};
    Sigmoid sigmoid{0, std::log((no + 1) / (yes + 1))};
    double value = loss.at(sigmoid);
    for (int iteration = 0; iteration < 100; ++iteration) {
        Eigen::Vector2d gradient;
        Eigen::Matrix2d hessian;
        loss.derivatives(sigmoid, gradient, hessian);
        if (gradient.cwiseAbs().maxCoeff() < 1e-10 * std::max(1.0, weights.sum())) break;
        hessian.diagonal().array() += 1e-12;
        const Eigen::Vector2d step = -hessian.ldlt().solve(gradient);
        double length = 1;
        for (; length > 1e-10; length *= 0.5) {
            const Sigmoid trial{sigmoid.slope + length * step[0], sigmoid.offset + length * step[1]};
            const double trialValue = loss.at(trial);
            if (trialValue < value + 1e-4 * length * gradient.dot(step) + 1e-15 * std::abs(value)) {
                sigmoid = trial;
                value = trialValue;
                break;
            }
        }
        if (length <= 1e-10) break;
    }
    return sigmoid;
}

Eigen::VectorXd couplePairs(const Eigen::MatrixXd& pairwise) {
    const Index classes = pairwise.rows();
    // Minimise sum_i sum_{j != i} (r_ji p_i - r_ij p_j)² subject to sum p = 1: Q p + b e = 0, e'p = 1 (equation 21).
    Eigen::MatrixXd system = Eigen::MatrixXd::Zero(classes + 1, classes + 1);
    for (Index i = 0; i < classes; ++i)
        for (Index j = 0; j < classes; ++j) {
            if (i == j) continue;
            system(i, i) += pairwise(j, i) * pairwise(j, i);
            system(i, j) = -pairwise(j, i) * pairwise(i, j);
        }
    system.col(classes).head(classes).setOnes();
    system.row(classes).head(classes).setOnes();
    Eigen::VectorXd right = Eigen::VectorXd::Zero(classes + 1);
    right[classes] = 1;
    Eigen::VectorXd probabilities = system.partialPivLu().solve(right).head(classes);
    // Not negative in exact arithmetic.
    probabilities = probabilities.cwiseMax(0);
    return probabilities / probabilities.sum();
}

}  // namespace holdout
