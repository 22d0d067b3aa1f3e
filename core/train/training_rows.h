// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "base/seed.h"

namespace holdout {

/// Rows to learn from, cut in two: those that move the parameters and those that early stopping watches.
struct TrainingParts {
    std::vector<std::uint32_t> training;    ///< ascending
    std::vector<std::uint32_t> validation;  ///< ascending
};

/// Sets aside `fraction` of `rows` (rounded to the nearest count, always leaving one row to train on), at random by
/// `seed`. With `classes` (one for each row of the data, not only those in `rows`) each class gives its share, to
/// within one row, and a class with one row alone stays in training. Without, pass an empty span.
TrainingParts setAside(std::span<const std::uint32_t> rows, std::span<const int> classes, double fraction, Seed seed);

/// The order in which one epoch visits its rows, cut into mini-batches. The last batch may be shorter.
class BatchOrder {
public:
    BatchOrder(std::size_t rows, std::size_t batchSize);

    /// A new random order, that of `seed`.
    void shuffle(Seed seed);
    std::size_t batches() const { return m_ranges.size(); }
    /// Positions 0 … rows - 1.
    std::span<const std::uint32_t> batch(std::size_t index) const {
        return std::span(m_order).subspan(m_ranges[index].begin, m_ranges[index].size());
    }

private:
    std::vector<std::uint32_t> m_order;
    std::vector<Range> m_ranges;
};

}  // namespace holdout
