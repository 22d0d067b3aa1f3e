// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/table_chunks.h"

namespace holdout {

/// A text table read in pieces of whole rows, for files larger than memory. What the first piece tells of the form of the
/// file and of the types of its columns holds for all: a cell behind it that does not fit its column's type is missing, and
/// counted in a warning. `chunkBytes`: about how much of the file a piece holds. Throws Error for what cannot be read in pieces:
/// packed files and UTF-16.
std::unique_ptr<TableChunks> openCsvChunks(const std::filesystem::path& path, CsvOptions options, std::size_t chunkBytes = kChunkBytes);

}  // namespace holdout
