// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"
#include "data/file_fingerprint.h"
#include "data/table.h"

namespace holdout {

/// Latin1 is read as Windows-1252 where that has more; the last three are of Central Europe, Cyrillic and Turkish.
enum class Encoding { Utf8, Utf16LittleEndian, Utf16BigEndian, Latin1, Windows1250, Windows1251, Windows1254 };
inline constexpr Encoding allEncodings[] = {Encoding::Utf8,   Encoding::Utf16LittleEndian, Encoding::Utf16BigEndian, Encoding::Latin1,
                                            Encoding::Windows1250, Encoding::Windows1251,       Encoding::Windows1254};
std::string_view encodingName(Encoding encoding);  ///< "UTF-8", …

/// Stands where a sign is asked for and there is none. No text holds it: it is a control character.
inline constexpr char NoMark = '\x1f';

/// How a text table is written. What is not set is detected.
struct CsvOptions {
    std::optional<char> delimiter;  ///< ' ' means any run of spaces and tabs
    std::optional<char> quote;      ///< '"' or '\'', or NoMark: quotes are plain characters
    std::optional<char> decimal;    ///< '.' or ','
    std::optional<Encoding> encoding;
    std::optional<bool> header;
    std::optional<char> comment;            ///< lines that begin with it are remarks
    std::optional<char> escape;             ///< takes the meaning of the character behind it: '\\'
    std::optional<char> thousands;          ///< between groups of three digits; NoMark: there are none
    std::optional<std::size_t> skip;        ///< lines above the table
    std::optional<std::size_t> headerRows;  ///< rows that name the columns, 1 to 9; their words are joined
    /// Texts that mean "missing" besides the usual ones; an empty list leaves only the empty cell among texts.
    std::optional<std::vector<std::string>> missing;
    /// Types that the person has decided, by column name.
    std::map<std::string, ColumnType, std::less<>> types;
};

/// What was detected or given.
struct CsvFormat {
    std::string kind = "csv";
    char delimiter = ',';
    char quote = '"';
    char decimal = '.';
    Encoding encoding = Encoding::Utf8;
    bool header = true;
    std::vector<std::string> missing;
    char comment = NoMark;
    char escape = NoMark;
    char thousands = '\0';  ///< '\0': the usual ones
    std::size_t skip = 0;   ///< lines above the table
    std::size_t headerRows = 1;
    std::string packed = {};              ///< "gzip" or "zstd" where the file was compressed
    std::string part = {};                ///< the sheet or table that was read, where a file holds several
    std::vector<std::string> parts = {};  ///< all of them

    bool operator==(const CsvFormat&) const = default;
};

/// A table, and what a person should know of the file it came from.
struct ReadResult {
    Table table;
    /// Rows that were set aside, which nothing may look at until the person opens them; null without any.
    std::shared_ptr<const Table> sealed = nullptr;
    CsvFormat format;
    Warnings warnings;
    std::uint64_t bytes = 0;
    FileFingerprint sha256;  ///< of the file's bytes; none of a text in memory
    double seconds = 0;
};

/// Reads a CSV file with all threads of the arena; memory-mapped. Missing codes default to
/// "", NA, N/A, NaN, null, NULL, none, ?, -, . where the rest of the column is of another type.
/// Ragged rows: short ones are filled with missing cells, long ones lose what is beyond the header; both are
/// counted and reported by line. Throws Error for what cannot be a table: unreadable, empty, a header
/// alone, binary, a line or cell beyond the limits (cells 16 MB, line 64 MB).
ReadResult readCsv(const std::filesystem::path& path, const CsvOptions& options, JobContext& context);

/// The same for text in memory. `name` stands for the file in messages.
ReadResult readCsvText(std::string_view text, std::string_view name, const CsvOptions& options, JobContext& context);

}  // namespace holdout
