// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/table_chunks.h"

namespace holdout {

/// An ARFF file in pieces: the declarations hold for all. Sparse rows are made dense piece by piece, so that a piece of
/// many attributes holds fewer rows. Row weights count when the first piece has some.
class ArffChunks final : public TableChunks {
public:
    ArffChunks(const std::filesystem::path& path, ReadOptions options, std::size_t chunkBytes = kChunkBytes);
    ~ArffChunks() override;

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
