// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "data/csv_writer.h"
#include "experiment/model_files.h"
#include "experiment/sealed_score.h"

namespace holdout::cli {
namespace {

namespace fs = std::filesystem;

struct RunOptions {
    std::string specification, data, project, out, predictions, model;
    int threads = 0;
    std::optional<std::uint64_t> seed;
    std::int64_t resume = 0;
    bool opensSealed = false;
};

std::unique_ptr<Project> openProject(const RunOptions& options) {
    if (options.project.empty()) return nullptr;
    if (options.resume == 0 && !fs::exists(options.project)) return Project::create(options.project);
    auto project = Project::open(options.project);
    if (project->isReadOnly())
        throw Error("The project may be read but not written.", {.file = options.project},
                    "Make the file and its folder writable, or name another project.");
    return project;
}

/// The specification of the file, or of the run that is resumed, with sources that do not depend on the folder.
ExperimentSpec readSpecification(const RunOptions& options, const Project* project, const Surroundings& with) {
    ExperimentSpec spec;
    fs::path folder;
    if (options.resume != 0) {
        spec = specFromJson(project->runSpecification(options.resume), with.catalog, with.searches);
        folder = fs::absolute(options.project).parent_path();
    } else {
        spec = specFromJson(readJsonFile(options.specification), with.catalog, with.searches);
        folder = fs::absolute(options.specification).parent_path();
        if (options.seed) spec.seed = *options.seed;
    }
    anchorStart(spec, with.catalog, folder);
    if (!options.data.empty())
        spec.data.source = fs::absolute(options.data).string();
    else if (!spec.data.source.empty())
        spec.data.source = (folder / spec.data.source).lexically_normal().string();
    return spec;
}

Finished finishedBefore(const RunOptions& options, const Project* project, const ReadResult& read) {
    if (options.resume == 0) return {};
    for (const RunEntry& entry : project->runs())
        if (entry.id == options.resume && entry.state == RunState::Finished)
            throw Error("Run " + std::to_string(options.resume) + " is finished.", {.file = options.project},
                        "Run it again with replay.");
    const std::string difference = dataDifference(project->runData(options.resume), recordOf(read, ""));
    if (!difference.empty())
        throw Error("Run " + std::to_string(options.resume) + " cannot go on: " + difference + ".",
                    {.file = options.project}, "Give the data that it began with by --data.");
    return project->finishedParts(options.resume);
}

/// Runs and records; the project learns how it ended, whatever happens.
Run runRecorded(const ExperimentSpec& spec, const ReadResult& read, const Finished& finished, Project* project,
                std::int64_t resume, const Surroundings& with, JobContext& context) {
    RunObserver silent;
    if (!project) return runExperiment(spec, read, with.catalog, with.searches, finished, context, silent);
    ProjectRecorder recorder(*project, resume);
    const auto end = [&](RunState state, const std::string& error) {
        if (recorder.runId() == 0) return;
        try {
            project->endRun(recorder.runId(), state, error);
        } catch (const Error&) {
            // What ended the run is the problem to tell of; that this cannot be written down follows from it.
        }
    };
    try {
        Run run = runExperiment(spec, read, with.catalog, with.searches, finished, context, recorder);
        run.id = recorder.runId();
        project->finishRun(run.id, run);
        return run;
    } catch (const Cancelled&) {
        end(RunState::Cancelled, "");
        throw;
    } catch (const Error& error) {
        end(RunState::Failed, error.what());
        throw;
    }
}

/// Counted and dated in the project before the rows are looked at.
void openSealed(Run& run, const ReadResult& read, Project& project, const Surroundings& with) {
    if (!read.sealed)
        throw Error("No rows are sealed.", {.parameter = "data.sealed"}, "Leave --open-sealed out, or set data.sealed.");
    const std::string opened = timeNow();
    const std::int64_t opening = project.recordOpening(run.id, opened);
    SealedResult sealed = scoreSealed(run, *read.sealed, with.catalog);
    sealed.opening = opening;
    sealed.opened = opened;
    run.sealed = std::move(sealed);
    project.finishRun(run.id, run);
}

void writeResults(const RunOptions& options, const Run& run, const Surroundings& with) {
    nlohmann::json result = runToJson(run);
    if (!options.predictions.empty()) {
        writeCsv(heldOutTable(run), options.predictions);
        result["predictions"] = options.predictions;
    }
    if (!options.model.empty()) {
        nlohmann::json state = run.model->save();
        if (!run.spec.data.missing.empty()) state["missing"] = run.spec.data.missing;
        if (!run.spec.data.edits.empty()) state["edits"] = editsToJson(run.spec.data.edits);
        writeFileAtomically(options.model, jsonText(state));
    }
    if (!options.out.empty()) writeFileAtomically(options.out, jsonText(result));
    if (with.wantsJson)
        printJson(result);
    else
        printRun(run);
}

void run(const RunOptions& options, const Surroundings& with) {
    const std::unique_ptr<Project> project = openProject(options);
    const ExperimentSpec spec = readSpecification(options, project.get(), with);
    std::optional<Run> finished;
    onArena(options.threads, with, [&](JobContext& context) {
        const ReadResult read = readData(spec.data, with.catalog.edits, {}, context);
        const Finished before = finishedBefore(options, project.get(), read);
        finished = runRecorded(spec, read, before, project.get(), options.resume, with, context);
        if (options.opensSealed) openSealed(*finished, read, *project, with);
    });
    writeResults(options, *finished, with);
}

}  // namespace

void addRun(CLI::App& app, Surroundings& with) {
    CLI::App* command = app.add_subcommand("run", "Run a specification: validate, tune, train");
    const auto options = std::make_shared<RunOptions>();
    auto* specification = command->add_option("specification", options->specification, "The specification (JSON)");
    command->add_option("--data", options->data, "Read this file instead of the specification's source");
    auto* project =
        command->add_option("--project", options->project, "Keep the run in this project; made when it is not there");
    command->add_option("--out", options->out, "Write the result here as JSON");
    command->add_option("--predictions", options->predictions, "Write the held-out predictions here as CSV");
    command->add_option("--model", options->model, "Write the model trained on all rows here, for predict");
    auto* seed = command->add_option("--seed", options->seed, "Seed instead of the specification's");
    command->add_option("--resume", options->resume, "Go on with this unfinished run of the project")
        ->needs(project)
        ->excludes(specification)
        ->excludes(seed)
        ->check(CLI::PositiveNumber);
    command->add_flag("--open-sealed", options->opensSealed,
                      "Score the sealed rows too; each opening is counted and dated in the project")
        ->needs(project);
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Example: holdout-cli run titanic.json --project titanic.holdout --threads 4");
    command->callback([options, &with] {
        if (options->specification.empty() && options->resume == 0)
            throw CLI::RequiredError("A specification, or --resume with --project,");
        run(*options, with);
    });
}

}  // namespace holdout::cli
