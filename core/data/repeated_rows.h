// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

/// The rows, ascending, that equal an earlier one in all `columns`. Missing equals missing. In parallel on the
/// surrounding arena. Throws Cancelled.
RowIds repeatedRows(const Table& table, const std::vector<std::size_t>& columns, JobContext& context);

}  // namespace holdout
