// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"

namespace holdout::cli {
namespace {

struct ReplayOptions {
    std::string project, data;
    std::int64_t run = 0;
    int threads = 0;
};

/// Empty when the run gives the same bits again.
std::string replayed(const ReplayOptions& options, std::int64_t id, const Project& project, const Surroundings& with) {
    const Run before = project.loadRun(id, with.catalog, with.searches);
    DataSpec data = before.spec.data;
    if (!options.data.empty()) data.source = std::filesystem::absolute(options.data).string();
    std::string difference;
    onArena(options.threads, with, [&](JobContext& context) {
        const auto folder = std::filesystem::absolute(options.project).parent_path();
        const ReadResult read = readData(data, with.catalog.edits, folder, context);
        // Other data give other numbers: which column it was says more than any of them.
        difference = dataDifference(before.data, recordOf(read, data.source));
        if (!difference.empty()) return;
        RunObserver silent;
        difference = firstDifference(before, runExperiment(before.spec, read, with.catalog, with.searches, {}, context, silent));
    });
    return difference;
}

void replay(const ReplayOptions& options, const Surroundings& with, int& exitCode) {
    const auto project = Project::open(options.project);
    std::int64_t id = options.run;
    if (id == 0) id = latestFinishedRun(*project);
    const std::string difference = replayed(options, id, *project, with);
    exitCode = difference.empty() ? 0 : 1;
    if (with.wantsJson)
        printJson({{"run", id}, {"identical", difference.empty()}, {"difference", difference}});
    else
        std::printf("run %lld: %s\n", static_cast<long long>(id), difference.empty() ? "identical" : difference.c_str());
}

}  // namespace

std::int64_t latestFinishedRun(const Project& project) {
    std::int64_t latest = 0;
    for (const RunEntry& run : project.runs())
        if (run.state == RunState::Finished) latest = run.id;
    if (latest == 0)
        throw Error("The project has no finished run.", {.file = project.path().string()}, "Run or resume one first.");
    return latest;
}

void addReplay(CLI::App& app, Surroundings& with, int& exitCode) {
    CLI::App* command = app.add_subcommand("replay", "Run again, and say whether every bit is the same");
    const auto options = std::make_shared<ReplayOptions>();
    command->add_option("project", options->project, "The project")->required();
    command->add_option("run", options->run, "Number of the run; the latest finished one when left out")->check(CLI::PositiveNumber);
    command->add_option("--data", options->data, "Read this file instead of the run's");
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    command->footer("Exit code 0 when identical, 1 when not.\nExample: holdout-cli replay titanic.holdout 3");
    command->callback([options, &with, &exitCode] { replay(*options, with, exitCode); });
}

}  // namespace holdout::cli
