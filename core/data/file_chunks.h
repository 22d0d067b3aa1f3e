// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "data/csv_source.h"
#include "data/table_chunks.h"

namespace holdout {

/// What readers in pieces share: a mapped text file, how far it has been read, and what was found on the way.
class FileChunks : public TableChunks {
public:
    std::optional<Table> next(JobContext& context) final;
    std::uint64_t bytes() const final { return m_file.bytes().size(); }
    std::uint64_t bytesRead() const final { return m_at + (m_file.bytes().size() - m_text.size()); }
    const CsvFormat& format() const final { return m_format; }
    const Warnings& warnings() const final { return m_warnings; }

protected:
    /// `encoding`: the one that is asked for; else it is guessed. Throws Error for empty and packed files, and UTF-16.
    FileChunks(const std::filesystem::path& path, std::optional<Encoding> encoding, std::size_t chunkBytes);

    /// Whether no row is left; may step over what is none.
    virtual bool isAtEnd() = 0;
    /// Reads the next piece and steps behind it. There is a row.
    virtual Table take(JobContext& context) = 0;

    /// Behind the last byte of a piece: its lines are counted, its pages given back.
    void stepTo(std::size_t end);
    /// Adds one, up to a hundred; an equal one once.
    void warn(Warning warning);

    csv::MappedFile m_file;
    std::string m_name;  ///< stands for the file in messages
    Encoding m_encoding;
    std::size_t m_chunkBytes;
    std::string_view m_text;   ///< without byte order mark
    std::size_t m_at = 0;      ///< of the text: where the next piece begins
    char m_newline = '\n';
    std::int64_t m_lines = 0;  ///< that have been stepped over
    bool m_isKnown = false;    ///< the first piece has told the form of the file
    CsvFormat m_format;
    Warnings m_warnings;
};

}  // namespace holdout
