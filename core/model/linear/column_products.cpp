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

// By halves: a chain of additions, one a lane, would take as long as the products of some hundred rows.
double sumOf(const Lanes<double>::Type& all) {
    const auto half = __builtin_shufflevector(all, all, 0, 1, 2, 3) + __builtin_shufflevector(all, all, 4, 5, 6, 7);
    const auto pair = __builtin_shufflevector(half, half, 0, 1) + __builtin_shufflevector(half, half, 2, 3);
    return pair[0] + pair[1];
}
float sumOf(const Lanes<float>::Type& all) {
    const auto half = __builtin_shufflevector(all, all, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(all, all, 8, 9, 10, 11, 12, 13, 14, 15);
    const auto four = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    const auto pair = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return pair[0] + pair[1];
}

constexpr int kTile = 4;
/// Rows that are multiplied before the next tile: a tile's columns stay in the first cache, with room for others to pass.
template <typename Real>
constexpr Index kRowsTogether = 2048 / sizeof(Real);

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
            Real sum = sumOf(sums[i][j]);
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
    for (Index begin = 0; begin < left.rows(); begin += kRowsTogether<Real>) {
        const Index rows = std::min(kRowsTogether<Real>, left.rows() - begin);
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

namespace {

/// Adds the weighted columns to `Height` sums over whole registers of rows. Each sum is a chain of its own.
template <int Height>
void addColumns(const Columns<float>& columns, const std::array<std::array<float, kTile>, kTile>& weights, Index rows,
                const std::array<float*, kTile>& sums) {
    using Register = Lanes<float>::Type;
    constexpr Index kLanes = 64 / sizeof(float);
    for (Index row = 0; row < rows; row += kLanes) {
        Register values[kTile];
        for (int k = 0; k < kTile; ++k) values[k] = *reinterpret_cast<const Register*>(columns[k] + row);
        for (int p = 0; p < Height; ++p) {
            Register sum = *reinterpret_cast<const Register*>(sums[p] + row);
            for (int k = 0; k < kTile; ++k) sum += weights[p][k] * values[k];
            *reinterpret_cast<Register*>(sums[p] + row) = sum;
        }
    }
}

void addColumnsOf(int height, const Columns<float>& columns, const std::array<std::array<float, kTile>, kTile>& weights,
                  Index rows, const std::array<float*, kTile>& sums) {
    switch (height) {
        case 1:
            return addColumns<1>(columns, weights, rows, sums);
        case 2:
            return addColumns<2>(columns, weights, rows, sums);
        case 3:
            return addColumns<3>(columns, weights, rows, sums);
        default:
            return addColumns<kTile>(columns, weights, rows, sums);
    }
}

}  // namespace

void combinations(const Eigen::Ref<const Eigen::MatrixXf>& left, std::span<const Index> columns,
                  const Eigen::Ref<const Eigen::MatrixXf>& weights, Eigen::Ref<Eigen::MatrixXf> result) {
    constexpr Index kRowsAPiece = 128;
    const Index count = static_cast<Index>(columns.size()), outputs = weights.rows();
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(left.rows()), kRowsAPiece);
    parallelFor(parts.size(), [&](std::size_t part) {
        const auto begin = static_cast<Index>(parts[part].begin), rows = static_cast<Index>(parts[part].size());
        Eigen::MatrixXf sums = Eigen::MatrixXf::Zero(kRowsAPiece, outputs);
        // The last rows are copied to where whole registers of them may be read.
        Eigen::Matrix<float, kRowsAPiece, kTile> room = Eigen::Matrix<float, kRowsAPiece, kTile>::Zero();
        for (Index k = 0; k < count; k += kTile) {
            Columns<float> some{};
            const Index width = std::min<Index>(kTile, count - k);
            for (Index a = 0; a < kTile; ++a) {
                const float* source = left.col(columns[static_cast<std::size_t>(k + std::min(a, width - 1))]).data() + begin;
                if (rows < kRowsAPiece) std::copy_n(source, rows, room.col(a).data());
                some[static_cast<std::size_t>(a)] = rows < kRowsAPiece ? room.col(a).data() : source;
            }
            for (Index p = 0; p < outputs; p += kTile) {
                const Index height = std::min<Index>(kTile, outputs - p);
                std::array<std::array<float, kTile>, kTile> own{};
                std::array<float*, kTile> targets{};
                for (Index b = 0; b < height; ++b) {
                    for (Index a = 0; a < width; ++a)
                        own[static_cast<std::size_t>(b)][static_cast<std::size_t>(a)] = weights(p + b, k + a);
                    targets[static_cast<std::size_t>(b)] = sums.col(p + b).data();
                }
                addColumnsOf(static_cast<int>(height), some, own, kRowsAPiece, targets);
            }
        }
        result.middleRows(begin, rows) = sums.topRows(rows);
    });
}

Eigen::VectorXd combination(const Eigen::Ref<const Eigen::MatrixXd>& columns,
                            const Eigen::Ref<const Eigen::VectorXd>& weights) {
    constexpr std::size_t kRowsAPiece = 512;
    std::vector<Index> used;
    for (Index j = 0; j < weights.size(); ++j)
        if (weights[j] != 0) used.push_back(j);
    Eigen::VectorXd sum(columns.rows());
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(columns.rows()), kRowsAPiece);
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
