// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/table_chunks.h"

namespace holdout {

/// An ARFF file in pieces: the declarations hold for all. Sparse rows are made dense piece by piece, so that a piece of
/// many attributes holds fewer rows. Row weights count when the first piece has some.
std::unique_ptr<TableChunks> openArffChunks(const std::filesystem::path& path, ReadOptions options, std::size_t chunkBytes = kChunkBytes);

}  // namespace holdout
