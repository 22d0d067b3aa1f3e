// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace holdout {

/// Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction
/// (Press et al., Numerical Recipes, 3rd ed., section 6.4). Requires a, b > 0 and 0 <= x <= 1.
double incompleteBeta(double a, double b, double x);

/// P(T <= t) of Student's t with `freedom` > 0 degrees of freedom.
double studentTCdf(double t, double freedom);
/// The t with P(T <= t) = p, for 0 < p < 1.
double studentTQuantile(double p, double freedom);

double mean(const std::vector<double>& values);
/// Divides by n - 1; NaN for fewer than two values.
double sampleSd(const std::vector<double>& values);
/// Type 7 (Hyndman, Fan 1996) of values in any order. Requires at least one value.
double quantile(std::vector<double> values, double p);

/// A mean with its 95 % interval.
struct Interval {
    double mean = 0, low = 0, high = 0, standardError = 0;
};

/// The corrected resampled t interval of scores (or differences of scores) over folds whose training rows overlap: the variance of
/// the mean is sd² (1 / J + testRows / trainRows) (Nadeau, Bengio 2003, Machine Learning 52, section 4.1).
/// Requires at least two scores.
Interval correctedResampledT(const std::vector<double>& scores, double testToTrain);

}  // namespace holdout
