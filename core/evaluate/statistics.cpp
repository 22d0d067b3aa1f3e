// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace holdout {
namespace {

double betaContinuedFraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < tiny ? tiny : d);
    double fraction = d;
    for (int m = 1; m < 10'000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (std::abs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = std::abs(c) < tiny ? tiny : c;
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (std::abs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = std::abs(c) < tiny ? tiny : c;
        fraction *= d * c;
        if (std::abs(d * c - 1) < 1e-16) break;
    }
    return fraction;
}

}  // namespace

double incompleteBeta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    // The fraction converges quickly on this side of the mean; the other follows by symmetry.
    if (x < (a + 1) / (a + b + 2)) return front * betaContinuedFraction(a, b, x) / a;
    return 1 - front * betaContinuedFraction(b, a, 1 - x) / b;
}

double studentTCdf(double t, double freedom) {
    if (std::isinf(t)) return t > 0 ? 1 : 0;
    const double tail = 0.5 * incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
    return t > 0 ? 1 - tail : tail;
}

double studentTQuantile(double p, double freedom) {
    assert(p > 0 && p < 1 && freedom > 0);
    if (p == 0.5) return 0;
    if (p < 0.5) return -studentTQuantile(1 - p, freedom);
    double low = 0, high = 1;
    while (studentTCdf(high, freedom) < p) high *= 2;
    // Bisection ends where low and high are neighbours: about 60 halvings, and no case can break it.
    while (true) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return middle;
        (studentTCdf(middle, freedom) < p ? low : high) = middle;
    }
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sampleSd(const std::vector<double>& values) {
    if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
    const double centre = mean(values);
    double sum = 0;
    for (const double value : values) sum += (value - centre) * (value - centre);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double quantile(std::vector<double> values, double p) {
    assert(!values.empty());
    const double position = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), nth, values.end());
    const double low = *nth;
    if (below + 1 == values.size()) return low;
    const double high = *std::min_element(nth + 1, values.end());
    return low + (position - static_cast<double>(below)) * (high - low);
}

Interval correctedResampledT(const std::vector<double>& scores, double testToTrain) {
    assert(scores.size() >= 2);
    const auto count = static_cast<double>(scores.size());
    Interval interval{.mean = mean(scores)};
    interval.standardError = sampleSd(scores) * std::sqrt(1 / count + testToTrain);
    const double half = studentTQuantile(0.975, count - 1) * interval.standardError;
    interval.low = interval.mean - half;
    interval.high = interval.mean + half;
    return interval;
}

}  // namespace holdout
