// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "command.h"
#include "data/table_chunks.h"
#include "data/csv_writer.h"
#include "data/row_sample.h"
#include "experiment/model_files.h"
#include "experiment/stream_training.h"

namespace holdout::cli {
namespace {

namespace fs = std::filesystem;
constexpr int interrupted = 130;

struct StreamOptions {
    std::string specification, data, out, model;
    int threads = 0;
    std::int64_t heldOutEvery = 10, megabytes = 32;
    std::optional<std::uint64_t> seed;
};

void print(const StreamResult& result) {
    std::printf("%s rows learnt, %s held out, in %s\n\n", formatCount(result.trainedRows).c_str(),
                formatCount(result.heldOutRows).c_str(), formatDuration(result.seconds).c_str());
    std::vector<std::vector<std::string>> rows = {{"metric", "test, then train", "held out", "95 % from", "to"}};
    for (const auto& [id, score] : result.heldOut) {
        const auto found = result.prequential.find(id);
        rows.push_back({id, found == result.prequential.end() ? "" : formatNumber(found->second), formatNumber(score.mean),
                        formatNumber(score.low), formatNumber(score.high)});
    }
    std::printf("%s\n%s\n", aligned(rows).c_str(), result.model->model().summary().c_str());
    printWarnings(result.warnings);
}

void stream(const StreamOptions& options, const Surroundings& with, int& exitCode) {
    ExperimentSpec spec = specFromJson(readJsonFile(options.specification), with.catalog, with.searches);
    if (options.seed) spec.seed = *options.seed;
    const fs::path folder = fs::absolute(options.specification).parent_path();
    const fs::path file = options.data.empty() ? (folder / spec.data.source).lexically_normal() : fs::absolute(options.data);
    const StreamRules rules{.chunkBytes = static_cast<std::size_t>(options.megabytes) << 20, .heldOutEvery = options.heldOutEvery};
    std::optional<StreamResult> result;
    onArena(options.threads, with, [&](JobContext& context) { result = trainOnStream(spec, file, rules, with.catalog, context); });
    nlohmann::json state = result->model->save();
    if (!spec.data.missing.empty()) state["missing"] = spec.data.missing;
    writeFileAtomically(options.model, jsonText(state));
    const nlohmann::json json = streamResultToJson(*result);
    if (!options.out.empty()) writeFileAtomically(options.out, jsonText(json));
    if (with.wantsJson)
        printJson(json);
    else
        print(*result);
    if (result->isComplete) return;
    std::fputs("Cancelled. The model of the rows before is kept.\n", stderr);
    exitCode = interrupted;
}

struct SampleOptions {
    std::string file, out;
    std::int64_t rows = 100'000;
    std::uint64_t seed = 1;
    int threads = 0;
    ReadArguments reading;
};

void sample(const SampleOptions& options, const Surroundings& with) {
    const ReadOptions reading = options.reading.options();
    RowSample drawn(static_cast<std::size_t>(options.rows), Seed{options.seed});
    Warnings warnings;
    onArena(options.threads, with, [&](JobContext& context) {
        const std::unique_ptr<TableChunks> chunks = openTableChunks(options.file, reading);
        SilentProgress silent;
        JobContext quiet = context.reporting(silent);
        while (const std::optional<Table> piece = chunks->next(quiet)) {
            drawn.add(*piece);
            context.progress.report(static_cast<double>(chunks->bytesRead()) / static_cast<double>(chunks->bytes()), "Sampling rows");
        }
        warnings = chunks->warnings();
    });
    const Table rows = drawn.take();
    writeCsv(rows, options.out);
    printWarnings(warnings);
    if (with.wantsJson)
        printJson({{"rows", rows.rows()}, {"of", drawn.seen()}, {"sample", options.out}});
    else
        std::printf("%s of %s rows: %s\n", formatCount(static_cast<std::int64_t>(rows.rows())).c_str(),
                    formatCount(static_cast<std::int64_t>(drawn.seen())).c_str(), options.out.c_str());
}

}  // namespace

void addStream(CLI::App& app, Surroundings& with, int& exitCode) {
    CLI::App* command = app.add_subcommand("stream", "Train a model that learns row by row on a text table of any size");
    const auto options = std::make_shared<StreamOptions>();
    command->add_option("specification", options->specification, "The specification (JSON); its validation is not used")->required();
    command->add_option("--model", options->model, "Write the model here, for predict")->required();
    command->add_option("--data", options->data, "Read this file instead of the specification's source");
    command->add_option("--out", options->out, "Write the result here as JSON");
    command->add_option("--held-out-every", options->heldOutEvery, "Each so-manieth row is held out for the final score")
        ->check(CLI::Range(2, 1'000'000));
    command->add_option("--chunk-mb", options->megabytes, "About so many megabytes of the file are in memory at once")
        ->check(CLI::Range(1, 1024));
    command->add_option("--seed", options->seed, "Seed instead of the specification's");
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Ctrl-C ends the training, and the model of the rows so far is written.\n"
                    "Example: holdout-cli stream clicks.json --model clicks.model");
    command->callback([options, &with, &exitCode] { stream(*options, with, exitCode); });
}

void addSample(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("sample", "Draw rows of a text table of any size");
    const auto options = std::make_shared<SampleOptions>();
    command->add_option("file", options->file, "A text table")->required();
    command->add_option("-o,--out", options->out, "Where the rows go (CSV)")->required();
    command->add_option("--rows", options->rows, "How many rows are drawn, without replacement")->check(CLI::Range(1, 10'000'000));
    command->add_option("--seed", options->seed, "Seed of the draw");
    addReadArguments(*command, options->reading);
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli sample clicks.csv --rows 100000 -o some.csv");
    command->callback([options, &with] { sample(*options, with); });
}

}  // namespace holdout::cli
