// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>

#include <Eigen/Core>

namespace holdout {

/// L-BFGS (Nocedal, Wright 2006, algorithm 7.4) over a smooth function, one iteration at a time, with a line search by
/// bisection for the weak Wolfe conditions (Lewis, Overton 2013, algorithm 2.6).
class Lbfgs {
public:
    /// Value at `point`, and its gradient there.
    using Function = std::function<double(const Eigen::VectorXd& point, Eigen::VectorXd& gradient)>;
    struct Pair {
        Eigen::VectorXd step, change;  ///< of the point, and of the gradient
    };

    explicit Lbfgs(std::size_t memory = 10) : m_memory(memory) {}

    /// Where an iteration stands. Before the first, `gradient` is empty.
    struct Place {
        Eigen::VectorXd point, gradient;
        double value = 0;
    };
    /// One iteration from `place`, which it moves. False when no step lowers the function: an optimum, to rounding.
    /// `stepLength` is that of the accepted step along the direction.
    bool iterate(const Function& function, Place& place, double& stepLength);

    const std::deque<Pair>& pairs() const { return m_pairs; }
    void restore(std::deque<Pair> pairs) { m_pairs = std::move(pairs); }

private:
    Eigen::VectorXd direction(const Eigen::VectorXd& gradient) const;

    std::size_t m_memory;
    std::deque<Pair> m_pairs;
};

}  // namespace holdout
