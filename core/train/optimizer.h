// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

#include <Eigen/Core>

#include "base/parallel.h"

namespace holdout {

/// How parameters follow their gradient. One object serves one fit: it holds that fit's moments.
///
/// A step is `beginStep()`, then `update` for ranges that together cover all parameters once. Updates of ranges
/// that do not overlap may run at the same time, and the result does not depend on how the parameters are cut.
template <typename Scalar>
class Optimizer {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    virtual ~Optimizer() = default;
    virtual void beginStep() = 0;
    /// Moves parameters[range] against gradient[range]. Both have the length that the optimizer was made for.
    virtual void update(Range range, const Vector& gradient, Vector& parameters) = 0;
};

struct SgdSettings {
    double learningRate = 0.01;
    double momentum = 0.9;
    bool nesterov = true;
};

/// Stochastic gradient descent with momentum: v <- m v - r g, w <- w + v; Nesterov's form moves by m v - r g
/// with the new v (Sutskever, Martens, Dahl, Hinton 2013, rewritten at the look-ahead point).
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeSgd(std::size_t parameters, const SgdSettings& settings);

struct AdamSettings {
    double learningRate = 1e-3;
    double decay1 = 0.9;
    double decay2 = 0.999;
    double epsilon = 1e-8;
};

/// Adam (Kingma, Ba 2015, algorithm 1), with both bias corrections.
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeAdam(std::size_t parameters, const AdamSettings& settings);

}  // namespace holdout
