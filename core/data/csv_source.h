// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/csv_reader.h"

namespace holdout::csv {

/// A file that is open for reading, with the size and modification time that it had then.
class OpenFile {
public:
    /// Throws Error when it cannot be opened or is no regular file.
    explicit OpenFile(const std::filesystem::path& path);
    ~OpenFile();
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int descriptor() const { return m_descriptor; }
    std::size_t size() const { return m_size; }
    /// Whether it has been written to since, as far as size and modification time tell: a write within the same tick of the
    /// file system's clock (some milliseconds) is not seen.
    bool hasChanged() const;

private:
    int m_descriptor = -1;
    std::size_t m_size = 0;
    std::int64_t m_modified = 0;  ///< nanoseconds
};

/// A file's bytes, mapped for reading. Throws Error when it cannot be opened or is no regular file.
class MappedFile {
public:
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view bytes() const { return {m_data, m_file->size()}; }
    const std::shared_ptr<const OpenFile>& file() const { return m_file; }

private:
    std::shared_ptr<const OpenFile> m_file;
    const char* m_data = nullptr;
};

/// Gives pages that lie wholly in `bytes` of a mapped file back; reading them again is allowed.
void releasePages(std::string_view bytes);

/// The encoding that a byte order mark or the pattern of zero bytes tells; UTF-8 otherwise.
Encoding guessEncoding(std::string_view bytes);
/// Without the byte order mark of that encoding, if there is one.
std::string_view withoutMark(std::string_view bytes, Encoding encoding);
/// UTF-8 text of bytes in another encoding. What Latin-1 leaves undefined is read as Windows-1252 has it; what is no
/// character becomes U+FFFD.
std::string toUtf8(std::string_view bytes, Encoding encoding);
/// UTF-8 text of bytes of which some lines are UTF-8 and others Latin-1, as programs leave them that append to each other's
/// files: each line is read as what it is. `lines` counts those read as Latin-1; none when no other line shows that the text
/// is UTF-8, which is Latin-1 then.
std::optional<std::string> mixedToUtf8(std::string_view bytes, char newline, std::size_t& lines);
/// Throws Error for what is no text: a known binary form, or many control characters in the beginning.
void refuseBinary(std::string_view bytes, const std::string& name);

}  // namespace holdout::csv
