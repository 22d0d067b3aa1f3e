// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace holdout {

/// The x that a standard normal variable stays below with probability p, for 0 < p < 1: to about 1 part in 1e16
/// (Wichura 1988, Applied Statistics 37, algorithm AS 241, PPND16).
double normalQuantile(double p);

}  // namespace holdout
