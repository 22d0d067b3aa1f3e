// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

/// A format that tables are written in.
struct WriteFormat {
    std::string_view id;       ///< as in FileFormat
    std::string_view label;    ///< "ARFF"
    std::string_view endings;  ///< of file names, with blanks between; the first is the usual one
};
const std::vector<WriteFormat>& writeFormats();

/// Writes in the format that the file's ending tells: CSV, TSV, ARFF, JSON lines, SQLite. What is written reads back
/// the same, but that CSV, TSV and JSON lines do not say which levels a category has that no row shows. A text file
/// appears whole or not at all; into an SQLite database, which may exist, goes one new table named after the file, or
/// `name`. Throws Error for other endings, pictures, a table that is there already, and what the disk refuses;
/// Cancelled.
void writeTable(const Table& table, const std::filesystem::path& path, JobContext& context,
                const std::string& name = {});

std::string toArff(const Table& table, const std::string& name, JobContext& context);
std::string toJsonLines(const Table& table, JobContext& context);
void writeSqlite(const Table& table, const std::filesystem::path& path, const std::string& name, JobContext& context);

}  // namespace holdout
