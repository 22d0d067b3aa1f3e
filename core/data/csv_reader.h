// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

enum class Encoding { Utf8, Utf16LittleEndian, Utf16BigEndian, Latin1 };
std::string_view encodingName(Encoding encoding);  ///< "UTF-8", …

/// How a text table is written. What is not set is detected.
struct CsvOptions {
    std::optional<char> delimiter;  ///< ' ' means any run of spaces and tabs
    std::optional<char> quote;      ///< '"' or '\''
    std::optional<char> decimal;    ///< '.' or ','
    std::optional<Encoding> encoding;
    std::optional<bool> header;
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
    std::string sha256;  ///< of the file's bytes
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
