// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

enum class SortOrder { Ascending, Descending };

/// Whether rows can be sorted by such a column: not by pictures and sparse features.
bool isSortable(ColumnType type);

/// `rows` by their cells in `column`: numbers and dates by value, categories and texts as a person counts ("a2" before
/// "a10"). Missing cells come last in either order; equal ones keep the order that they had. The same on any number of
/// threads. Requires a sortable column. Throws Cancelled.
RowIds sortedRows(const Column& column, RowIds rows, SortOrder order, JobContext& context);

}  // namespace holdout
