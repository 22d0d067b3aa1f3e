// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "base/parallel.h"

namespace holdout {

/// How a stretch of parameters differs from the others in a step.
struct StepRule {
    double rateScale = 1;  ///< of the step's learning rate
    double l1 = 0;         ///< pulls each parameter towards 0, and keeps it there once it arrives (a proximal step)
    double decay = 0;      ///< shrinks each parameter by this share of the learning rate, apart from its gradient
};

/// What an optimizer knows besides the parameters, to be kept and given back.
template <typename Scalar>
struct OptimizerState {
    std::int64_t steps = 0;
    std::vector<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> moments;
};

/// How parameters follow their gradient. One object serves one fit: it holds that fit's moments.
///
/// A step is `beginStep`, then `update` for ranges that together cover the parameters that are to move, once. Updates
/// of ranges that do not overlap may run at the same time, and the result does not depend on how the parameters are
/// cut.
template <typename Scalar>
class Optimizer {
public:
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    virtual ~Optimizer() = default;
    virtual void beginStep(double learningRate) = 0;
    /// Moves parameters[range] against gradient[range]. Both have the length that the optimizer was made for.
    virtual void update(Range range, const Vector& gradient, Vector& parameters, const StepRule& rule = {}) = 0;
    virtual OptimizerState<Scalar> state() const = 0;
    /// Requires a state of an optimizer of the same kind and length.
    virtual void restore(OptimizerState<Scalar> state) = 0;
};

struct SgdSettings {
    double momentum = 0.9;
    bool nesterov = true;
};

/// Stochastic gradient descent with momentum: v <- m v - r g, w <- w + v; Nesterov's form moves by m v - r g
/// with the new v (Sutskever, Martens, Dahl, Hinton 2013, rewritten at the look-ahead point).
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeSgd(std::size_t parameters, const SgdSettings& settings);

struct RmsPropSettings {
    double decay = 0.9;
    double epsilon = 1e-8;
};

/// RMSprop (Tieleman, Hinton 2012): the gradient over the root of its running mean square.
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeRmsProp(std::size_t parameters, const RmsPropSettings& settings);

struct AdamSettings {
    double decay1 = 0.9;
    double decay2 = 0.999;
    double epsilon = 1e-8;
};

/// Adam (Kingma, Ba 2015, algorithm 1), with both bias corrections. With `StepRule::decay` it is AdamW (Loshchilov,
/// Hutter 2019).
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeAdam(std::size_t parameters, const AdamSettings& settings);

}  // namespace holdout
