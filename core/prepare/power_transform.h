// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "base/job_context.h"

namespace holdout {

/// Transforms that bring skewed numbers nearer to a normal distribution.
///   BoxCox      (x^lambda - 1) / lambda, for x > 0 (Box, Cox 1964, JRSS B 26)
///   YeoJohnson  the same of 1 + x for x >= 0; for x < 0 minus that of 1 - x with 2 - lambda (Yeo, Johnson 2000,
///               Biometrika 87, eq. 2.1)
/// lambda = 1 changes nothing but the place of 0; lambda = 0 is the logarithm.
enum class PowerFamily { YeoJohnson, BoxCox };

/// What the transform is of. Numbers far from 0 with little between them (years) need a lambda so large that the
/// transform itself is no double; that of x / reference is, and keeps all digits.
enum class PowerScale {
    Plain,    ///< of x, as defined above
    Relative  ///< the same less a constant and divided by one: for what is standardized anyway
};

struct PowerFit {
    double lambda = 1;
    double reference = 0;
    bool atEdge = false;  ///< the likelihood still rises where the transform would leave the range of a double
};

/// The reference that makes powerTransform plain.
double plainReference(PowerFamily family);

/// (T(x) - T(reference)) / b^lambda, with T the transform and b = 1 + reference, for BoxCox b = reference; for a
/// reference below 0 the mirror image, by T(x, lambda) = -T(-x, 2 - lambda).
double powerTransform(PowerFamily family, double x, double lambda, double reference);

/// The lambda of the largest likelihood that the transformed values are normal: the zero of the profile likelihood's
/// derivative, by Brent's method (Brent 1973, Algorithms for Minimization without Derivatives, chapter 4). The
/// derivative's zero is exact to rounding, where the flat top of the likelihood itself leaves but half of the digits.
/// Requires values that differ, and are positive for BoxCox. Throws Cancelled.
PowerFit fitPower(PowerFamily family, std::span<const double> values, PowerScale scale, const JobContext& context);

}  // namespace holdout
