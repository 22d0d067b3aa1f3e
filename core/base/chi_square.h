// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace holdout {

/// P(a, x), the regularised lower incomplete gamma function, for a > 0 and x >= 0: its series below x = a + 1, Lentz's
/// continued fraction of the rest above (Abramowitz, Stegun 1964, 6.5.29 and 6.5.31). To about 1e-14.
double incompleteGamma(double a, double x);

/// The x that the sum of `degrees` squared standard normal variables stays below with probability p, for 0 <= p < 1.
double chiSquareQuantile(double p, double degrees);

}  // namespace holdout
