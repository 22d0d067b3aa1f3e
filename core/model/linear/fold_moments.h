// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "model/linear/moments.h"

namespace holdout {

/// The second moments of the rows that one fold counts, on the scale on which these have mean 0 and standard
/// deviation 1.
struct FoldMoments {
    Standardisation scale;
    Moments moments;
};

/// From the Gram matrix of (1 | Z | y), its lower triangle, with any weights: centred and scaled by its own means and
/// deviations. Z is `design`'s, y less `targetMean` and divided by `targetScale`. None when a column hardly varies.
std::optional<FoldMoments> centredMoments(const DesignMatrix& design, Eigen::MatrixXd sums, double targetMean,
                                          double targetScale);

/// Whether folds of a problem of this size are fitted from shared moments: there are fewer columns than rows, and the
/// Gram matrices of the folds fit memory.
bool sharesMoments(const DesignMatrix& design);

/// Gives `use` the moments of each fold, on any thread. They are sums over the rows that a fold counts, or over all
/// less those that it leaves out when these are fewer: a k-fold's moments cost one pass over all rows, not one a fold.
/// None for a fold in which a column varies so much less than in all rows that the difference would be rounding: it has
/// to be fitted by itself.
void forEachFoldMoments(const DesignMatrix& design, const Eigen::VectorXd& target, const std::vector<RowCounts>& folds,
                        JobContext& context,
                        const std::function<void(std::size_t fold, const FoldMoments* moments)>& use);

}  // namespace holdout
