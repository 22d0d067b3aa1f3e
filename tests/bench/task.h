// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench_clock.h"

namespace holdout::bench {

struct Outcome {
    Timing timing;
    nlohmann::json quality;
    std::string settings;
};

/// A piece of work as the peers define it, done by this library on the peers' files in `folder`.
struct BenchTask {
    std::string name;
    Outcome (*run)(const std::filesystem::path& folder);
};

std::vector<BenchTask> dataTasks();
std::vector<BenchTask> kernelTasks();
std::vector<BenchTask> linearTasks();
std::vector<BenchTask> neuralTasks();
std::vector<BenchTask> resampleTasks();
std::vector<BenchTask> treeTasks();
std::vector<BenchTask> tuneTasks();

}  // namespace holdout::bench
