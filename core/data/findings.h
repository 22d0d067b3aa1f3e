// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/profile.h"

namespace holdout {

/// What is worth knowing of columns and rows, column by column, then of the table. `profile`: of this table, with its
/// columns and duplicate rows. In parallel on the surrounding arena.
std::vector<Finding> findingsOf(const Table& table, const TableProfile& profile, JobContext& context);

}  // namespace holdout
