// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "command.h"
#include "data/csv_writer.h"

namespace holdout::cli {
namespace {

struct PredictOptions {
    std::string model, data, out;
    std::int64_t run = 0;
    int threads = 0;
};

/// A model, and how the data that it learnt from were written.
struct Loaded {
    std::shared_ptr<const FittedPipeline> pipeline;
    CsvOptions format;
};

bool isJson(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("The file cannot be read.", {.file = path}, "Check its name and its permissions.");
    return stream.peek() == '{';
}

Loaded load(const PredictOptions& options, const Surroundings& with) {
    if (isJson(options.model))
        return {FittedPipeline::load(readJsonFile(options.model), with.catalog.steps, with.catalog.models), {}};
    const auto project = Project::open(options.model);
    const Run run =
        project->loadRun(options.run != 0 ? options.run : latestFinishedRun(*project), with.catalog, with.searches);
    return {run.model, run.spec.data.csvOptions()};
}

void requireColumns(const FittedPipeline& pipeline, const Table& table, const std::string& file) {
    std::string missing;
    for (const std::string& name : pipeline.recipe().inputs())
        if (!table.indexOf(name)) missing += (missing.empty() ? "" : ", ") + name;
    if (!missing.empty())
        throw Error("The data lack columns that the model learnt from: " + missing + ".", {.file = file},
                    "Give a file with the columns of the training data.");
}

void predict(const PredictOptions& options, const Surroundings& with) {
    const Loaded loaded = load(options, with);
    Table result;
    StepNotes notes;
    onArena(options.threads, with, [&](JobContext& context) {
        CsvOptions format = loaded.format;
        const ReadResult read = readCsv(options.data, format, context);
        requireColumns(*loaded.pipeline, read.table, options.data);
        RowIds rows(read.table.rows());
        std::iota(rows.begin(), rows.end(), 0U);
        result = predictionTable(loaded.pipeline->predict(read.table, notes), loaded.pipeline->labels(), rows);
    });
    writeCsv(result, options.out);
    printWarnings(notes.warnings);
    if (with.wantsJson)
        printJson({{"rows", result.rows()}, {"predictions", options.out}});
    else
        std::printf("%s rows predicted: %s\n", formatCount(static_cast<std::int64_t>(result.rows())).c_str(), options.out.c_str());
}

}  // namespace

void addPredict(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("predict", "Predict the rows of a file");
    const auto options = std::make_shared<PredictOptions>();
    command->add_option("model", options->model, "A project, or a model written by run --model")->required();
    command->add_option("data", options->data, "The rows to predict (CSV)")->required();
    command->add_option("-o,--out", options->out, "Where the predictions go (CSV)")->required();
    command->add_option("--run", options->run, "Number of the project's run; the latest finished one when left out")
        ->check(CLI::PositiveNumber);
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli predict titanic.holdout new.csv -o predicted.csv");
    command->callback([options, &with] { predict(*options, with); });
}

}  // namespace holdout::cli
