// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// A table, view or SELECT of an SQLite database, which is opened for reading only. Without a choice the first table in
/// the order of names is read, and the others are told of. Blobs are missing cells.
bool isSqlite(const FileSource& source);
ReadResult readSqlite(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
