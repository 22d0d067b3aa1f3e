// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "data/file_format.h"
#include "data/image_decode.h"

namespace holdout::fuzz {

/// A reader under attack: `kind` names its corpus, `file` is what its input is called.
struct Target {
    std::string_view kind;
    std::string_view file;
};

inline constexpr Target targets[] = {
    {"csv", "t.csv"},    {"arff", "t.arff"}, {"json", "t.jsonl"}, {"xlsx", "t.xlsx"}, {"idx", "t.idx"},
    {"svm", "t.libsvm"}, {"packed", "t.gz"}, {"image", "t.png"},  {"sqlite", "t.db"},
};

/// A file of these bytes that lives as long as this, for readers that open a path.
class PassingFile {
public:
    explicit PassingFile(std::string_view bytes) {
        const char* const memory = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
        m_path = std::string(memory) + "/holdout-fuzz-" + std::to_string(::getpid()) + ".db";
        std::ofstream(m_path, std::ios::binary) << bytes;
    }
    ~PassingFile() { std::filesystem::remove(m_path); }
    PassingFile(const PassingFile&) = delete;
    PassingFile& operator=(const PassingFile&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Reads `bytes` as the target would. The first byte of CSV chooses options, so that those are attacked as well.
/// True for a table, false for an Error with words; anything else is a fault.
inline bool survives(const Target& target, std::string_view bytes) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    ReadOptions options;
    try {
        if (target.kind == "image") {
            const Picture picture = decodePicture(bytes, std::string(target.file));
            if (picture.pixels.empty()) std::abort();
            return true;
        }
        if (target.kind == "csv" && !bytes.empty()) {
            const auto choice = static_cast<unsigned char>(bytes.front());
            if (choice >= 0x80) {
                if (choice & 1) options.comment = '#';
                if (choice & 2) options.escape = '\\';
                if (choice & 4) options.headerRows = 2;
                if (choice & 8) options.skip = 1;
                if (choice & 16) options.quote = NoMark;
                if (choice & 32) options.thousands = ' ';
                bytes.remove_prefix(1);
            }
        }
        ReadResult result;
        if (target.kind == "sqlite") {
            const PassingFile file(bytes);
            result = readTable(file.path(), options, context);
        } else {
            result = readTableBytes(bytes, target.file, options, context);
        }
        for (const ColumnPtr& column : result.table.columns())
            if (column->rows() != result.table.rows()) std::abort();
        return true;
    } catch (const Error& error) {
        if (error.problem().empty()) std::abort();
        return false;
    }
}

}  // namespace holdout::fuzz
