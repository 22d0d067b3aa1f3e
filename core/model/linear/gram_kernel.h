// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace holdout {

/// Rows that are worked on at once: a block of 128 columns fits the second-level cache.
constexpr Eigen::Index kBlockRows = 256;

/// A block of rows in the order that the kernels read: column-major, kBlockRows × columns. Rows beyond the block's own
/// hold zeros, so that every row of every block is summed by the same instructions.
using Block = Eigen::Matrix<double, kBlockRows, Eigen::Dynamic>;
using BlockVector = Eigen::Matrix<double, kBlockRows, 1>;

/// Adds left' * right to the lower triangle of `gram` (square), for blocks of as many columns as `gram` has. The
/// product must be symmetric (`right` is `left` with weighted rows). Summation order is fixed.
void addGram(const Block& left, const Block& right, Eigen::Ref<Eigen::MatrixXd> gram);

/// Adds block' * diag(weights) * block to the lower triangle of `gram`.
void addWeightedGram(const Block& block, const BlockVector& weights, Eigen::Ref<Eigen::MatrixXd> gram);

/// Adds left' * right to `product`, columns of left × columns of right.
void addProduct(const Block& left, const Block& right, Eigen::Ref<Eigen::MatrixXd> product);

/// Adds block' * vector to `sums`.
void addCrossProduct(const Block& block, const BlockVector& vector, Eigen::Ref<Eigen::VectorXd> sums);

}  // namespace holdout
