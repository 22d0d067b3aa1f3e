// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/explain_charts.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace holdout {
namespace {

struct Bar {
    std::string name;
    double value;
};

/// The largest in size on top; how many there were in all goes into the sentence.
void setBars(BarChart& chart, std::vector<Bar> bars, std::size_t most) {
    std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return std::abs(a.value) > std::abs(b.value); });
    bars.resize(std::min(most, bars.size()));
    for (const Bar& bar : bars) {
        chart.values.push_back(bar.value);
        chart.y.categories.push_back(bar.name);
    }
}

std::vector<Bar> barsOf(const Eigen::VectorXd& values, const std::vector<std::string>& features) {
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < features.size(); ++i) bars.push_back({features[i], values[static_cast<Eigen::Index>(i)]});
    return bars;
}

LineChart dependenceLines(const PartialDependence& dependence, std::size_t mostRows) {
    LineChart chart{.title = "Partial dependence", .sentence = {}, .x = {.label = dependence.column}, .y = {.label = dependence.output},
                    .series = {}, .markers = {}};
    Series rows{.name = "single rows", .role = SeriesRole::Reference};
    const auto count = static_cast<std::size_t>(dependence.rows.rows());
    const std::size_t shown = std::min(mostRows, count);
    for (std::size_t i = 0; i < shown; ++i) {
        for (std::size_t v = 0; v < dependence.values.size(); ++v) {
            rows.x.push_back(dependence.values[v]);
            rows.y.push_back(dependence.rows(static_cast<Eigen::Index>(i * count / shown), static_cast<Eigen::Index>(v)));
        }
        rows.x.push_back(NAN);
        rows.y.push_back(NAN);
    }
    Series mean{.name = "mean", .role = SeriesRole::Training, .x = dependence.values};
    mean.y.assign(dependence.mean.begin(), dependence.mean.end());
    chart.series = {std::move(rows), std::move(mean)};
    return chart;
}

BarChart dependenceBars(const PartialDependence& dependence) {
    BarChart chart{.title = "Partial dependence", .sentence = {}, .x = {.label = dependence.output}, .y = {.label = dependence.column},
                   .values = {}, .role = SeriesRole::Training, .horizontal = true};
    chart.values.assign(dependence.mean.begin(), dependence.mean.end());
    chart.y.categories = dependence.levels;
    return chart;
}

std::string valueName(const PartialDependence& dependence, Eigen::Index at) {
    const auto i = static_cast<std::size_t>(at);
    return dependence.levels.empty() ? formatNumber(dependence.values[i], 3) : dependence.levels[i];
}

std::string dependenceSentence(const PartialDependence& dependence) {
    Eigen::Index lowest = 0, highest = 0;
    const double low = dependence.mean.minCoeff(&lowest), high = dependence.mean.maxCoeff(&highest);
    if (high - low <= 1e-12 * std::max(1.0, std::abs(high)))
        return "The answer does not depend on " + dependence.column + ": " + formatNumber(high, 3) + " throughout.";
    return "With all else as it is, the mean " + dependence.output + " goes from " + formatNumber(low, 3) + " (" + dependence.column +
           " " + valueName(dependence, lowest) + ") to " + formatNumber(high, 3) + " (" + valueName(dependence, highest) + ").";
}

}  // namespace

BarChart importanceChart(const std::vector<ColumnImportance>& importances, const MetricInfo& metric, std::size_t most) {
    BarChart chart{.title = "Importance of columns", .sentence = {}, .x = {.label = "loss of " + std::string(metric.label)}, .y = {},
                   .values = {}, .role = SeriesRole::Validation, .horizontal = true};
    std::vector<Bar> bars;
    for (const ColumnImportance& importance : importances)
        if (std::isfinite(importance.mean())) bars.push_back({importance.column, importance.mean()});
    if (bars.empty()) return chart;
    const ColumnImportance& first = importances.front();
    std::size_t useless = 0;
    for (const ColumnImportance& importance : importances) useless += importance.mean() <= importance.sd();
    chart.sentence = "Each column in turn shuffled among held-out rows: without " + first.column + ", " + std::string(metric.label) +
                     " is worse by " + formatNumber(first.mean(), 2) + " ± " + formatNumber(first.sd(), 2) + " (sd over folds).";
    if (useless > 0)
        chart.sentence += " " + formatCount(static_cast<std::int64_t>(useless)) + " of " +
                          formatCount(static_cast<std::int64_t>(importances.size())) + " show no use beyond the spread of folds.";
    setBars(chart, std::move(bars), most);
    return chart;
}

Chart dependenceChart(const PartialDependence& dependence, std::size_t mostRows) {
    if (dependence.levels.empty()) {
        LineChart lines = dependenceLines(dependence, mostRows);
        lines.sentence = dependenceSentence(dependence);
        return lines;
    }
    BarChart bars = dependenceBars(dependence);
    bars.sentence = dependenceSentence(dependence);
    return bars;
}

BarChart contributionSizeChart(const Contributions& contributions, const std::vector<std::string>& features,
                               const std::string& outputName, std::size_t output, std::size_t most) {
    BarChart chart{.title = "Size of contributions", .sentence = {}, .x = {.label = "mean size, in " + std::string(contributions.unit)},
                   .y = {}, .values = {}, .role = SeriesRole::Training, .horizontal = true};
    const Eigen::MatrixXd& values = contributions.values[output];
    if (values.rows() == 0) return chart;
    setBars(chart, barsOf(values.cwiseAbs().colwise().mean().transpose(), features), most);
    chart.sentence = "Mean size of each feature's Shapley value for " + outputName + ", over " + formatCount(values.rows()) + " rows.";
    return chart;
}

BarChart rowContributionChart(const Contributions& contributions, const std::vector<std::string>& features,
                              const std::string& outputName, std::size_t output, Eigen::Index row, std::size_t most) {
    BarChart chart{.title = "One row", .sentence = {}, .x = {.label = "contribution, in " + std::string(contributions.unit)}, .y = {},
                   .values = {}, .role = SeriesRole::Test, .horizontal = true};
    const Eigen::VectorXd values = contributions.values[output].row(row).transpose();
    const double base = contributions.base[static_cast<Eigen::Index>(output)];
    setBars(chart, barsOf(values, features), most);
    chart.sentence = "From " + formatNumber(base, 3) + ", what is said of a row unseen, to " + formatNumber(base + values.sum(), 3) +
                     " for " + outputName + ", in " + std::string(contributions.unit) + ".";
    return chart;
}

}  // namespace holdout
