// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "command.h"
#include "data/table_chunks.h"
#include "data/relations.h"
#include "data/stream_profile.h"

namespace holdout::cli {
namespace {

std::string number(const std::optional<double>& value) { return value ? formatNumber(*value) : ""; }

void printFindings(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        const std::string column = finding.column.empty() ? "" : finding.column + ": ";
        std::printf("%s%s\n", column.c_str(), finding.sentence.c_str());
    }
}

/// Of moments, which are kept as microseconds, as they are written.
std::string median(const ColumnProfile& column) {
    constexpr std::size_t Date = 10;
    if (column.first.empty() || !column.median) return number(column.median);
    return formatDateTime(static_cast<std::int64_t>(*column.median), column.first.size() <= Date && column.last.size() <= Date);
}

void printProfile(const TableProfile& profile, const ReadResult& read) {
    std::vector<std::vector<std::string>> rows = {{"column", "type", "missing", "distinct", "min", "median", "max", "most frequent"}};
    for (const ColumnProfile& column : profile.columns)
        rows.push_back({column.name, std::string(columnTypeName(column.type)), formatCount(column.missing), formatCount(column.distinct),
                        column.first.empty() ? number(column.min) : column.first, median(column),
                        column.last.empty() ? number(column.max) : column.last, column.top.empty() ? "" : column.top.front().level});
    std::printf("%s rows, %zu columns, %s\n\n%s", formatCount(profile.rows).c_str(), profile.columns.size(),
                formatBytes(read.bytes).c_str(), aligned(rows).c_str());
    if (!profile.findings.empty()) std::printf("\n");
    printFindings(profile.findings);
    printWarnings(read.warnings);
}

/// Quantiles, distinct numbers and what else needs rows side by side are of a sample.
void profileStream(const std::string& file, const ReadOptions& options, const Surroundings& with, JobContext& context) {
    constexpr std::size_t sampleRows = 100'000;
    const std::unique_ptr<TableChunks> chunks = openTableChunks(file, options);
    StreamProfile stream(sampleRows, Seed{1});
    SilentProgress silent;
    JobContext quiet = context.reporting(silent);
    while (const std::optional<Table> piece = chunks->next(quiet)) {
        stream.add(*piece);
        context.progress.report(static_cast<double>(chunks->bytesRead()) / static_cast<double>(chunks->bytes()), "Profiling rows");
    }
    const TableProfile result = stream.finish(context);
    ReadResult read;
    read.format = chunks->format();
    read.warnings = chunks->warnings();
    read.bytes = chunks->bytes();
    const auto sampled = static_cast<std::int64_t>(stream.sample().rows());
    if (sampled < result.rows)
        read.warnings.push_back({"Quantiles, distinct numbers and texts, duplicates and findings are of a random sample of " +
                                     formatCount(sampled) + " rows.",
                                 {.file = file}});
    if (!with.wantsJson) return printProfile(result, read);
    nlohmann::json json = profileToJson(result, read);
    json["sampled_rows"] = sampled;
    json.erase("sha256");
    printJson(json);
}

nlohmann::json allToJson(const TableProfile& profile, const ReadResult& read, const std::optional<Relations>& relations) {
    nlohmann::json json = profileToJson(profile, read);
    if (!relations) return json;
    json["relations"] = relationsToJson(*relations);
    for (const Finding& finding : relations->findings) {
        json["findings"].push_back(findingToJson(finding));
        json["warnings"].push_back(finding.column + ": " + finding.sentence);
    }
    return json;
}

}  // namespace

void addProfile(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("profile", "What a file holds: types, missing cells, ranges, warnings");
    const auto file = std::make_shared<std::string>();
    const auto threads = std::make_shared<int>(0);
    const auto reading = std::make_shared<ReadArguments>();
    const auto target = std::make_shared<std::string>();
    const auto wantsRelations = std::make_shared<bool>(false);
    command->add_option("file", *file, "A table of any format that is read, or a folder of pictures or texts")->required();
    command->add_option("--target", *target, "Say also what each column tells of this one, and which give it away");
    command->add_flag("--relations", *wantsRelations, "Say also how the columns hang together, two by two");
    const auto inPieces = std::make_shared<bool>(false);
    command->add_flag("--stream", *inPieces, "Read a text table in pieces, for files larger than memory")->excludes("--target")->excludes("--relations");
    addReadArguments(*command, *reading);
    addThreads(*command, *threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli profile titanic.csv --json");
    command->callback([file, reading, threads, target, wantsRelations, inPieces, &with] {
        const ReadOptions options = reading->options();
        onArena(*threads, with, [&](JobContext& context) {
            if (*inPieces) return profileStream(*file, options, with, context);
            const ReadResult read = readTable(*file, options, context);
            const TableProfile result = profile(read.table, context);
            std::optional<Relations> relations;
            if (*wantsRelations || !target->empty()) relations = relate(read.table, *target, std::nullopt, context);
            if (with.wantsJson) return printJson(allToJson(result, read, relations));
            printProfile(result, read);
            if (relations) printFindings(relations->findings);
        });
    });
}

}  // namespace holdout::cli
