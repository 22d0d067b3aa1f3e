// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "data/file_format.h"

namespace holdout {

/// A table read in pieces of whole rows, for files larger than memory. All pieces have the same columns of the same types.
/// Not thread-safe; each piece is read with all threads of the arena.
class TableChunks {
public:
    virtual ~TableChunks() = default;

    /// The next rows; none behind the last. Throws Error as the readers of whole files, Cancelled.
    virtual std::optional<Table> next(JobContext& context) = 0;

    virtual std::uint64_t bytes() const = 0;       ///< of the file
    virtual std::uint64_t bytesRead() const = 0;   ///< by the pieces so far
    virtual const CsvFormat& format() const = 0;   ///< known behind the first piece
    virtual const Warnings& warnings() const = 0;  ///< of the pieces so far; equal ones once
};

inline constexpr std::size_t kChunkBytes = std::size_t{32} << 20;

/// Text tables and ARFF, dense and sparse. `chunkBytes`: about how much of the file a piece holds. Throws Error for files
/// that cannot be read in pieces: other formats, packed files and UTF-16.
std::unique_ptr<TableChunks> openTableChunks(const std::filesystem::path& path, const ReadOptions& options,
                                             std::size_t chunkBytes = kChunkBytes);

}  // namespace holdout
