// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

bool complete(const Trial& trial) { return trial.state == TrialState::Complete && std::isfinite(trial.score); }

}  // namespace

LineChart bestScoreChart(const std::vector<Trial>& trials, std::size_t total, const MetricInfo& metric) {
    LineChart chart{.title = "Best score by trial",
                    .x = {.label = "trial", .low = 1.0, .high = static_cast<double>(std::max<std::size_t>(total, 2))},
                    .y = {.label = std::string(metric.label)}};
    Series series{.name = "best so far", .role = SeriesRole::Validation};
    double best = NAN, budget = 0;
    for (const Trial& trial : trials)
        if (complete(trial)) budget = std::max(budget, trial.budget);
    std::size_t at = 0;
    for (const Trial& trial : trials) {
        if (complete(trial) && trial.budget == budget && isBetter(metric.direction, trial.score, best)) {
            best = trial.score;
            at = trial.number + 1;
        }
        series.x.push_back(static_cast<double>(trial.number + 1));
        series.y.push_back(best);
    }
    if (std::isnan(best)) return chart;
    chart.series.push_back(std::move(series));
    chart.sentence = "Best " + formatNumber(best) + ", found at trial " + formatCount(static_cast<std::int64_t>(at)) + " of " +
                     formatCount(static_cast<std::int64_t>(std::max(total, trials.size()))) +
                     "; chosen on these folds, so it is optimistic.";
    return chart;
}

}  // namespace holdout
