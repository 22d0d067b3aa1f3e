// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdout {

/// What a file would take as a table in memory, told from its size and its first lines: quick enough to ask before
/// reading. Texts and packed files may differ by some tenths.
struct MemoryNeed {
    std::uint64_t file = 0;       ///< bytes on disk; of a folder 0
    std::uint64_t table = 0;      ///< bytes of the table
    std::uint64_t available = 0;  ///< bytes that programs can have without swapping; 0 when the system does not say

    /// Whether reading and summarising it would take more than four fifths of what is available.
    bool hardlyFits() const { return available > 0 && table + table / 4 > available / 5 * 4; }
};

MemoryNeed memoryNeed(const std::filesystem::path& path);

/// The same question alone. A file that cannot be read fits: reading it says what is wrong.
bool hardlyFits(const std::filesystem::path& path);

/// Bytes that programs can have: what the system has available, and what is left of the limit that this process runs under.
std::uint64_t availableMemory();

/// The columns that the first lines of a text table or ARFF file name; empty for other files.
std::vector<std::string> columnNames(const std::filesystem::path& path);

/// The id of the file's format (fileFormats), told from its first bytes; empty for folders, packed files and what cannot
/// be read.
std::string_view streamedFormat(const std::filesystem::path& path);
/// Whether the file is one that openTableChunks reads in pieces.
bool canBeStreamed(const std::filesystem::path& path);

}  // namespace holdout
