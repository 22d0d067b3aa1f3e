// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tune/study.h"

namespace holdout::bench {

/// Something to minimise over a search space.
struct TuningProblem {
    std::string name;
    SearchSpace space;
    double minimum = 0;  ///< known, or 0
    std::function<double(const Point&)> cost;
};

/// The functions of the peers' tasks: tune_branin, tune_hartmann6, tune_rosenbrock4, tune_ackley5.
std::vector<TuningProblem> tuningFunctions();
/// Cross-validated scores of this library's models on files below `folder` (`tabular/titanic.csv` …): the same for
/// every tuner, which asks for them through `serveProblem`.
std::vector<std::string> tuningSetNames();
TuningProblem tuningSet(const std::string& name, const std::filesystem::path& folder);

/// Speaks to a tuner outside over standard input and output: first a line that describes the space, then for each point
/// (a JSON object a line) its cost.
int serveProblem(const TuningProblem& problem);

}  // namespace holdout::bench
