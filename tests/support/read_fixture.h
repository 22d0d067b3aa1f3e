// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "data/file_format.h"

namespace holdout::test {

/// Bytes as a file of that name would be read.
inline ReadResult readBytes(std::string_view bytes, std::string_view name, const ReadOptions& options = {}) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readTableBytes(bytes, name, options, context);
}

inline ReadResult readPath(const std::filesystem::path& path, const ReadOptions& options = {}) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readTable(path, options, context);
}

/// The whole message of the Error that `work` throws; empty when it throws none.
template <typename Work>
std::string errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// The cells of a row, with blanks between; a missing one is "?".
inline std::string rowText(const Table& table, std::size_t row) {
    std::string text;
    for (const ColumnPtr& column : table.columns())
        text += (text.empty() ? "" : " ") + (column->isMissing(row) ? "?" : column->cellText(row));
    return text;
}

inline std::string fileBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace holdout::test
