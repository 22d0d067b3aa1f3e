// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/column_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace holdout {
namespace {

/// A power of two by which values of this size are divided so that their squares are finite and not zero.
double unitOf(double largest) {
    const bool squaresFit = largest == 0 || (largest > 1e-140 && largest < 1e140);
    return squaresFit || !std::isfinite(largest) ? 1.0 : std::ldexp(1.0, std::ilogb(largest));
}

}  // namespace

Moments momentsOf(const Column& column) {
    const std::span<const double> values = column.numbers();
    const bool anyMissing = column.missing().any();
    const auto forEach = [&](const auto& use) {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!anyMissing || !column.isMissing(i)) use(values[i]);
    };
    Moments moments;
    moments.min = std::numeric_limits<double>::infinity();
    moments.max = -moments.min;
    forEach([&](double x) {
        ++moments.count;
        moments.min = std::min(moments.min, x);
        moments.max = std::max(moments.max, x);
    });
    if (moments.count == 0) return {};
    const double unit = unitOf(std::max(std::abs(moments.min), std::abs(moments.max)));
    const auto n = static_cast<double>(moments.count);
    double sum = 0;
    forEach([&](double x) { sum += x / unit; });
    const double first = sum / n;
    double rest = 0, squares = 0;
    forEach([&](double x) {
        const double deviation = x / unit - first;
        rest += deviation;
        squares += deviation * deviation;
    });
    const double mean = first + rest / n;
    const double variance = std::max(0.0, (squares - rest * rest / n) / n);
    // Rounding must not carry either beyond what the values allow: next to the largest double that is infinity.
    moments.mean = std::min(std::max(mean * unit, moments.min), moments.max);
    moments.sd = std::min(std::sqrt(variance) * unit, std::numeric_limits<double>::max());
    // The variance that rounding alone can leave (Chan, Golub, LeVeque 1983; scikit-learn draws the same line).
    const double epsilon = std::numeric_limits<double>::epsilon();
    moments.constant =
        moments.min == moments.max || variance <= n * epsilon * variance + std::pow(n * mean * epsilon, 2);
    return moments;
}

double differenceUnit(const Moments& moments) {
    return differenceUnit(std::max(std::abs(moments.min), std::abs(moments.max)));
}

double differenceUnit(double largest) {
    return largest > std::numeric_limits<double>::max() / 4 ? 0.25 : 1.0;
}

std::vector<double> presentNumbers(const Column& column) {
    const std::span<const double> values = column.numbers();
    if (!column.missing().any()) return {values.begin(), values.end()};
    std::vector<double> present;
    present.reserve(values.size() - column.missing().count());
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!column.isMissing(i)) present.push_back(values[i]);
    return present;
}

double medianOf(std::vector<double> values) {
    assert(!values.empty());
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    const double below = *std::max_element(values.begin(), middle);
    const double sum = below + *middle;
    return std::isfinite(sum) ? sum / 2 : below / 2 + *middle / 2;
}

double mostFrequent(std::vector<double> values) {
    assert(!values.empty());
    std::sort(values.begin(), values.end());
    double found = values.front();
    std::size_t most = 0;
    for (std::size_t begin = 0; begin < values.size();) {
        std::size_t end = begin + 1;
        while (end < values.size() && values[end] == values[begin]) ++end;
        if (end - begin > most) {
            most = end - begin;
            found = values[begin];
        }
        begin = end;
    }
    return found;
}

std::vector<std::uint64_t> levelCounts(const Column& column) {
    const std::span<const std::uint32_t> codes = column.codes();
    std::vector<std::uint64_t> counts(column.levels().size());
    const bool anyMissing = column.missing().any();
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (!anyMissing || !column.isMissing(i)) ++counts[codes[i]];
    return counts;
}

}  // namespace holdout
