// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "data/column.h"

namespace holdout {

// Cells of one column held against each other, whatever its type. Missing equals missing; 0 equals -0. Thread-safe.

bool sameCell(const Column& column, std::size_t a, std::size_t b);
/// Whether two columns of equal length hold the same in every row; categories by their names.
bool sameCells(const Column& a, const Column& b);
/// Equal for cells that are the same; of this program's run only.
std::uint64_t hashCell(const Column& column, std::size_t row);
/// The same for a number that is in no column.
std::uint64_t hashNumber(double value);
/// `hash` with one cell more: one round of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t addToHash(std::uint64_t hash, std::uint64_t cell);

}  // namespace holdout
