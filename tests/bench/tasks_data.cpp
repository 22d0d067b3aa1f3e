// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>
#include <vector>

#include "data/csv_reader.h"
#include "task.h"

namespace holdout::bench {

namespace {

/// The clock sees parsing, not the disk.
void bringIntoPageCache(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> buffer(1 << 24);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    }
}

Outcome readFile(const std::filesystem::path& path) {
    bringIntoPageCache(path);
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    ReadResult result;
    Outcome outcome;
    outcome.timing = timed([&] { result = readCsv(path, {}, context); }, [&] { result = {}; });
    outcome.quality = {{"rows", result.table.rows()},
                       {"columns", result.table.columnCount()},
                       {"missing", result.table.missingCells()},
                       {"file_mb", static_cast<double>(std::filesystem::file_size(path)) / 1e6}};
    outcome.settings = "types, dates and format detected, SHA-256 of the file included";
    return outcome;
}

}  // namespace

std::vector<BenchTask> dataTasks() {
    return {{"csv_mixed", [](const std::filesystem::path& folder) { return readFile(folder / "csv_mixed.csv"); }},
            {"csv_numeric", [](const std::filesystem::path& folder) { return readFile(folder / "clf_tall.csv"); }}};
}

}  // namespace holdout::bench
