// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>

#include "evaluate/statistics.h"
#include "task.h"
#include "tuning_problem.h"

namespace holdout::bench {

namespace {

constexpr std::int64_t trialCount = 50;
constexpr std::uint64_t seedCount = 20;

/// The least cost of one search, and the seconds that the search itself took.
struct Found {
    double best = 0;
    double seconds = 0;
};

Found search(const TuningProblem& problem, const SearchInfo& info, std::uint64_t seed) {
    ParamSet params;
    params.set("trials", trialCount);
    if (findSpec(info.params, "batch")) params.set("batch", std::int64_t{1});
    const auto sampler = info.make(Params(info.params, params, info.id), {.space = problem.space, .seed = Seed{seed}});
    std::vector<Trial> trials;
    Found found{.best = std::numeric_limits<double>::infinity()};
    while (true) {
        const auto start = std::chrono::steady_clock::now();
        const std::vector<Proposal> proposals = sampler->propose(trials);
        found.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (proposals.empty()) return found;
        for (const Proposal& proposal : proposals) {
            Trial trial;
            trial.number = trials.size();
            trial.params = proposal.params;
            trial.score = problem.cost(proposal.params);
            found.best = std::min(found.best, trial.score);
            trials.push_back(std::move(trial));
        }
    }
}

/// As the peers count: quartiles of the best value over the seeds, less the known minimum.
Outcome tune(const TuningProblem& problem, std::string_view id) {
    const SearchRegistry searches = builtinSearches();
    const SearchInfo& info = searches.require(id);
    std::vector<double> best;
    double seconds = 0;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            for (std::uint64_t seed = 0; seed < seedCount; ++seed) {
                const Found found = search(problem, info, seed);
                best.push_back(found.best);
                seconds += found.seconds;
            }
        },
        [&] {
            best.clear();
            seconds = 0;
        });
    const auto quartile = [&](double p) { return quantile(best, p); };
    outcome.quality = {{"best", quartile(0.5)},
                       {"regret", quartile(0.5) - problem.minimum},
                       {"regret_q25", quartile(0.25) - problem.minimum},
                       {"regret_q75", quartile(0.75) - problem.minimum},
                       {"ms_per_trial", 1e3 * seconds / static_cast<double>(seedCount * trialCount)}};
    outcome.settings = std::string(id) + ", one trial at a time";
    return outcome;
}

template <std::size_t index>
Outcome tuneFunction(const std::filesystem::path&) {
    return tune(tuningFunctions()[index], "bayes");
}

/// `folder` is that of the shared data sets here, not of the peers' files.
template <std::size_t index>
Outcome tuneSet(const std::filesystem::path& folder) {
    return tune(tuningSet(tuningSetNames()[index], folder), "bayes");
}

}  // namespace

std::vector<BenchTask> tuneTasks() {
    return {{"tune_branin", tuneFunction<0>},      {"tune_hartmann6", tuneFunction<1>},
            {"tune_rosenbrock4", tuneFunction<2>}, {"tune_ackley5", tuneFunction<3>},
            {"tune_titanic", tuneSet<0>},          {"tune_diabetes", tuneSet<1>},
            {"tune_breast_cancer", tuneSet<2>},    {"tune_concrete", tuneSet<3>}};
}

}  // namespace holdout::bench
