// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace holdout {

/// P(positive | f) = 1 / (1 + exp(slope f + offset))
struct Sigmoid {
    double slope = -1;
    double offset = 0;

    double probability(double decision) const;
};

/// The sigmoid that makes the classes likeliest, with the targets that Platt (1999) gives them, by Newton's method with
/// backtracking (Lin, Lin, Weng 2007). `positive`: 1 for the positive class, 0 for the other. `weights`: one a row.
Sigmoid fitSigmoid(const Eigen::VectorXd& decisions, const Eigen::VectorXd& positive, const Eigen::VectorXd& weights);

/// Probabilities of all classes from those of pairs: pairwise(i, j) is P(i | i or j), and pairwise(j, i) = 1 - that.
/// Wu, Lin, Weng 2004, second approach, solved as a system of linear equations.
Eigen::VectorXd couplePairs(const Eigen::MatrixXd& pairwise);

}  // namespace holdout
