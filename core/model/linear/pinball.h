// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/loss_solver.h"

namespace holdout {

/// The mean over rows of above * max(0, r) + below * max(0, -r), r = goal - sign * score, plus l1_j |w_j| + 1/2 l2_j
/// w_j^2 over the standardised weights. Quantile regression (sign 1), and with below = 0, goals of 1 and signs of the
/// class the support vector machine.
struct PinballProblem {
    const DesignMatrix& design;
    Eigen::VectorXd goals;
    Eigen::VectorXd signs;  ///< 1 or -1
    double above = 0.5, below = 0.5;
    Eigen::VectorXd l1, l2;  ///< by column
};

/// Solves it by a primal-dual interior point method with Mehrotra's corrector (Portnoy, Koenker 1997, with the
/// quadratic part): some twenty Gram matrices of the rows, whatever the corners of the loss. Throws Error when there
/// are more columns than a Gram matrix should have.
LossFit minimisePinball(const PinballProblem& problem, const StopRule& rule, JobContext& context);

}  // namespace holdout
