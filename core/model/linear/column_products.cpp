// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/column_products.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;

template <typename Real>
struct Lanes;
template <>
struct Lanes<double> {
    using Type = double __attribute__((vector_size(64), aligned(8), may_alias));
};
template <>
struct Lanes<float> {
    using Type = float __attribute__((vector_size(64), aligned(4), may_alias));
};

constexpr int kTile = 4;
/// Rows that are multiplied before the next tile: four columns of them stay in the first cache.
constexpr Index kRowsTogether = 512;

template <typename Real>
using Columns = std::array<const Real*, kTile>;
template <typename Real>
using Tile = std::array<std::array<Real, kTile>, kTile>;

/// The products of `Width` columns with `Height` columns over `rows` rows.
template <typename Real, int Width, int Height>
void multiply(const Columns<Real>& left, const Columns<Real>& right, Index rows, Tile<Real>& products) {
    using Register = typename Lanes<Real>::Type;
    constexpr Index kLanes = 64 / sizeof(Real);
    Register sums[Width][Height] = {};
    Index row = 0;
    for (; row + kLanes <= rows; row += kLanes) {
        Register factors[Height];
        for (int j = 0; j < Height; ++j) factors[j] = *reinterpret_cast<const Register*>(right[j] + row);
        for (int i = 0; i < Width; ++i) {
            const Register factor = *reinterpret_cast<const Register*>(left[i] + row);
            for (int j = 0; j < Height; ++j) sums[i][j] += factor * factors[j];
        }
    }
    for (int i = 0; i < Width; ++i)
        for (int j = 0; j < Height; ++j) {
            Real sum = 0;
            for (Index k = 0; k < kLanes; ++k) sum += sums[i][j][k];
            for (Index rest = row; rest < rows; ++rest) sum += left[i][rest] * right[j][rest];
            products[i][j] = sum;
        }
}

template <typename Real, int Width>
void multiplyHeight(int height, const Columns<Real>& left, const Columns<Real>& right, Index rows,
                    Tile<Real>& products) {
    switch (height) {
        case 1:
            return multiply<Real, Width, 1>(left, right, rows, products);
        case 2:
            return multiply<Real, Width, 2>(left, right, rows, products);
        case 3:
            return multiply<Real, Width, 3>(left, right, rows, products);
        default:
            return multiply<Real, Width, kTile>(left, right, rows, products);
    }
}

template <typename Real>
void multiplyTile(int width, int height, const Columns<Real>& left, const Columns<Real>& right, Index rows,
                  Tile<Real>& products) {
    switch (width) {
        case 1:
            return multiplyHeight<Real, 1>(height, left, right, rows, products);
        case 2:
            return multiplyHeight<Real, 2>(height, left, right, rows, products);
        case 3:
            return multiplyHeight<Real, 3>(height, left, right, rows, products);
        default:
            return multiplyHeight<Real, kTile>(height, left, right, rows, products);
    }
}

template <typename Real, typename Matrix, typename Result>
void productsOf(const Matrix& left, std::span<const Index> columns, const Matrix& right, Result& result) {
    const auto wide = static_cast<Index>(columns.size());
    result.setZero();
    for (Index begin = 0; begin < left.rows(); begin += kRowsTogether) {
        const Index rows = std::min(kRowsTogether, left.rows() - begin);
        for (Index i = 0; i < wide; i += kTile) {
            const int width = static_cast<int>(std::min<Index>(kTile, wide - i));
            Columns<Real> lefts{}, rights{};
            for (int a = 0; a < width; ++a) lefts[a] = left.col(columns[static_cast<std::size_t>(i + a)]).data() + begin;
            for (Index j = 0; j < right.cols(); j += kTile) {
                const int height = static_cast<int>(std::min<Index>(kTile, right.cols() - j));
                for (int b = 0; b < height; ++b) rights[b] = right.col(j + b).data() + begin;
                Tile<Real> products;
                multiplyTile<Real>(width, height, lefts, rights, rows, products);
                for (int a = 0; a < width; ++a)
                    for (int b = 0; b < height; ++b) result(i + a, j + b) += products[a][b];
            }
        }
    }
}

}  // namespace

void columnProducts(const Eigen::Ref<const Eigen::MatrixXf>& left, std::span<const Index> columns,
                    const Eigen::Ref<const Eigen::MatrixXf>& right, Eigen::Ref<Eigen::MatrixXf> result) {
    productsOf<float>(left, columns, right, result);
}

void columnProducts(const Eigen::Ref<const Eigen::MatrixXd>& left, std::span<const Index> columns,
                    const Eigen::Ref<const Eigen::MatrixXd>& right, Eigen::Ref<Eigen::MatrixXd> result) {
    productsOf<double>(left, columns, right, result);
}

Eigen::VectorXd combination(const Eigen::Ref<const Eigen::MatrixXd>& columns,
                            const Eigen::Ref<const Eigen::VectorXd>& weights) {
    std::vector<Index> used;
    for (Index j = 0; j < weights.size(); ++j)
        if (weights[j] != 0) used.push_back(j);
    Eigen::VectorXd sum(columns.rows());
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(columns.rows()), kRowsTogether);
    parallelFor(parts.size(), [&](std::size_t part) {
        const auto begin = static_cast<Index>(parts[part].begin), count = static_cast<Index>(parts[part].size());
        auto some = sum.segment(begin, count);
        const auto term = [&](std::size_t k) { return weights[used[k]] * columns.col(used[k]).segment(begin, count); };
        some.setZero();
        std::size_t k = 0;
        for (; k + 4 <= used.size(); k += 4) some += (term(k) + term(k + 1)) + (term(k + 2) + term(k + 3));
        for (; k < used.size(); ++k) some += term(k);
    });
    return sum;
}

}  // namespace holdout
