// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/moments.h"

namespace holdout {

/// A least-squares fit on the features' own scale.
struct LeastSquaresFit {
    RawCoefficients coefficients;
    Warnings warnings;
};

/// Minimises sum of weights * (y - b - Xw)^2. Small problems by column-pivoted Householder QR in extended precision;
/// larger ones by the Cholesky factor of the correlation matrix with one step of refinement (corrected semi-normal
/// equations: Björck, Numerical Methods for Least Squares Problems, 1996, section 2.9.2) when its condition allows,
/// else by QR of row blocks (Demmel, Grigori, Hoemmen, Langou 2012). Where features depend on one another the solution
/// of least norm on the standardised scale is taken, with a Warning that names them.
/// `known`: the moments, when they were taken already.
LeastSquaresFit leastSquares(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context,
                             const Moments* known = nullptr);

/// Minimises the same, halved and divided by the total weight, + lambda/2 * |w|^2, for each lambda; from one Gram
/// matrix, of the columns or, when there are more of them than rows, of the rows.
std::vector<LeastSquaresFit> ridge(const DesignMatrix& design, const Eigen::VectorXd& target,
                                   const std::vector<double>& lambdas, JobContext& context,
                                   const Moments* known = nullptr);

/// The same for one lambda (0: least squares) from second moments alone; none where rounding in them would show, and
/// the rows themselves have to be asked.
std::optional<RawCoefficients> ridgeOfMoments(const Standardisation& scale, const Moments& moments, double lambda);

}  // namespace holdout
