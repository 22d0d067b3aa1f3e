// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <Eigen/Core>

namespace holdout {

/// Value of a smooth function at a point; writes its gradient.
using GradientFunction = std::function<double(const Eigen::VectorXd& point, Eigen::VectorXd& gradient)>;

struct BoxMinimum {
    Eigen::VectorXd point;
    double value = 0;
};

/// A local minimum within `low` … `high`, from `start`: BFGS steps on the coordinates that no bound holds, each cut off
/// at the box and halved until it lowers the value enough (Bertsekas 1982, projected quasi-Newton). At most `steps`
/// steps.
BoxMinimum minimiseInBox(const GradientFunction& function, Eigen::VectorXd start, const Eigen::VectorXd& low,
                         const Eigen::VectorXd& high, int steps);

}  // namespace holdout
