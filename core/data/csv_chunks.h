// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/table_chunks.h"

namespace holdout {

/// A text table read in pieces of whole rows, for files larger than memory. What the first piece tells of the form of the
/// file and of the types of its columns holds for all: a cell behind it that does not fit its column's type is missing, and
/// counted in a warning. Not thread-safe; each piece is read with all threads of the arena.
class CsvChunks final : public TableChunks {
public:
    /// `chunkBytes`: about how much of the file a piece holds. Throws Error for what cannot be read in pieces: packed files
    /// and UTF-16.
    CsvChunks(const std::filesystem::path& path, CsvOptions options, std::size_t chunkBytes = kChunkBytes);
    ~CsvChunks() override;
    CsvChunks(const CsvChunks&) = delete;
    CsvChunks& operator=(const CsvChunks&) = delete;

    std::optional<Table> next(JobContext& context) override;
    std::uint64_t bytes() const override;
    std::uint64_t bytesRead() const override;
    const CsvFormat& format() const override;
    const Warnings& warnings() const override;

private:
    struct Reading;
    std::unique_ptr<Reading> m_reading;
};

}  // namespace holdout
