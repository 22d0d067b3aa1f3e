// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "command.h"
#include "data/csv_writer.h"
#include "model/deviations.h"

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
    ReadOptions format;
    std::vector<EditSpec> edits;  ///< of the training data
};

bool isJson(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("The file cannot be read.", {.file = path}, "Check its name and its permissions.");
    return stream.peek() == '{';
}

/// Codes for missing cells travel with a model: they are part of what its inputs mean.
ReadOptions missingCodesOf(const nlohmann::json& model) {
    DataSpec data;
    for (const nlohmann::json& code : model.value("missing", nlohmann::json::array())) data.missing.push_back(code.get<std::string>());
    return data.readOptions();
}

Loaded load(const PredictOptions& options, const Surroundings& with) {
    if (isJson(options.model)) {
        const nlohmann::json state = readJsonFile(options.model);
        return {FittedPipeline::load(state, with.catalog.steps, with.catalog.models), missingCodesOf(state),
                state.contains("edits") ? editsFromJson(state["edits"], with.catalog.edits, "edits") : std::vector<EditSpec>{}};
    }
    const auto project = Project::open(options.model);
    const Run run =
        project->loadRun(options.run != 0 ? options.run : latestFinishedRun(*project), with.catalog, with.searches);
    ReadOptions format = run.spec.data.readOptions();
    // The target and ignored columns, which may have a type there, need not be in the rows to predict.
    format.types.clear();
    // So may be the sheet or table that they came from.
    format.sheet.clear();
    format.table.clear();
    format.query.clear();
    return {run.model, format, run.spec.data.edits};
}

/// The columns that a file of these rows alone would be read into as another type than the training data had: classes
/// 1, 2, 3 look like numbers where no other row says otherwise.
std::map<std::string, ColumnType, std::less<>> otherTypes(const FittedRecipe& recipe, const Table& table) {
    std::map<std::string, ColumnType, std::less<>> types;
    for (std::size_t i = 0; i < recipe.inputs().size(); ++i) {
        const auto at = table.indexOf(recipe.inputs()[i]);
        if (at && table.column(*at).type() != recipe.inputTypes()[i]) types[recipe.inputs()[i]] = recipe.inputTypes()[i];
    }
    return types;
}

void requireColumns(const FittedPipeline& pipeline, const Table& table, const std::string& file) {
    std::string missing;
    for (const std::string& name : pipeline.recipe().inputs())
        if (!table.indexOf(name)) missing += (missing.empty() ? "" : ", ") + name;
    if (!missing.empty())
        throw Error("The data lack columns that the model learnt from: " + missing + ".", {.file = file},
                    "Give a file with the columns of the training data.");
}

/// With the standard deviation of a new observation beside each prediction, where the model says it.
Table predicted(const FittedPipeline& pipeline, const Table& table, StepNotes& notes) {
    RowIds rows(table.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    Table result = predictionTable(pipeline.predict(table, notes), pipeline.labels(), rows);
    const auto deviations = standardDeviations(pipeline, table);
    if (!deviations) return result;
    std::vector<ColumnPtr> columns = result.columns();
    columns.push_back(Column::numbers("standard deviation", {deviations->data(), deviations->data() + deviations->size()}));
    return Table(std::move(columns));
}

void predict(const PredictOptions& options, const Surroundings& with) {
    const Loaded loaded = load(options, with);
    Table result;
    StepNotes notes;
    onArena(options.threads, with, [&](JobContext& context) {
        ReadOptions format = loaded.format;
        ReadResult read = readTable(options.data, format, context);
        const auto shape = [&] { read.table = shapeNewRows(read.table, loaded.edits, with.catalog.edits, context); };
        shape();
        requireColumns(*loaded.pipeline, read.table, options.data);
        format.types = otherTypes(loaded.pipeline->recipe(), read.table);
        if (!format.types.empty()) {
            read = readTable(options.data, format, context);
            shape();
        }
        for (const Warning& warning : read.warnings) addOnce(notes.warnings, warning);
        result = predicted(*loaded.pipeline, read.table, notes);
    });
    writeCsv(result, options.out);
    printWarnings(notes.warnings);
    nlohmann::json warnings = nlohmann::json::array();
    for (const Warning& warning : notes.warnings) warnings.push_back(warning.text());
    if (with.wantsJson)
        printJson({{"rows", result.rows()}, {"predictions", options.out}, {"warnings", warnings}});
    else
        std::printf("%s rows predicted: %s\n", formatCount(static_cast<std::int64_t>(result.rows())).c_str(), options.out.c_str());
}

}  // namespace

void addPredict(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("predict", "Predict the rows of a file");
    const auto options = std::make_shared<PredictOptions>();
    command->add_option("model", options->model, "A project, or a model written by run --model")->required();
    command->add_option("data", options->data, "The rows to predict, in any format that is read")->required();
    command->add_option("-o,--out", options->out, "Where the predictions go (CSV)")->required();
    command->add_option("--run", options->run, "Number of the project's run; the latest finished one when left out")
        ->check(CLI::PositiveNumber);
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli predict titanic.holdout new.csv -o predicted.csv");
    command->callback([options, &with] { predict(*options, with); });
}

}  // namespace holdout::cli
