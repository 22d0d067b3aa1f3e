// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <fstream>
#include <vector>

#include "base/seed.h"
#include "data/profile.h"
#include "memory_limits.h"
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

double rounded(double value, double unit) {
    return std::round(value / unit) * unit;
}

/// What stands between the reading and the limits of the machine. Memory is measured in a run of its own, outside the clock.
nlohmann::json limitsOf(const std::filesystem::path& path, double seconds) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    ReadResult result;
    const double peak = peakOwnBytes([&] { result = readCsv(path, {}, context); });
    const auto table = static_cast<double>(result.table.bytes());
    const auto file = static_cast<double>(std::filesystem::file_size(path));
    result = {};
    const double bandwidth = readBandwidth();
    const double moved = (file + table) / seconds;
    return {{"table_mb", rounded(table / 1e6, 0.1)},
            {"peak_own_mb", rounded(peak / 1e6, 0.1)},
            {"peak_per_table", rounded(peak / table, 0.001)},
            {"file_gb_per_s", rounded(file / seconds / 1e9, 0.001)},
            {"read_and_written_gb_per_s", rounded(moved / 1e9, 0.001)},
            {"memory_gb_per_s", rounded(bandwidth / 1e9, 0.1)},
            {"share_of_bandwidth", rounded(moved / bandwidth, 0.001)}};
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
    result = {};
    // What a run waits for besides, which no peer computes.
    const Timing fingerprinted = timed(
        [&] {
            result = readCsv(path, {}, context);
            (void)result.sha256.value();
        },
        [&] { result = {}; });
    outcome.quality["seconds_until_sha256"] = fingerprinted.median();
    outcome.quality.update(limitsOf(path, outcome.timing.median()));
    outcome.settings = "types, dates and format detected; a table that is ready to use. The SHA-256 of the file, which runs record, is computed "
                       "when it is first asked for: seconds_until_sha256 has the time of reading and of that one after the other";
    return outcome;
}

constexpr std::size_t ProfiledRows = 1'000'000;

ColumnPtr drawnNumbers(const std::string& name, RandomStream& random, int decimals) {
    const double unit = std::pow(10, -decimals);
    std::vector<double> values(ProfiledRows);
    MissingMask missing(ProfiledRows);
    for (std::size_t row = 0; row < ProfiledRows; ++row) {
        values[row] = rounded(100 * random.normal(), unit);
        if (random.below(50) == 0) missing.set(row), values[row] = 0;
    }
    return Column::numbers(name, std::move(values), std::move(missing));
}

ColumnPtr drawnLevels(const std::string& name, RandomStream& random, std::uint32_t count) {
    std::vector<std::string> levels;
    for (std::uint32_t i = 0; i < count; ++i) levels.push_back(name + "_" + std::to_string(i));
    std::vector<std::uint32_t> codes(ProfiledRows);
    for (std::uint32_t& code : codes) code = static_cast<std::uint32_t>(random.below(count));
    return Column::categories(name, std::move(codes), std::move(levels));
}

ColumnPtr drawnDays(const std::string& name, RandomStream& random) {
    constexpr std::int64_t MicrosOfDay = 86'400'000'000;
    DateTimeValues values{std::vector<std::int64_t>(ProfiledRows), true};
    for (std::int64_t& micros : values.micros) micros = static_cast<std::int64_t>(random.below(3650)) * MicrosOfDay;
    return std::make_shared<const Column>(name, std::move(values), MissingMask());
}

ColumnPtr drawnTexts(const std::string& name, RandomStream& random) {
    TextValues values;
    values.offsets.push_back(0);
    for (std::size_t row = 0; row < ProfiledRows; ++row) {
        values.bytes += "note " + std::to_string(random.below(1'000'000));
        values.offsets.push_back(values.bytes.size());
    }
    return std::make_shared<const Column>(name, std::move(values), MissingMask());
}

/// A million rows of what tables hold: 12 columns of numbers (some whole, some missing), 4 of categories, 2 of dates,
/// 2 of texts.
Table mixedTable() {
    RandomStream random(Seed{9});
    std::vector<ColumnPtr> columns;
    for (int i = 0; i < 12; ++i) columns.push_back(drawnNumbers("number" + std::to_string(i), random, i % 4));
    for (const std::uint32_t count : {2U, 7U, 50U, 200U}) columns.push_back(drawnLevels("level" + std::to_string(count), random, count));
    for (const char* name : {"from", "to"}) columns.push_back(drawnDays(name, random));
    for (const char* name : {"note", "remark"}) columns.push_back(drawnTexts(name, random));
    return Table(std::move(columns));
}

Outcome profileTable(const Table& table) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    TableProfile result;
    Outcome outcome;
    outcome.timing = timed([&] { result = profile(table, context); }, [&] { result = {}; });
    outcome.quality = {{"rows", result.rows}, {"columns", result.columns.size()}, {"missing", result.missingCells},
                       {"duplicate_rows", result.duplicateRows}, {"findings", result.findings.size()}};
    outcome.settings = "a table in memory; moments, quantiles, histograms, frequent values, duplicates, patterns and findings";
    return outcome;
}

/// The first million rows and twenty columns of csv_numeric.
Outcome profileNumbers(const std::filesystem::path& path) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const ReadResult read = readCsv(path, {}, context);
    std::vector<ColumnPtr> columns = read.table.columns();
    columns.resize(std::min<std::size_t>(columns.size(), 20));
    RowIds rows(std::min(read.table.rows(), ProfiledRows));
    for (RowId row = 0; row < rows.size(); ++row) rows[row] = row;
    return profileTable(Table(std::move(columns)).gather(rows));
}

}  // namespace

std::vector<BenchTask> dataTasks() {
    return {{"csv_mixed", [](const std::filesystem::path& folder) { return readFile(folder / "csv_mixed.csv"); }},
            {"csv_numeric", [](const std::filesystem::path& folder) { return readFile(folder / "clf_tall.csv"); }},
            {"profile_mixed", [](const std::filesystem::path&) { return profileTable(mixedTable()); }},
            {"profile_numeric", [](const std::filesystem::path& folder) { return profileNumbers(folder / "clf_tall.csv"); }}};
}

}  // namespace holdout::bench
