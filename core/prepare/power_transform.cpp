// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/power_transform.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace holdout {
namespace {

constexpr double kLargestExponent = 700;  // e to that is a double
constexpr double kFitExponent = 300;      // and so is the square of e to that

/// (e^t - 1) / t: the transform is log(x) * growth(lambda * log(x)).
double growth(double t) {
    return t == 0 ? 1.0 : std::expm1(t) / t;
}

/// Its derivative, (t e^t - (e^t - 1)) / t^2; near 0 the series, where that cancels.
double growthSlope(double t) {
    if (std::abs(t) >= 0.5) {
        const double less = std::expm1(t);
        return (t * (less + 1) - less) / (t * t);
    }
    double sum = 0, power = 0.5;  // t^k / (k + 2)!
    for (int k = 0; k < 16; ++k) {
        sum += (k + 1) * power;
        power *= t / (k + 3);
    }
    return sum;
}

double offsetOf(PowerFamily family) {
    return family == PowerFamily::YeoJohnson ? 1 : 0;
}

/// log((offset + size) / (offset + reference)), to the last digit when they are near to each other.
double logOver(double size, double reference, double offset) {
    const double change = (size - reference) / (offset + reference);
    return std::abs(change) < 0.5 ? std::log1p(change) : std::log(offset + size) - std::log(offset + reference);
}

/// Values as the likelihood needs them. For values on one side the transform of x is that of x / reference, scaled and
/// shifted, and the likelihood knows neither scale nor shift: so logarithms are taken of x / reference.
struct Sample {
    std::vector<double> logs;
    std::vector<char> negative;  ///< the branch of 2 - lambda
    double reference = 0;
    double largestPlainLog = 0;

    double largestLog() const;
    double score(double lambda) const;
};

double Sample::largestLog() const {
    const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
    return std::max(-*low, *high);
}

Sample sampleOf(PowerFamily family, std::span<const double> values) {
    Sample sample;
    const double offset = offsetOf(family), plain = plainReference(family);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (family == PowerFamily::BoxCox || *low >= 0 || *high < 0) {
        std::vector<double> order(values.begin(), values.end());
        const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
        std::nth_element(order.begin(), middle, order.end());
        sample.reference = *middle;
    }
    for (const double x : values) {
        const double size = std::abs(x);
        sample.logs.push_back(logOver(size, std::abs(sample.reference), offset));
        sample.negative.push_back(family == PowerFamily::YeoJohnson && x < 0);
        sample.largestPlainLog = std::max(sample.largestPlainLog, std::abs(logOver(size, plain, offset)));
    }
    return sample;
}

/// The derivative of the profile log-likelihood by lambda, over n: with z the transform and z' its derivative,
/// mean(sign * log) - cov(z, z') / var(z).
double Sample::score(double lambda) const {
    const std::size_t n = logs.size();
    std::vector<double> z(n), slope(n);
    double zSum = 0, slopeSum = 0, logSum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double sign = negative[i] ? -1 : 1;
        const double t = (negative[i] ? 2 - lambda : lambda) * logs[i];
        z[i] = sign * logs[i] * growth(t);
        slope[i] = logs[i] * logs[i] * growthSlope(t);
        zSum += z[i];
        slopeSum += slope[i];
        logSum += sign * logs[i];
    }
    const auto count = static_cast<double>(n);
    const double zMean = zSum / count, slopeMean = slopeSum / count;
    double variance = 0, covariance = 0;
    for (std::size_t i = 0; i < n; ++i) {
        variance += (z[i] - zMean) * (z[i] - zMean);
        covariance += (z[i] - zMean) * (slope[i] - slopeMean);
    }
    return variance > 0 ? logSum / count - covariance / variance : 0.0;
}

/// Brent's zeroin: f(a) and f(b) have different signs.
double zeroBetween(const std::function<double(double)>& f, double a, double b) {
    double fa = f(a), fb = f(b), c = a, fc = fa, step = b - a, before = step;
    for (int round = 0; round < 200; ++round) {
        if ((fb > 0) == (fc > 0)) {
            c = a, fc = fa;
            step = before = b - a;
        }
        if (std::abs(fc) < std::abs(fb)) {
            a = b, b = c, c = a;
            fa = fb, fb = fc, fc = fa;
        }
        const double tolerance = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + 1e-16;
        const double half = (c - b) / 2;
        if (std::abs(half) <= tolerance || fb == 0) break;
        if (std::abs(before) >= tolerance && std::abs(fa) > std::abs(fb)) {
            const double s = fb / fa;  // secant, or inverse quadratic when three points differ
            const double q0 = fa / fc, r = fb / fc;
            double p = a == c ? 2 * half * s : s * (2 * half * q0 * (q0 - r) - (b - a) * (r - 1));
            double q = a == c ? 1 - s : (q0 - 1) * (r - 1) * (s - 1);
            if (p > 0) q = -q;
            p = std::abs(p);
            if (2 * p < std::min(3 * half * q - std::abs(tolerance * q), std::abs(before * q))) {
                before = step;
                step = p / q;
            } else {
                step = before = half;
            }
        } else {
            step = before = half;
        }
        a = b, fa = fb;
        b += std::abs(step) > tolerance ? step : std::copysign(tolerance, half);
        fb = f(b);
    }
    return b;
}

}  // namespace

double plainReference(PowerFamily family) {
    return 1 - offsetOf(family);
}

double powerTransform(PowerFamily family, double x, double lambda, double reference) {
    if (reference < 0) return -powerTransform(family, -x, 2 - lambda, -reference);
    const auto bounded = [](double t) { return std::min(t, kLargestExponent); };
    if (family == PowerFamily::BoxCox || x >= 0) {
        const double log = logOver(x, reference, offsetOf(family));
        return log * growth(bounded(lambda * log));
    }
    // The other side of 0: T(x) / b^lambda - T(reference) / b^lambda.
    const double log = std::log1p(-x), base = std::log1p(reference);
    return -log * growth(bounded((2 - lambda) * log)) * std::exp(bounded(-lambda * base)) -
           base * growth(bounded(-lambda * base));
}

PowerFit fitPower(PowerFamily family, std::span<const double> values, PowerScale scale, const JobContext& context) {
    const Sample sample = sampleOf(family, values);
    const auto score = [&](double lambda) {
        context.throwIfStopped();
        return sample.score(lambda);
    };
    const bool plain = scale == PowerScale::Plain;
    const double reference = plain ? plainReference(family) : sample.reference;
    const double furthest =
        std::max(kFitExponent / std::max(plain ? sample.largestPlainLog : sample.largestLog(), 1e-9), 3.0);
    double low = -2, high = 2;
    while (score(high) > 0) {
        if (high >= furthest) return {furthest, reference, true};
        low = high;
        high = std::min(2 * high, furthest);
    }
    while (score(low) < 0) {
        if (low <= -furthest) return {-furthest, reference, true};
        high = low;
        low = std::max(2 * low, -furthest);
    }
    return {zeroBetween(score, low, high), reference, false};
}

}  // namespace holdout
