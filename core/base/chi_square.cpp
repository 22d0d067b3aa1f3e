// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/chi_square.h"

#include <cmath>
#include <limits>

namespace holdout {
namespace {

constexpr double kPrecision = std::numeric_limits<double>::epsilon();

double lowerSeries(double a, double x) {
    double term = 1 / a, sum = term;
    for (double k = a + 1; term > sum * kPrecision; ++k) sum += term *= x / k;
    return sum;
}

double upperFraction(double a, double x) {
    constexpr double tiny = std::numeric_limits<double>::min() / kPrecision;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
    for (int i = 1; i < 100'000; ++i) {
        const double factor = -i * (i - a);
        b += 2;
        d = factor * d + b;
        if (std::abs(d) < tiny) d = tiny;
        c = b + factor / c;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        value *= d * c;
        if (std::abs(d * c - 1) <= kPrecision) break;
    }
    return value;
}

}  // namespace

double incompleteGamma(double a, double x) {
    if (x <= 0) return 0;
    const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
    return x < a + 1 ? front * lowerSeries(a, x) : 1 - front * upperFraction(a, x);
}

double chiSquareQuantile(double p, double degrees) {
    double low = 0, high = degrees + 1;
    while (incompleteGamma(degrees / 2, high / 2) < p) high *= 2;
    // Halving to the last bit takes some sixty steps, and needs no derivative that could lead astray.
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return high;
        (incompleteGamma(degrees / 2, middle / 2) < p ? low : high) = middle;
    }
}

}  // namespace holdout
