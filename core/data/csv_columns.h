// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/csv_parse.h"
#include "data/table.h"

namespace holdout::csv {

/// Makes a column of what the pieces found. `index` is the column's position in all arguments.
/// A column read as levels becomes text when nearly every cell is another.
ColumnPtr makeColumn(std::string name, std::size_t index, const ColumnPlan& plan, ColumnCells& cells,
                     const std::vector<Piece>& pieces, std::vector<PieceResult>& results);

}  // namespace holdout::csv
