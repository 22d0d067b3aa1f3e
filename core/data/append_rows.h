// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/table.h"

namespace holdout {

/// The rows of `first` and below them those of `second`. Requires the same columns: names, types, levels of categories,
/// channels of images and features of sparse columns (asserted). A table without rows may stand on either side.
Table appendRows(const Table& first, const Table& second);

}  // namespace holdout
