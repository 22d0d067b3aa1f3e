// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/continuation.h"

#include <algorithm>

namespace holdout {
namespace {

/// Whether a point has the same score under both. What is searched does not count: the point sets it.
bool scoresAlike(const ExperimentSpec& a, const ExperimentSpec& b, const Point& point, const Catalog& catalog) {
    const auto metricOf = [](const ExperimentSpec& spec) {
        return spec.tune->metric.empty() && !spec.metrics.empty() ? spec.metrics.front() : spec.tune->metric;
    };
    return a.data == b.data && a.validate == b.validate && a.seed == b.seed && metricOf(a) == metricOf(b) &&
           a.metrics == b.metrics && withParams(a.pipeline, point, catalog) == withParams(b.pipeline, point, catalog);
}

}  // namespace

std::optional<Continuation> extendedStudy(const Run& run, const Catalog& catalog, const SearchRegistry& searches,
                                          std::int64_t more) {
    if (!run.study || !run.spec.tune) return std::nullopt;
    const SearchInfo& search = searches.require(run.spec.tune->search);
    if (search.extendBy.empty()) return std::nullopt;
    Continuation study{run.spec, run.study->trials};
    study.spec.name.clear();
    ParamSet& params = study.spec.tune->params;
    // A hypercube of more slices has other points: what is there stays, and a hypercube of its own follows.
    if (const ParamValue* draw = params.find("draw"); draw && *draw == ParamValue(std::string("latin-hypercube"))) {
        params.set(search.extendBy, more);
        return forkedStudy(run, study.spec, catalog);
    }
    // Hyperband's numbers are rows of brackets, of which one more is many trials.
    const std::int64_t step = search.extendBy == "rounds" ? 1 : more;
    params.set(search.extendBy, std::get<std::int64_t>(valueOrFallback(search.params, params, search.extendBy)) + step);
    return study;
}

Continuation forkedStudy(const Run& run, ExperimentSpec spec, const Catalog& catalog) {
    Continuation study{std::move(spec), {}};
    TuneSpec& tune = study.spec.tune.value();
    study.spec.name.clear();
    tune.propose.clear();
    if (!run.study) return study;
    const SearchSpace space = checkedSpace(tune.space, study.spec.pipeline, catalog);
    for (const Trial& trial : run.study->trials) {
        if (trial.budget < 1 || trial.state == TrialState::Failed) continue;
        try {
            if (checkedPoint(space, trial.params) != trial.params) continue;
        } catch (const Error&) {
            continue;  // outside of what is searched now
        }
        if (scoresAlike(run.spec, study.spec, trial.params, catalog)) {
            study.known.push_back(trial);
            study.known.back().number = tune.propose.size();
        }
        tune.propose.push_back({trial.params});
    }
    return study;
}

}  // namespace holdout
