// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "data/csv_reader.h"

namespace holdout {

/// A text table read in pieces of whole rows, for files larger than memory. What the first piece tells of the form of the
/// file and of the types of its columns holds for all: a cell behind it that does not fit its column's type is missing, and
/// counted in a warning. Not thread-safe; each piece is read with all threads of the arena.
class CsvChunks {
public:
    /// `chunkBytes`: about how much of the file a piece holds. Throws Error for what cannot be read in pieces: packed files
    /// and UTF-16.
    CsvChunks(const std::filesystem::path& path, CsvOptions options, std::size_t chunkBytes = std::size_t{32} << 20);
    ~CsvChunks();
    CsvChunks(const CsvChunks&) = delete;
    CsvChunks& operator=(const CsvChunks&) = delete;

    /// The next rows; none behind the last. Throws Error as readCsv, Cancelled.
    std::optional<Table> next(JobContext& context);

    std::uint64_t bytes() const;      ///< of the file
    std::uint64_t bytesRead() const;  ///< by the pieces so far
    const CsvFormat& format() const;  ///< known behind the first piece
    const Warnings& warnings() const; ///< of the pieces so far; equal ones once

private:
    struct Reading;
    std::unique_ptr<Reading> m_reading;
};

}  // namespace holdout
