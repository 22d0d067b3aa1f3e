// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/file_format.h"

#include <algorithm>
#include <chrono>

#include "data/arff_reader.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"
#include "data/folder_reader.h"
#include "data/idx_reader.h"
#include "data/json_lines_reader.h"
#include "data/libsvm_reader.h"
#include "data/sqlite_reader.h"
#include "data/xlsx_reader.h"

namespace holdout {
namespace {

namespace fs = std::filesystem;

std::string lowered(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// "mnist.csv" of "MNIST.csv.gz".
std::string kindNameOf(const std::string& name, Packing packing) {
    std::string kind = lowered(name);
    if (packing != Packing::None)
        for (const std::string_view ending : {".gz", ".gzip", ".zst", ".zstd"})
            if (kind.ends_with(ending)) return kind.substr(0, kind.size() - ending.size());
    return kind;
}

bool takesAnything(const FileSource& source) {
    return !source.isFolder;
}

/// Pictures, documents and archives have readers of their own or none: the name of what it is helps.
void refusePicture(const FileSource& source) {
    using namespace std::string_view_literals;
    if (source.bytes.starts_with("\x89PNG"sv) || source.bytes.starts_with("\xff\xd8\xff"sv))
        throw Error("This is a single picture.", {.file = source.name},
                    "Open the folder that holds a folder of pictures for each class.");
    if (source.bytes.size() > 262 && source.bytes.substr(257, 5) == "ustar"sv)
        throw Error("This is an archive of files (tar).", {.file = source.name}, "Unpack it and open a file of it.");
}

ReadResult readText(const FileSource& source, const ReadOptions& options, JobContext& context) {
    refusePicture(source);
    return readCsvText(source.bytes, source.name, options, context);
}

const FileFormat& formatOf(const FileSource& source) {
    for (const FileFormat& format : fileFormats())
        if (format.recognises(source)) return format;
    throw Error("The folder holds no folders of pictures (PNG, JPEG) or texts (.txt).", {.file = source.name},
                "Put the files of each class into a folder named after it.");
}

/// Reads and fills in what all formats share. `file`: the one that is read; null for a folder or bytes in memory.
ReadResult readSource(FileSource source, const csv::MappedFile* file, const ReadOptions& options, JobContext& context) {
    if (source.bytes.empty() && !source.isFolder)
        throw Error("The file is empty.", {.file = source.name}, "Choose another file.");
    const std::string_view packed = source.bytes;
    const Packing packing = packingOf(packed);
    source.kindName = kindNameOf(source.name, packing);
    std::string text;
    if (packing != Packing::None) {
        text = unpacked(packed, packing, source.name, context);
        source.bytes = text;
        source.isPacked = true;
        if (text.empty()) throw Error("The file holds nothing.", {.file = source.name}, "Choose another file.");
    }
    const FileFormat& format = formatOf(source);
    ReadResult result = format.read(source, options, context);
    if (result.sha256.isNone()) {
        result.sha256 = file ? FileFingerprint::of(*file, source.name) : FileFingerprint(digestOf(packed, context));
        result.bytes = packed.size();
    }
    result.format.packed = packingName(packing);
    return result;
}

bool isPlainText(const fs::path& path, const csv::MappedFile& file) {
    FileSource source{path, path.filename().string(), lowered(path.filename().string()), file.bytes(), false};
    return packingOf(file.bytes()) == Packing::None && formatOf(source).id == "csv";
}

}  // namespace

const std::vector<FileFormat>& fileFormats() {
    static const std::vector<FileFormat> formats = {
        {"images", "folder of pictures", "", isImageFolder, readImageFolder},
        {"texts", "folder of texts", "", isTextFolder, readTextFolder},
        {"sqlite", "SQLite database", "sqlite sqlite3 db db3", isSqlite, readSqlite},
        {"xlsx", "Excel workbook", "xlsx xlsm", isXlsx, readXlsx},
        {"idx", "IDX (MNIST)", "idx idx1-ubyte idx3-ubyte", isIdx, readIdx},
        {"arff", "ARFF", "arff", isArff, readArff},
        {"json-lines", "JSON lines", "jsonl ndjson json", isJsonLines, readJsonLines},
        {"libsvm", "LIBSVM", "libsvm svm", isLibsvm, readLibsvm},
        {"csv", "text table", "csv tsv txt data psv tab", takesAnything, readText},
    };
    return formats;
}

ReadResult readTable(const fs::path& path, const ReadOptions& options, JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    ReadResult result;
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) {
        const fs::path plain = path.has_filename() ? path : path.parent_path();
        result = readSource({plain, plain.filename().string(), {}, {}, true}, nullptr, options, context);
    } else {
        const csv::MappedFile file(path);
        // The quickest way, which gives pages back as it goes.
        if (isPlainText(path, file)) {
            refusePicture({path, path.filename().string(), {}, file.bytes(), false});
            return readCsv(path, options, context);
        }
        result = readSource({path, path.filename().string(), {}, file.bytes(), false}, &file, options, context);
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

ReadResult readTableBytes(std::string_view bytes, std::string_view name, const ReadOptions& options,
                          JobContext& context) {
    return readSource({{}, std::string(name), {}, bytes, false}, nullptr, options, context);
}

}  // namespace holdout
