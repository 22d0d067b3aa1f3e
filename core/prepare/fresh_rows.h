// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "prepare/recipe.h"

namespace holdout {

/// Rows that augmenting steps made for one epoch. All parts have the same number of rows, which may be 0.
struct AddedRows {
    Features features;        ///< of the columns of the training set, dense or sparse as the recipe makes them
    Target target;            ///< with the labels of the training set
    Eigen::VectorXd weights;  ///< empty when all are 1
    std::vector<std::uint32_t> origins;  ///< the row of the training set that each was made of
};

/// What a model that trains by epochs asks for the rows that augmentation adds in each of them. Its training set holds
/// the rows without added ones; `Features::fresh` leads here, and is null when no step augments.
///
/// A model of `Capabilities::freshRows` sets rows aside for early stopping first, and then learns in epoch e from
/// its remaining rows and from `added(those rows, e)`, so that nothing is made of a row that it watches.
/// Immutable; threads may share it.
class FreshRows {
public:
    virtual ~FreshRows() = default;
    /// What is added to the training rows `rows` (ascending positions in the training set) in epoch `epoch`. Made of
    /// these rows alone; the bits depend on `rows` and `epoch`, and on nothing else. Throws Cancelled.
    virtual AddedRows added(std::span<const std::uint32_t> rows, std::int64_t epoch, JobContext& context) const = 0;
};

}  // namespace holdout
