// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <map>

#include "base/format.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

/// Where a trial's value lies along a dimension: the number itself, or the index of the choice. NaN when unknown.
double positionOf(const Trial& trial, const Dimension& dimension) {
    const auto found = trial.params.find(dimension.name);
    if (found == trial.params.end()) return NAN;
    if (!dimension.choices.empty()) {
        const auto at = std::find(dimension.choices.begin(), dimension.choices.end(), found->second);
        return at == dimension.choices.end() ? NAN : static_cast<double>(at - dimension.choices.begin());
    }
    if (const auto* real = std::get_if<double>(&found->second)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) return static_cast<double>(*whole);
    return NAN;
}

bool isLog(const Dimension& dimension) { return dimension.choices.empty() && dimension.scale == Scale::Log; }

Axis axisOf(const Dimension& dimension) {
    Axis axis{.label = dimension.name, .scale = isLog(dimension) ? AxisScale::Log : AxisScale::Linear};
    for (const ParamValue& choice : dimension.choices) axis.categories.push_back(valueText(choice));
    return axis;
}

/// Edges half-way between values (geometrically on a log scale), mirrored at the ends.
std::vector<double> edgesAround(std::vector<double> centres, bool log) {
    if (log)
        for (double& c : centres) c = std::log(c);
    std::vector<double> edges;
    const std::size_t n = centres.size();
    if (n == 1) {
        edges = {centres[0] - 0.5, centres[0] + 0.5};
    } else {
        edges.push_back(centres[0] - (centres[1] - centres[0]) / 2);
        for (std::size_t i = 0; i + 1 < n; ++i) edges.push_back((centres[i] + centres[i + 1]) / 2);
        edges.push_back(centres[n - 1] + (centres[n - 1] - centres[n - 2]) / 2);
    }
    if (log)
        for (double& e : edges) e = std::exp(e);
    return edges;
}

std::vector<double> spread(const Dimension& dimension, int cells) {
    const bool log = isLog(dimension);
    const double low = log ? std::log(dimension.low) : dimension.low, high = log ? std::log(dimension.high) : dimension.high;
    std::vector<double> edges;
    for (int i = 0; i <= cells; ++i) {
        const double at = low + (high - low) * i / cells;
        edges.push_back(log ? std::exp(at) : at);
    }
    return edges;
}

std::vector<double> counting(std::size_t n) {
    std::vector<double> edges;
    for (std::size_t i = 0; i <= n; ++i) edges.push_back(static_cast<double>(i));
    return edges;
}

/// 0 … 1 along a range, so that distances in different units compare.
double unit(const Dimension& dimension, double value) {
    if (!dimension.choices.empty()) return value;
    const bool log = isLog(dimension);
    const double low = log ? std::log(dimension.low) : dimension.low, high = log ? std::log(dimension.high) : dimension.high;
    return high > low ? ((log ? std::log(value) : value) - low) / (high - low) : 0;
}

struct Known {
    double x, y, score;
};

std::vector<double> distinct(const std::vector<Known>& points, double Known::* axis) {
    std::vector<double> values;
    for (const Known& point : points) values.push_back(point.*axis);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

/// Every pair of values tried: the cells are exact. Several trials in a cell differ in other dimensions: the best stands.
bool fillExact(HeatMap& chart, const std::vector<Known>& points, const Dimension& x, const Dimension& y, Direction direction) {
    std::vector<double> xs = distinct(points, &Known::x), ys = distinct(points, &Known::y);
    if (xs.size() * ys.size() > points.size()) return false;
    const auto rows = static_cast<Eigen::Index>(y.choices.empty() ? ys.size() : y.choices.size());
    const auto columns = static_cast<Eigen::Index>(x.choices.empty() ? xs.size() : x.choices.size());
    Eigen::MatrixXd values = Eigen::MatrixXd::Constant(rows, columns, NAN);
    const auto indexOf = [](const Dimension& dimension, const std::vector<double>& all, double value) {
        return static_cast<Eigen::Index>(dimension.choices.empty() ? std::lower_bound(all.begin(), all.end(), value) - all.begin()
                                                                   : std::llround(value));
    };
    for (const Known& point : points) {
        double& cell = values(indexOf(y, ys, point.y), indexOf(x, xs, point.x));
        if (isBetter(direction, point.score, cell)) cell = point.score;
    }
    for (const double a : xs)
        for (const double b : ys)
            if (std::isnan(values(indexOf(y, ys, b), indexOf(x, xs, a)))) return false;
    chart.values = std::move(values);
    chart.xEdges = x.choices.empty() ? edgesAround(std::move(xs), isLog(x)) : counting(x.choices.size());
    chart.yEdges = y.choices.empty() ? edgesAround(std::move(ys), isLog(y)) : counting(y.choices.size());
    return true;
}

/// Inverse-distance weights of power 4 (Shepard 1968) in units of the ranges; choices never mix.
void fillInterpolated(HeatMap& chart, const std::vector<Known>& points, const Dimension& x, const Dimension& y) {
    constexpr int kCells = 40;
    chart.xEdges = x.choices.empty() ? spread(x, kCells) : counting(x.choices.size());
    chart.yEdges = y.choices.empty() ? spread(y, kCells) : counting(y.choices.size());
    const auto columns = static_cast<Eigen::Index>(chart.xEdges.size()) - 1, rows = static_cast<Eigen::Index>(chart.yEdges.size()) - 1;
    std::vector<Known> units;
    for (const Known& point : points) units.push_back({unit(x, point.x), unit(y, point.y), point.score});
    const auto middle = [](const Dimension& dimension, Eigen::Index i, Eigen::Index count) {
        return dimension.choices.empty() ? (static_cast<double>(i) + 0.5) / static_cast<double>(count) : static_cast<double>(i);
    };
    chart.values = Eigen::MatrixXd::Constant(rows, columns, NAN);
    for (Eigen::Index row = 0; row < rows; ++row)
        for (Eigen::Index column = 0; column < columns; ++column) {
            const double atX = middle(x, column, columns), atY = middle(y, row, rows);
            double weights = 0, sum = 0;
            for (const Known& point : units) {
                const double dx = point.x - atX, dy = point.y - atY;
                if ((!x.choices.empty() && dx != 0) || (!y.choices.empty() && dy != 0)) continue;
                const double squared = dx * dx + dy * dy + 1e-6;
                weights += 1 / (squared * squared);
                sum += point.score / (squared * squared);
            }
            if (weights > 0) chart.values(row, column) = sum / weights;
        }
}

bool complete(const Trial& trial) { return trial.state == TrialState::Complete && std::isfinite(trial.score); }

}  // namespace

