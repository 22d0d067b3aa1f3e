// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "data/column.h"

namespace holdout {

/// Location and spread of the cells of a number column that are there. `sd` divides by n (as a scaler does).
struct Moments {
    std::size_t count = 0;
    double mean = 0;
    double sd = 0;
    double min = 0;
    double max = 0;
    /// No spread beyond what rounding makes of equal values.
    bool constant = true;
};

/// By what to multiply values before any two are subtracted: a quarter when the difference of two of them, or of one
/// and a somewhat larger one, would overflow, 1 otherwise. A power of two, so that it costs no accuracy.
double differenceUnit(const Moments& moments);
double differenceUnit(double largest);  ///< by the largest size of a value

/// Two passes with the mean corrected by the rest (Chan, Golub, LeVeque 1983, eq. 1.7); values are scaled by a power
/// of two first when their squares would leave the range of a double. Bits depend on the values alone.
Moments momentsOf(const Column& column);

/// The cells of a number column that are there, in row order.
std::vector<double> presentNumbers(const Column& column);

/// The median (the mean of the two middle ones for an even count). Requires a value.
double medianOf(std::vector<double> values);

/// The value that occurs most often; the smallest among equals. Requires a value.
double mostFrequent(std::vector<double> values);

/// How often each level occurs among the cells that are there.
std::vector<std::uint64_t> levelCounts(const Column& column);

}  // namespace holdout
