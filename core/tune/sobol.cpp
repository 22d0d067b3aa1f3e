// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/sobol.h"

#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace holdout {
namespace {

/// A primitive polynomial over the field of two elements (degree, inner coefficients) and the first direction numbers.
struct Direction {
    int degree;
    std::uint32_t coefficients;
    std::array<std::uint32_t, 8> first;
};

// Of dimensions 2 to 40; the first dimension is van der Corput's sequence.
constexpr Direction directions[] = {
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
    {7, 50, {1, 3, 1, 3, 5, 53, 69}},
    {7, 55, {1, 1, 5, 5, 23, 33, 13}},
    {7, 56, {1, 1, 7, 7, 1, 61, 123}},
    {7, 59, {1, 1, 7, 9, 13, 61, 49}},
    {7, 62, {1, 3, 3, 5, 3, 55, 33}},
    {8, 14, {1, 3, 1, 15, 31, 13, 49, 245}},
    {8, 21, {1, 3, 5, 15, 31, 59, 63, 97}},
    {8, 22, {1, 3, 1, 11, 11, 11, 77, 249}},
};
constexpr Eigen::Index tableSize = static_cast<Eigen::Index>(std::size(directions)) + 1;
constexpr int bits = 32;

using Columns = std::array<std::uint32_t, bits>;

Columns columnsOf(Eigen::Index dimension) {
    Columns columns{};
    if (dimension == 0) {
        for (int i = 0; i < bits; ++i) columns[static_cast<std::size_t>(i)] = 1U << (bits - 1 - i);
        return columns;
    }
    const Direction& direction = directions[dimension - 1];
    const int degree = direction.degree;
    for (int i = 0; i < bits; ++i) {
        auto& column = columns[static_cast<std::size_t>(i)];
        if (i < degree) {
            column = direction.first[static_cast<std::size_t>(i)] << (bits - 1 - i);
            continue;
        }
        const std::uint32_t before = columns[static_cast<std::size_t>(i - degree)];
        column = before ^ (before >> degree);
        for (int k = 1; k < degree; ++k)
            if ((direction.coefficients >> (degree - 1 - k)) & 1U) column ^= columns[static_cast<std::size_t>(i - k)];
    }
    return columns;
}

const std::vector<Columns>& allColumns() {
    static const std::vector<Columns> all = [] {
        std::vector<Columns> columns;
        for (Eigen::Index d = 0; d < tableSize; ++d) columns.push_back(columnsOf(d));
        return columns;
    }();
    return all;
}

std::uint32_t reversed(std::uint32_t x) {
    x = ((x & 0x55555555U) << 1) | ((x >> 1) & 0x55555555U);
    x = ((x & 0x33333333U) << 2) | ((x >> 2) & 0x33333333U);
    x = ((x & 0x0f0f0f0fU) << 4) | ((x >> 4) & 0x0f0f0f0fU);
    return __builtin_bswap32(x);
}

/// Flips each bit by a hash of those above it.
std::uint32_t scrambled(std::uint32_t x, std::uint32_t seed) {
    x = reversed(x);
    x ^= x * 0x3d20adeaU;
    x += seed;
    x *= (seed >> 16) | 1U;
    x ^= x * 0x05526c56U;
    x ^= x * 0x53a22864U;
    return reversed(x);
}

}  // namespace

Eigen::VectorXd SobolSequence::point(std::uint32_t index) const {
    Eigen::VectorXd result(m_dimensions);
    for (Eigen::Index d = 0; d < m_dimensions; ++d) {
        const Seed seed = m_seed.derive("dimension", static_cast<std::uint64_t>(d));
        if (d >= tableSize) {
            result[d] = RandomStream(seed.derive("point", index)).uniform();
            continue;
        }
        std::uint32_t x = 0;
        for (std::size_t bit = 0; bit < bits; ++bit)
            if ((index >> bit) & 1U) x ^= allColumns()[static_cast<std::size_t>(d)][bit];
        result[d] = static_cast<double>(scrambled(x, static_cast<std::uint32_t>(seed.value()))) * 0x1.0p-32;
    }
    return result;
}

Eigen::MatrixXd SobolSequence::points(std::uint32_t first, Eigen::Index count) const {
    Eigen::MatrixXd result(count, m_dimensions);
    for (Eigen::Index i = 0; i < count; ++i) result.row(i) = point(first + static_cast<std::uint32_t>(i));
    return result;
}

Eigen::MatrixXd latinHypercube(Eigen::Index count, Eigen::Index dimensions, Seed seed) {
    Eigen::MatrixXd result(count, dimensions);
    std::vector<Eigen::Index> slices(static_cast<std::size_t>(count));
    for (Eigen::Index d = 0; d < dimensions; ++d) {
        RandomStream random(seed.derive("dimension", static_cast<std::uint64_t>(d)));
        std::iota(slices.begin(), slices.end(), Eigen::Index{0});
        random.shuffle(slices);
        for (Eigen::Index i = 0; i < count; ++i)
            result(i, d) = (static_cast<double>(slices[static_cast<std::size_t>(i)]) + random.uniform()) /
                           static_cast<double>(count);
    }
    return result;
}

}  // namespace holdout
