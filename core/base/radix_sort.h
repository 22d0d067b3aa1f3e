// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace holdout {

/// Sorts numbers ascending (-0 before 0; no NaN among them): least-significant-digit radix sort of their bits, in 11-bit
/// digits, passing over digits that all have in common. In one thread; needs as much memory again.
void radixSort(std::vector<double>& values);

/// The positions of `values` in ascending order, equal ones in order of position. NaN must not be among them.
std::vector<std::uint32_t> radixOrder(std::span<const double> values);

}  // namespace holdout
