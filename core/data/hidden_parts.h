// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "data/profile.h"

namespace holdout::hidden {

// What the findings about columns of another kind than they seem are made of.

/// In quotes, cut where it is long.
std::string quoted(const std::string& text);
/// As an expression names it.
std::string backQuoted(const std::string& name);
/// The edit that puts what a formula gives in place of a column.
EditSpec derived(const std::string& column, const std::string& formula);

}  // namespace holdout::hidden
