// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/profile.h"

namespace holdout {

/// Cells that measure something and are no plain numbers: durations and times of day (38:20:01), angles (48°33'17"N), two numbers
/// in one cell (118/73, 2.8 ± 0.6), amounts with K, M or B for their size, digits grouped by blanks or as in India, exponents as
/// Fortran writes them (0.2D+03), months without a day, dates without a year, lists, and names that a spreadsheet took for dates.
/// The finding's edit reads them, where there is one way to. `name`: of the column; `cells`: those that are known, without blanks
/// around them.
std::optional<Finding> hiddenMeasure(const std::string& name, const std::vector<std::string>& cells, ColumnType type);

/// Letters that were written as UTF-8 and read as Latin-1 before they came here ("MÃ¼nchen").
std::optional<Finding> spoiltLetters(const Column& column);

/// A date-time column's 9999-12-31 or 1900-01-01 in several cells, far from all others: no day, with the edit that makes them missing.
std::optional<Finding> placeholderDates(const ColumnProfile& profile, const Column& column);

/// Categories that say yes and no in several ways (yes, ja, true, 1), with the edit that merges those that mean the same.
std::optional<Finding> severalYesAndNo(const Column& column);

/// A column where one word stands in some cells and nothing in the others, as boxes that were ticked; the edit writes the others out.
std::optional<Finding> ticks(const ColumnProfile& profile, const Column& column);

}  // namespace holdout
