// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "command.h"
#include "data/table_writer.h"

namespace holdout::cli {
namespace {

struct ConvertOptions {
    std::string from, to, name;
    ReadArguments reading;
    int threads = 0;
};

void convert(const ConvertOptions& options, const Surroundings& with) {
    const ReadOptions reading = options.reading.options();
    ReadResult read;
    onArena(options.threads, with, [&](JobContext& context) {
        read = readTable(options.from, reading, context);
        writeTable(read.table, options.to, context, options.name);
    });
    printWarnings(read.warnings);
    if (with.wantsJson) {
        nlohmann::json warnings = nlohmann::json::array();
        for (const Warning& warning : read.warnings) warnings.push_back(warning.text());
        printJson({{"rows", read.table.rows()},
                   {"columns", read.table.columnCount()},
                   {"from", read.format.kind},
                   {"out", options.to},
                   {"warnings", warnings}});
        return;
    }
    std::printf("%s rows, %zu columns: %s\n", formatCount(static_cast<std::int64_t>(read.table.rows())).c_str(),
                read.table.columnCount(), options.to.c_str());
}

}  // namespace

void addConvert(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("convert", "Write a table in another format");
    const auto options = std::make_shared<ConvertOptions>();
    command->add_option("in", options->from, "A table of any format that is read, or a folder of texts")->required();
    command->add_option("out", options->to, "Where it goes; the ending tells the format: .csv .tsv .arff .jsonl .sqlite")
        ->required();
    command->add_option("--name", options->name, "Name of the relation or table that is written; the file's when left out");
    addReadArguments(*command, options->reading);
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli convert measurements.xlsx measurements.csv --sheet 2024 --skip 3");
    command->callback([options, &with] { convert(*options, with); });
}

}  // namespace holdout::cli
