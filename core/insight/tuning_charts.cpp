// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/format.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

bool complete(const Trial& trial) { return trial.state == TrialState::Complete && std::isfinite(trial.score); }

}  // namespace

Series bestSoFar(const std::vector<Trial>& trials, const MetricInfo& metric, std::string name) {
    Series series{.name = std::move(name), .role = SeriesRole::Validation};
    double best = NAN, budget = 0;
    for (const Trial& trial : trials)
        if (complete(trial)) budget = std::max(budget, trial.budget);
    for (const Trial& trial : trials) {
        if (complete(trial) && trial.budget == budget && isBetter(metric.direction, trial.score, best)) best = trial.score;
        series.x.push_back(static_cast<double>(trial.number + 1));
        series.y.push_back(best);
    }
    return series;
}

LineChart bestScoreChart(const std::vector<Trial>& trials, std::size_t total, const MetricInfo& metric) {
    LineChart chart{.title = "Best score by trial",
                    .x = {.label = "trial", .low = 1.0, .high = static_cast<double>(std::max<std::size_t>(total, 2))},
                    .y = {.label = std::string(metric.label)}};
    Series series = bestSoFar(trials, metric, "best so far");
    if (series.y.empty() || std::isnan(series.y.back())) return chart;
    const double best = series.y.back();
    const auto at = std::find(series.y.begin(), series.y.end(), best) - series.y.begin();
    chart.sentence = "Best " + formatNumber(best) + ", found at trial " +
                     formatCount(std::llround(series.x[static_cast<std::size_t>(at)])) + " of " +
                     formatCount(static_cast<std::int64_t>(std::max(total, trials.size()))) +
                     "; chosen on these folds, so it is optimistic.";
    chart.series.push_back(std::move(series));
    return chart;
}

void addRandomSearch(LineChart& chart, const Run& random, const std::string& name, const MetricInfo& metric) {
    if (!random.study || chart.series.empty()) return;
    Series series = bestSoFar(random.study->trials, metric, name);
    series.role = SeriesRole::Reference;
    series.dashed = true;
    if (series.y.empty() || std::isnan(series.y.back())) return;
    const double best = chart.series.front().y.back();
    const auto reached = std::find_if(series.y.begin(), series.y.end(),
                                      [&](double score) { return score == best || isBetter(metric.direction, score, best); });
    chart.sentence += reached == series.y.end()
                          ? " Random search did not get there in " + formatCount(static_cast<std::int64_t>(series.y.size())) + " trials."
                          : " Random search got there at trial " +
                                formatCount(std::llround(series.x[static_cast<std::size_t>(reached - series.y.begin())])) + ".";
    chart.series.push_back(std::move(series));
}

namespace {

/// What a search starts from, without what it varies.
PipelineSpec withoutSearched(PipelineSpec pipeline, const SearchSpace& space) {
    for (const Dimension& dimension : space) {
        const std::string& name = dimension.name;
        if (!name.starts_with("prepare.")) {
            pipeline.model.params.unset(name);
            continue;
        }
        const std::size_t dot = name.find('.', 8);
        const std::size_t step = static_cast<std::size_t>(std::strtoul(name.c_str() + 8, nullptr, 10));
        if (dot != std::string::npos && step < pipeline.prepare.size()) pipeline.prepare[step].params.unset(name.substr(dot + 1));
    }
    return pipeline;
}

}  // namespace

bool isRandomSearchOf(const Run& random, const ExperimentSpec& spec) {
    if (!random.study || !random.spec.tune || !spec.tune || random.spec.tune->search != "random") return false;
    const TuneSpec &a = *random.spec.tune, &b = *spec.tune;
    return a.space == b.space && a.metric == b.metric && random.spec.metrics == spec.metrics && random.spec.data == spec.data &&
           random.spec.validate == spec.validate && random.spec.seed == spec.seed &&
           withoutSearched(random.spec.pipeline, a.space) == withoutSearched(spec.pipeline, b.space);
}

}  // namespace holdout
