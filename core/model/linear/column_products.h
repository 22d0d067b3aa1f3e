// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <span>

namespace holdout {

// Products of columns with columns. An entry's bits depend on its two columns alone, not on which others are asked for.

/// result(i, j) = column columns[i] of `left` times column j of `right`.
void columnProducts(const Eigen::Ref<const Eigen::MatrixXf>& left, std::span<const Eigen::Index> columns,
                    const Eigen::Ref<const Eigen::MatrixXf>& right, Eigen::Ref<Eigen::MatrixXf> result);
void columnProducts(const Eigen::Ref<const Eigen::MatrixXd>& left, std::span<const Eigen::Index> columns,
                    const Eigen::Ref<const Eigen::MatrixXd>& right, Eigen::Ref<Eigen::MatrixXd> result);

/// result = the columns `columns` of `left` times `weights`, of which column k belongs to columns[k]; in parallel. Terms
/// are added in the order of `columns`, and one of weight 0 changes no bit.
void combinations(const Eigen::Ref<const Eigen::MatrixXf>& left, std::span<const Eigen::Index> columns,
                  const Eigen::Ref<const Eigen::MatrixXf>& weights, Eigen::Ref<Eigen::MatrixXf> result);

/// columns * weights, where most weights are 0; in parallel.
Eigen::VectorXd combination(const Eigen::Ref<const Eigen::MatrixXd>& columns,
                            const Eigen::Ref<const Eigen::VectorXd>& weights);

}  // namespace holdout
