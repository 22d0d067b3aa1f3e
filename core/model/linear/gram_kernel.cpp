// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/gram_kernel.h"

namespace holdout {
namespace {

// Eight sums side by side, so that adding rows needs no fixed order within a register and the compiler may keep
// them in vectors; without AVX-512 each is two or four registers.
using Lanes = double __attribute__((vector_size(64), aligned(8), may_alias));
constexpr Eigen::Index kLanes = 8;

double sum(const Lanes& lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// The products of `Width` columns of `left` with `Height` columns of `right`. Each load is used several times: the
/// loop is bound by multiplications, not by memory. `weights` of the rows may be null.
template <int Width, int Height, bool IsWeighted>
void addTile(const double* left, const double* right, const double* weights, double* gram, Eigen::Index stride) {
    Lanes sums[Width][Height] = {};
    for (Eigen::Index row = 0; row < kBlockRows; row += kLanes) {
        Lanes factors[Height];
        for (int j = 0; j < Height; ++j) {
            factors[j] = *reinterpret_cast<const Lanes*>(right + j * kBlockRows + row);
            if constexpr (IsWeighted) factors[j] *= *reinterpret_cast<const Lanes*>(weights + row);
        }
        for (int i = 0; i < Width; ++i) {
            const Lanes factor = *reinterpret_cast<const Lanes*>(left + i * kBlockRows + row);
            for (int j = 0; j < Height; ++j) sums[i][j] += factor * factors[j];
        }
    }
    for (int i = 0; i < Width; ++i)
        for (int j = 0; j < Height; ++j) gram[i + j * stride] += sum(sums[i][j]);
}

constexpr int kTile = 4;

template <int Width, bool IsWeighted>
void addTileOfHeight(int height, const double* left, const double* right, const double* weights, double* gram,
                     Eigen::Index stride) {
    switch (height) {
        case 1:
            return addTile<Width, 1, IsWeighted>(left, right, weights, gram, stride);
        case 2:
            return addTile<Width, 2, IsWeighted>(left, right, weights, gram, stride);
        case 3:
            return addTile<Width, 3, IsWeighted>(left, right, weights, gram, stride);
        default:
            return addTile<Width, kTile, IsWeighted>(left, right, weights, gram, stride);
    }
}

template <bool IsWeighted>
void addTileOf(int width, int height, const double* left, const double* right, const double* weights, double* gram,
               Eigen::Index stride) {
    switch (width) {
        case 1:
            return addTileOfHeight<1, IsWeighted>(height, left, right, weights, gram, stride);
        case 2:
            return addTileOfHeight<2, IsWeighted>(height, left, right, weights, gram, stride);
        case 3:
            return addTileOfHeight<3, IsWeighted>(height, left, right, weights, gram, stride);
        default:
            return addTileOfHeight<kTile, IsWeighted>(height, left, right, weights, gram, stride);
    }
}

template <bool IsWeighted>
void addLowerTriangle(const Block& left, const Block& right, const double* weights, Eigen::Ref<Eigen::MatrixXd> gram) {
    const Eigen::Index columns = gram.cols(), stride = gram.outerStride();
    for (Eigen::Index j = 0; j < columns; j += kTile) {
        const int height = static_cast<int>(std::min<Eigen::Index>(kTile, columns - j));
        // Tiles on the diagonal are computed whole; what they add above it is never read.
        for (Eigen::Index i = j; i < columns; i += kTile) {
            const int width = static_cast<int>(std::min<Eigen::Index>(kTile, columns - i));
            addTileOf<IsWeighted>(width, height, left.col(i).data(), right.col(j).data(), weights, &gram(i, j), stride);
        }
    }
}

}  // namespace

void addGram(const Block& left, const Block& right, Eigen::Ref<Eigen::MatrixXd> gram) {
    addLowerTriangle<false>(left, right, nullptr, gram);
}

void addWeightedGram(const Block& block, const BlockVector& weights, Eigen::Ref<Eigen::MatrixXd> gram) {
    addLowerTriangle<true>(block, block, weights.data(), gram);
}

void addProduct(const Block& left, const Block& right, Eigen::Ref<Eigen::MatrixXd> product) {
    const Eigen::Index rows = product.rows(), columns = product.cols(), stride = product.outerStride();
    for (Eigen::Index j = 0; j < columns; j += kTile) {
        const int height = static_cast<int>(std::min<Eigen::Index>(kTile, columns - j));
        for (Eigen::Index i = 0; i < rows; i += kTile) {
            const int width = static_cast<int>(std::min<Eigen::Index>(kTile, rows - i));
            addTileOf<false>(width, height, left.col(i).data(), right.col(j).data(), nullptr, &product(i, j), stride);
        }
    }
}

void addCrossProduct(const Block& block, const BlockVector& vector, Eigen::Ref<Eigen::VectorXd> sums) {
    const Eigen::Index columns = sums.size();
    for (Eigen::Index j = 0; j < columns; j += kTile) {
        const int width = static_cast<int>(std::min<Eigen::Index>(kTile, columns - j));
        addTileOf<false>(width, 1, block.col(j).data(), vector.data(), nullptr, &sums[j], columns);
    }
}

}  // namespace holdout
