// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_reader.h"

namespace holdout {

/// How a file of any format is read. What is not set is detected. The part of CsvOptions that is no matter of text
/// tables (missing codes, types) holds for all.
struct ReadOptions : CsvOptions {
    std::string sheet;  ///< of a workbook
    std::string table;  ///< of a database: a table or view
    std::string query;  ///< of a database, in place of a table: one SELECT
};

/// A file that is to be read: its bytes as they are after unpacking, or a path that its reader opens itself.
struct FileSource {
    std::filesystem::path path;  ///< of the file or folder; empty for bytes in memory
    std::string name;            ///< stands for it in messages
    std::string kindName;        ///< the name in small letters, without .gz or .zst
    std::string_view bytes;      ///< empty for a folder
    bool isFolder = false;
    bool isPacked = false;  ///< `path` holds the bytes compressed
};

/// One format of files. Readers throw Error for what is damaged, naming file, row and column; they leave the file's
/// fingerprint and size to readTable, unless they read more than that file.
struct FileFormat {
    std::string_view id;       ///< "csv"
    std::string_view label;    ///< "Excel workbook"
    std::string_view endings;  ///< of file names, with blanks between: "xlsx xlsm"; empty for folders
    /// From content, and name where that tells nothing.
    bool (*recognises)(const FileSource& source);
    ReadResult (*read)(const FileSource& source, const ReadOptions& options, JobContext& context);
};

/// All formats, in the order in which they are asked. The last one, text tables, takes whatever is left.
const std::vector<FileFormat>& fileFormats();

/// Reads a file or folder of any format: CSV and its kin, ARFF, JSON lines, LIBSVM, SQLite, Excel, IDX, folders of
/// pictures or texts; text formats and IDX also compressed by gzip or zstd. `sha256` is of the file as it lies there
/// (computed when it is asked for), of both files for IDX with labels, and of all names and files for a folder (both known at
/// once: these files are looked at as a whole while they are read). Call it inside the arena. Throws Error and Cancelled.
ReadResult readTable(const std::filesystem::path& path, const ReadOptions& options, JobContext& context);

/// The same for a file's bytes in memory; databases and folders need a path.
ReadResult readTableBytes(std::string_view bytes, std::string_view name, const ReadOptions& options,
                          JobContext& context);

}  // namespace holdout
