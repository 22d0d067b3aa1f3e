// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/seed.h"
#include "data/dataset.h"

namespace holdout {

/// How far the mean of a category is drawn to the mean of all rows.
struct Smoothing {
    /// By the data: weight n var / (n var + var_i) of the category's own mean, with var the variance of the target and
    /// var_i that within the category (Micci-Barreca 2001, SIGKDD Explorations 3(1), eq. 7: empirical Bayes).
    bool automatic = true;
    /// Otherwise as though this many rows with the mean of all were added: weight n / (n + rows) (eq. 8).
    double rows = 10;
};

/// What a target is to an encoding: one column of numbers, or one for each class of three or more.
std::vector<std::vector<double>> encodedTargets(const Target& target);

struct CategoryMeans {
    std::vector<double> smoothed;  ///< by level
    double overall = 0;            ///< of all rows; what an unseen level gets
};

/// Smoothed means of `values` over the rows of each level, where only rows with `use` count. `levels` says which of
/// 0 … levelCount - 1 each row has.
CategoryMeans categoryMeans(std::span<const std::uint32_t> levels, std::size_t levelCount,
                            std::span<const double> values, std::span<const char> use, const Smoothing& smoothing);

/// Which fold each row is left out in, dealt at random; of each class, every fold gets its share. Rows with the same id
/// are copies of one (a bootstrap draws them) and share a fold: else a row would be encoded by its own target. There
/// are at most as many folds as different rows.
std::vector<std::uint32_t> encodingFolds(const Target& target, std::span<const RowId> rows, std::size_t folds,
                                         Seed seed);

}  // namespace holdout
