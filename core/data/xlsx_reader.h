// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// One sheet of an Office Open XML workbook (ECMA-376-1, SpreadsheetML): shared and inline texts, numbers, dates told
/// by their number format, truth values, the stored results of formulas. Without a choice the first visible sheet with
/// two rows of cells is read. Headings, lines above the table and types are found as in a text table.
bool isXlsx(const FileSource& source);
ReadResult readXlsx(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
