// SPDX-License-Identifier: GPL-3.0-or-later
// holdout-bench TASK[,TASK...]|all DIR [--threads N]: times this library on the peers' tasks and files, and prints one
// JSON line for each, as the peers do.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>

#include "base/error.h"
#include "base/parallel.h"
#include "task.h"
#include "tuning_problem.h"

using namespace holdout;
using namespace holdout::bench;

namespace {

std::vector<BenchTask> allTasks() {
    std::vector<BenchTask> tasks = dataTasks();
    for (const auto& group : {linearTasks(), kernelTasks(), neuralTasks(), resampleTasks(), treeTasks(), tuneTasks()})
        tasks.insert(tasks.end(), group.begin(), group.end());
    return tasks;
}

nlohmann::json lineOf(const BenchTask& task, const std::filesystem::path& folder, int threads) {
    const Outcome outcome = task.run(folder);
    const Timing& timing = outcome.timing;
    return {{"task", task.name},
            {"peer", "holdout"},
            {"version", HOLDOUT_VERSION},
            {"seconds", timing.median()},
            {"seconds_min", timing.least()},
            {"runs", timing.walls.size()},
            {"cpu_seconds", timing.cpuSeconds},
            {"peak_rss_mb", std::round(timing.peakMegabytes)},
            {"start_rss_mb", std::round(timing.startMegabytes)},
            {"quality", outcome.quality},
            {"settings", outcome.settings + ", " + std::to_string(threads) + " threads"},
            {"others_busy_cores", std::round(timing.othersBusyCores * 100) / 100}};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Times this library on the peers' tasks and prints one JSON line for each.", "holdout-bench");
    std::string wanted;
    std::string folder;
    int threads = 0;
    app.add_option("tasks", wanted, "Tasks separated by commas, or all, or list; or objective:TASK, to be asked by a tuner")->required();
    app.add_option("folder", folder, "Folder of the peers' data");
    app.add_option("--threads", threads, "Threads; all cores by default");
    CLI11_PARSE(app, argc, argv);

    const std::vector<BenchTask> tasks = allTasks();
    if (wanted == "list") {
        for (const BenchTask& task : tasks) std::cout << task.name << "\n";
        return 0;
    }
    if (wanted.starts_with("objective:")) {
        Arena arena(threads);
        int code = 0;
        arena.run([&] { code = serveProblem(tuningSet(wanted.substr(wanted.find(':') + 1), folder)); });
        return code;
    }
    const std::vector<std::string> names = CLI::detail::split(wanted, ',');
    for (const std::string& name : names) {
        if (wanted == "all" ||
            std::any_of(tasks.begin(), tasks.end(), [&](const auto& task) { return task.name == name; }))
            continue;
        std::cerr << "There is no task " << name << ". See: holdout-bench list\n";
        return 2;
    }
    Arena arena(threads);
    int failures = 0;
    for (const BenchTask& task : tasks) {
        if (wanted != "all" && std::find(names.begin(), names.end(), task.name) == names.end()) continue;
        nlohmann::json line;
        try {
            arena.run([&] { line = lineOf(task, folder, arena.threads()); });
        } catch (const std::exception& error) {
            line = {{"task", task.name}, {"peer", "holdout"}, {"error", error.what()}};
            ++failures;
        }
        std::cout << line.dump() << std::endl;
    }
    return failures == 0 ? 0 : 1;
}
