// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "data/csv_reader.h"

namespace holdout::csv {

/// What is read one way and may be meant another, of which the cells that were read tell nothing any more: versions (1.1 and
/// 1.10), codes that look like powers of ten (1E5), times with offsets from Greenwich; and lines that look like several
/// columns, though none was found. `records`: the first, of data only. Columns whose type was chosen are passed over.
Warnings doubtsOf(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& records, const CsvOptions& options,
                  const std::string& file);

}  // namespace holdout::csv
