// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "data/profile.h"

namespace holdout {

/// Rows that say the names of the columns again, as where pages of a report were joined, with the edit that drops them.
std::optional<Finding> repeatedHeader(const Table& table);

/// Rows of sums among the others ("Subtotal North"), with the edit that drops them.
std::optional<Finding> subtotals(const Table& table);

/// A first column that says its word only where it changes, as reports do, and a table that lies on its side: rows that want to be columns.
std::optional<Finding> saidOnce(const Table& table);
std::optional<Finding> onItsSide(const Table& table);

}  // namespace holdout
