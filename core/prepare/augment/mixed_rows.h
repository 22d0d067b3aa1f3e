// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

/// Rows of number and category columns that are compared with one another.
struct MixedRows {
    Eigen::MatrixXd numbers;                        ///< columns × rows, each divided by its standard deviation
    std::vector<std::vector<std::uint32_t>> codes;  ///< by category column; missing cells are a category of their own
    double categoryDistance = 0;                    ///< what a category that differs adds to the squared distance

    std::size_t rows() const { return static_cast<std::size_t>(numbers.cols()); }
    double squaredDistance(std::size_t a, std::size_t b) const;
};

/// The chosen columns of a table; numbers first. A missing number is an Error that asks for impute. `standardize`:
/// otherwise numbers are compared as they are.
MixedRows mixedRows(const Table& table, const std::vector<std::size_t>& numbers,
                    const std::vector<std::size_t>& categories, bool standardize);

/// The `count` rows of `among` (ascending) nearest to row `of`, itself left out: nearest first, the lower row first
/// among equals; all when there are fewer.
std::vector<std::uint32_t> nearestRows(const MixedRows& rows, std::uint32_t of, std::span<const std::uint32_t> among,
                                       std::size_t count);

/// nearestRows for each of `queries`, in parallel.
std::vector<std::vector<std::uint32_t>> nearestRowsOfAll(const MixedRows& rows, std::span<const std::uint32_t> queries,
                                                         std::span<const std::uint32_t> among, std::size_t count,
                                                         const JobContext& context);

}  // namespace holdout