LineChart bestScoreChart(const std::vector<Trial>& trials, std::size_t total, const MetricInfo& metric) {
    LineChart chart{.title = "Best score by trial",
                    .x = {.label = "trial", .low = 1.0, .high = static_cast<double>(std::max<std::size_t>(total, 2))},
                    .y = {.label = std::string(metric.label)}};
    Series series{.name = "best so far", .role = SeriesRole::Validation};
    double best = NAN;
    std::size_t at = 0;
    for (const Trial& trial : trials) {
        if (complete(trial) && isBetter(metric.direction, trial.score, best)) {
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

HeatMap tuningSurface(const std::vector<Trial>& trials, const Dimension& x, const Dimension& y, const MetricInfo& metric) {
    HeatMap chart{.title = "Tuning surface", .x = axisOf(x), .y = axisOf(y), .valueLabel = std::string(metric.label),
                  .higherIsBetter = metric.direction == Direction::HigherIsBetter};
    chart.trials.name = "trials";
    std::vector<Known> points;
    double best = NAN;
    for (const Trial& trial : trials) {
        const Known point{positionOf(trial, x), positionOf(trial, y), trial.score};
        if (!complete(trial) || std::isnan(point.x) || std::isnan(point.y)) continue;
        if (isBetter(metric.direction, trial.score, best)) {
            best = trial.score;
            chart.best = points.size();
        }
        points.push_back(point);
        // Choices are cells from i to i + 1: the ring stands in the middle.
        chart.trials.x.push_back(x.choices.empty() ? point.x : point.x + 0.5);
        chart.trials.y.push_back(y.choices.empty() ? point.y : point.y + 0.5);
    }
    if (points.empty()) return chart;
    const std::string what = "Mean " + chart.valueLabel + " over " + x.name + " × " + y.name;
    if (fillExact(chart, points, x, y, metric.direction)) {
        chart.sentence = what + ", other parameters at their best in each cell; the red ring is the best, " + formatNumber(best) + ".";
    } else {
        fillInterpolated(chart, points, x, y);
        chart.sentence = what + ", interpolated from " + formatCount(static_cast<std::int64_t>(points.size())) +
                         " trials; rings are trials, the red one is the best, " + formatNumber(best) + ".";
    }
    return chart;
}

LineChart tuningSlice(const std::vector<Trial>& trials, const Dimension& x, const MetricInfo& metric) {
    LineChart chart{.title = std::string(metric.label) + " by " + x.name, .x = axisOf(x), .y = {.label = std::string(metric.label)}};
    // Points of a line chart that stand alone between gaps are drawn as dots.
    Series dots{.name = "trials", .role = SeriesRole::Reference};
    std::map<double, double> bestAt;
    for (const Trial& trial : trials) {
        const double at = positionOf(trial, x);
        if (!complete(trial) || std::isnan(at)) continue;
        dots.x.insert(dots.x.end(), {at, NAN});
        dots.y.insert(dots.y.end(), {trial.score, NAN});
        const auto [found, isNew] = bestAt.try_emplace(at, trial.score);
        if (!isNew && isBetter(metric.direction, trial.score, found->second)) found->second = trial.score;
    }
    if (bestAt.empty()) return chart;
    Series best{.name = "best at each value", .role = SeriesRole::Validation};
    auto top = bestAt.begin();
    for (auto it = bestAt.begin(); it != bestAt.end(); ++it) {
        best.x.push_back(it->first);
        best.y.push_back(it->second);
        if (isBetter(metric.direction, it->second, top->second)) top = it;
    }
    chart.sentence = "Each dot is a trial; best at " +
                     (x.choices.empty() ? formatNumber(top->first) : valueText(x.choices[static_cast<std::size_t>(top->first)])) +
                     ": " + formatNumber(top->second) + ".";
    chart.series = {std::move(dots), std::move(best)};
    return chart;
}

}  // namespace holdout
