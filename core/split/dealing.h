// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "split/splitter.h"

namespace holdout {

/// 0 … rows - 1
std::vector<std::uint32_t> allPositions(std::size_t rows);

/// The positions of each class, ascending. Requires a classification target.
std::vector<std::vector<std::uint32_t>> positionsByClass(const Target& target);

/// Folds from the fold that each row is tested in, one for 0 … count - 1. Rows of `never` are always trained on.
constexpr std::uint32_t never = static_cast<std::uint32_t>(-1);
std::vector<Fold> foldsOfAssignment(const std::vector<std::uint32_t>& assignment, std::size_t count, int repeat);

/// Throws Error naming `folds` when there are more of them than `things` ("rows", "groups").
void requireEnough(std::int64_t folds, std::size_t things, std::string_view word);

/// Warns that a split which does not know of groups parts the rows of one, when the data name a group column.
void warnOfGroups(const Dataset& data, std::string_view split, Warnings& warnings);

}  // namespace holdout
