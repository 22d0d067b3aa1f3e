// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "data/profile.h"

namespace holdout {

/// A column of texts or categories whose cells are numbers or dates written in a way that no reader may guess: numbers
/// with signs ($1,074.97, 12 %), negative ones in parentheses, with a unit (12.5 kg) or a few other cells among them (a row
/// of units), dates with the day or month first, padded or not, with a time or not. The finding's edit reads them; where day
/// and month cannot be told apart, or units differ, it has none. Looks at the first thousand cells.
std::optional<Finding> hiddenType(const Column& column);

/// The last row when it is a sum of those above ("Total", "Summe:"), or a remark of one cell below the table, with the edit
/// that drops it.
std::optional<Finding> totalRow(const Table& table);

/// A column of whole numbers so large that neighbours cannot be told apart, as identifiers of 18 digits.
std::optional<Finding> tooManyDigits(const ColumnProfile& profile, const Column& column);

/// A number that stands for a missing cell (-999, 9999): at one end of the column, far from all other values, with the edit
/// that makes these cells missing.
std::optional<Finding> missingCode(const ColumnProfile& profile, const Column& column);

}  // namespace holdout
