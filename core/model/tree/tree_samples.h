// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.h"

namespace holdout {

/// The rows that count, and how often each does.
struct CountedRows {
    std::vector<std::uint32_t> rows;  ///< ascending
    std::vector<double> counts;       ///< of each of `rows`
    double total = 0;
};

/// Weights that are all whole numbers are repetitions of their rows. Other weights say only how rows compare: they are
/// scaled to a mean of 1, so that limits on the rows of a leaf keep their sense. Rows of weight 0 are left out.
CountedRows countedRows(const TrainingSet& training);

/// Draws round(total) rows with replacement, each as likely as its count, and says how often each came
/// (Efron 1979). A row that counts k times is drawn as k rows of its own would be.
CountedRows bootstrap(const CountedRows& rows, Seed seed);

}  // namespace holdout
