// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/tuning_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "tune/acquisition.h"
#include "tune/sampling.h"
#include "tune/sobol.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr std::size_t fewestTrials = 4;
constexpr int surfaceCells = 40, sliceCells = 120;
constexpr double bandWidth = 1.959963984540054;

bool isLog(const Dimension& dimension) {
    return dimension.choices.empty() && dimension.scale == Scale::Log;
}

Axis axisOf(const Dimension& dimension) {
    Axis axis{.label = dimension.name, .scale = isLog(dimension) ? AxisScale::Log : AxisScale::Linear};
    for (const ParamValue& choice : dimension.choices) axis.categories.push_back(valueText(choice));
    return axis;
}

/// The number at a position of a dimension's scale, not rounded.
double numberAt(const Dimension& dimension, double position) {
    if (!isLog(dimension)) return dimension.low + position * (dimension.high - dimension.low);
    return std::exp(std::log(dimension.low) + position * (std::log(dimension.high) - std::log(dimension.low)));
}

/// Where a trial's ring lies: its number, or the middle of its choice's cell. NaN where the dimension does not matter.
double placeOf(const Dimension& dimension, const Trial& trial) {
    const auto found = trial.params.find(dimension.name);
    if (found == trial.params.end()) return NAN;
    if (!dimension.choices.empty())
        return positionOf(dimension, found->second) * static_cast<double>(dimension.choices.size());
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) return static_cast<double>(*whole);
    return std::get<double>(found->second);
}

double expectedImprovement(double mean, double variance, double best) {
    const double sd = std::sqrt(variance);
    return sd * std::exp(logImprovement((best - mean) / sd));
}

const char* titleOf(SurfaceKind kind) {
    switch (kind) {
        case SurfaceKind::Score:
            return "Tuning surface";
        case SurfaceKind::Uncertainty:
            return "How uncertain the surface is";
        case SurfaceKind::Improvement:
            return "Where it may get better";
    }
    return "";
}

}  // namespace

std::shared_ptr<const TuningModel> TuningModel::fit(const std::vector<Trial>& trials, const SearchSpace& space,
                                                    const MetricInfo& metric) {
    std::shared_ptr<TuningModel> model(new TuningModel(space, metric));
    double budget = 0;
    for (const Trial& trial : trials)
        if (trial.state == TrialState::Complete) budget = std::max(budget, trial.budget);
    std::vector<Eigen::VectorXd> positions;
    std::vector<double> costs;
    for (const Trial& trial : trials) {
        if (trial.state != TrialState::Failed && (trial.budget != budget || !std::isfinite(trial.score))) continue;
        positions.push_back(model->m_encoding.encode(trial.params));
        costs.push_back(costOf(trial, metric.direction));
        if (trial.state == TrialState::Complete) model->m_trials.push_back(trial);
    }
    if (model->m_trials.size() < fewestTrials) return nullptr;
    model->m_best = bestTrial(model->m_trials, metric.direction).value();
    model->m_bestPosition = model->m_encoding.encode(model->m_trials[model->m_best].params);
    const Eigen::VectorXd allCosts = Eigen::Map<const Eigen::VectorXd>(costs.data(), static_cast<Index>(costs.size()));
    const std::vector<std::size_t> kept = modelledTrials(allCosts);
    Eigen::MatrixXd points(static_cast<Index>(kept.size()), model->m_encoding.size());
    Eigen::VectorXd keptCosts(points.rows());
    for (Index i = 0; i < points.rows(); ++i) {
        points.row(i) = positions[kept[static_cast<std::size_t>(i)]];
        keptCosts[i] = allCosts[static_cast<Index>(kept[static_cast<std::size_t>(i)])];
    }
    ScoreModelState state;
    model->m_model.emplace(model->m_encoding, points, keptCosts, state);
    return model;
}

/// The edges of the cells: of whole numbers half-way between them where there are few, of choices 0, 1, 2 …
std::vector<double> TuningModel::edgesOf(std::size_t d) const {
    const Dimension& dimension = m_encoding.space()[d];
    std::vector<double> edges;
    if (!dimension.choices.empty()) {
        for (std::size_t i = 0; i <= dimension.choices.size(); ++i) edges.push_back(static_cast<double>(i));
        return edges;
    }
    for (int i = 0; i <= surfaceCells; ++i) edges.push_back(numberAt(dimension, static_cast<double>(i) / surfaceCells));
    return edges;
}

/// The positions of the cells' middles.
std::vector<double> TuningModel::placesOf(std::size_t d) const {
    const std::size_t cells = edgesOf(d).size() - 1;
    std::vector<double> places;
    for (std::size_t i = 0; i < cells; ++i)
        places.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(cells));
    return places;
}

double TuningModel::scoreOf(double value) const {
    const double cost = m_model->warp().cost(value);
    return m_metric.direction == Direction::HigherIsBetter ? -cost : cost;
}

HeatMap TuningModel::surface(std::size_t x, std::size_t y, SurfaceKind kind) const {
    const SearchSpace& space = m_encoding.space();
    const std::vector<double> across = placesOf(x), up = placesOf(y);
    const auto columns = static_cast<Index>(across.size()), rows = static_cast<Index>(up.size());
    Eigen::MatrixXd at(rows * columns, m_encoding.size());
    for (Index i = 0; i < at.rows(); ++i) {
        Eigen::VectorXd position = m_bestPosition;
        position[static_cast<Index>(x)] = across[static_cast<std::size_t>(i % columns)];
        position[static_cast<Index>(y)] = up[static_cast<std::size_t>(i / columns)];
        at.row(i) = m_encoding.snapped(position);
    }
    Eigen::VectorXd mean, variance;
    m_model->surrogate().posterior(at, mean, variance);
    const double best = m_model->surrogate().values().minCoeff();
    HeatMap chart{.title = titleOf(kind),
                  .x = axisOf(space[x]),
                  .y = axisOf(space[y]),
                  .xEdges = edgesOf(x),
                  .yEdges = edgesOf(y)};
    chart.values.resize(rows, columns);
    for (Index i = 0; i < at.rows(); ++i) {
        double& cell = chart.values(i / columns, i % columns);
        const double sd = std::sqrt(variance[i]);
        if (kind == SurfaceKind::Score) cell = scoreOf(mean[i]);
        if (kind == SurfaceKind::Uncertainty) cell = std::abs(scoreOf(mean[i] + sd) - scoreOf(mean[i] - sd)) / 2;
        if (kind == SurfaceKind::Improvement) cell = expectedImprovement(mean[i], variance[i], best);
    }
    if (kind == SurfaceKind::Improvement && chart.values.maxCoeff() > 0) chart.values /= chart.values.maxCoeff();
    const std::string label(m_metric.label), over = space[x].name + " × " + space[y].name;
    chart.valueLabel = kind == SurfaceKind::Score         ? label
                       : kind == SurfaceKind::Uncertainty ? "± " + label
                                                          : "improvement";
    chart.higherIsBetter = kind != SurfaceKind::Score || m_metric.direction == Direction::HigherIsBetter;
    const std::string rest = space.size() > 2 ? ", the others as in the best trial. " : ". ";
    if (kind == SurfaceKind::Score)
        chart.sentence = "Posterior mean of " + label + " over " + over + rest +
                         "Rings are trials, the red one is the best, " + formatNumber(m_trials[m_best].score) + ".";
    else if (kind == SurfaceKind::Uncertainty)
        chart.sentence = "Standard deviation of " + label + " over " + over + rest + "It is least near trials.";
    else
        chart.sentence = "Expected improvement over " + over + ", as a share of the greatest" + rest +
                         "The next trial is best placed where it is bright.";
    chart.contours = kind == SurfaceKind::Score;
    chart.trials.name = "trials";
    for (const Trial& trial : m_trials) {
        chart.trials.x.push_back(placeOf(space[x], trial));
        chart.trials.y.push_back(placeOf(space[y], trial));
    }
    chart.best = m_best;
    return chart;
}

LineChart TuningModel::slice(std::size_t x) const {
    const Dimension& dimension = m_encoding.space()[x];
    const std::size_t count = dimension.choices.empty() ? sliceCells + 1 : dimension.choices.size();
    Eigen::MatrixXd at(static_cast<Index>(count), m_encoding.size());
    std::vector<double> places(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double share = dimension.choices.empty() ? static_cast<double>(i) / sliceCells
                                                       : (static_cast<double>(i) + 0.5) / static_cast<double>(count);
        places[i] = dimension.choices.empty() ? numberAt(dimension, share) : static_cast<double>(i);
        Eigen::VectorXd position = m_bestPosition;
        position[static_cast<Index>(x)] = share;
        at.row(static_cast<Index>(i)) = m_encoding.snapped(position);
    }
    Eigen::VectorXd mean, variance;
    m_model->surrogate().posterior(at, mean, variance);
    const double best = m_model->surrogate().values().minCoeff();
    Series band{.name = "mean, 95 % band", .role = SeriesRole::Training, .x = places};
    Series gain{.name = "improvement (scaled)", .role = SeriesRole::Validation, .x = places};
    std::vector<double> gains;
    for (Index i = 0; i < at.rows(); ++i) {
        const double sd = std::sqrt(variance[i]);
        band.y.push_back(scoreOf(mean[i]));
        band.low.push_back(std::min(scoreOf(mean[i] - bandWidth * sd), scoreOf(mean[i] + bandWidth * sd)));
        band.high.push_back(std::max(scoreOf(mean[i] - bandWidth * sd), scoreOf(mean[i] + bandWidth * sd)));
        gains.push_back(expectedImprovement(mean[i], variance[i], best));
    }
    const double low = *std::min_element(band.low.begin(), band.low.end()),
                 high = *std::max_element(band.high.begin(), band.high.end());
    const auto greatest = std::max_element(gains.begin(), gains.end());
    for (const double value : gains)
        gain.y.push_back(low + (*greatest > 0 ? value / *greatest : 0) * 0.3 * (high - low));
    LineChart chart{
        .title = "Where it will look next", .x = axisOf(dimension), .y = {.label = std::string(m_metric.label)}};
    const auto next = static_cast<std::size_t>(greatest - gains.begin());
    const std::string where =
        dimension.choices.empty() ? formatNumber(places[next], 3) : valueText(dimension.choices[next]);
    chart.sentence =
        "Posterior along " + dimension.name + ": mean, 95 % band, and expected improvement, greatest at " + where + ".";
    chart.series = {std::move(band), std::move(gain)};
    return chart;
}

BarChart TuningModel::importance() const {
    constexpr Index points = 128;
    constexpr int levels = 16;
    const SobolSequence sobol(m_encoding.size(), Seed{1});
    const Eigen::MatrixXd base = sobol.points(0, points);
    const auto meansAt = [&](Eigen::MatrixXd at) {
        for (Index i = 0; i < at.rows(); ++i) at.row(i) = m_encoding.snapped(at.row(i).transpose());
        Eigen::VectorXd mean, variance;
        m_model->surrogate().posterior(at, mean, variance);
        return mean;
    };
    const Eigen::VectorXd all = meansAt(sobol.points(points, 4 * points));
    const double total = (all.array() - all.mean()).square().mean();
    std::vector<std::pair<double, std::string>> shares;
    for (Index d = 0; d < m_encoding.size(); ++d) {
        const int steps = m_encoding.isChoice(d) ? static_cast<int>(m_encoding.levels(d)) : levels;
        Eigen::VectorXd effect(steps);
        for (int level = 0; level < steps; ++level) {
            Eigen::MatrixXd at = base;
            at.col(d).setConstant((level + 0.5) / steps);
            effect[level] = meansAt(std::move(at)).mean();
        }
        const double variance = (effect.array() - effect.mean()).square().mean();
        shares.emplace_back(total > 0 ? variance / total : 0, m_encoding.space()[static_cast<std::size_t>(d)].name);
    }
    // Parts and whole are averages over different points. Parts that come out as more than the whole share it as they stand
    // to one another; a parameter without others is the whole.
    double sum = std::accumulate(shares.begin(), shares.end(), 0.0, [](double s, const auto& each) { return s + each.first; });
    if (sum > 1 || (shares.size() == 1 && sum > 0)) {
        for (auto& [share, name] : shares) share /= sum;
        sum = 1;
    }
    std::stable_sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    BarChart chart{.title = "Importance",
                   .x = {.label = "share of variance", .low = 0},
                   .y = {.label = "parameter"},
                   .horizontal = true};
    for (const auto& [share, name] : shares) {
        chart.values.push_back(share);
        chart.y.categories.push_back(name);
    }
    chart.sentence = shares.front().second + " explains " + formatNumber(100 * shares.front().first, 3) +
                     " % of how the score varies over the space by itself; " +
                     formatNumber(100 * std::max(0.0, 1 - sum), 3) + " % is due to parameters acting together.";
    return chart;
}

std::vector<double> TuningModel::randomBest(std::size_t count) const {
    constexpr Index draws = 512;
    Eigen::MatrixXd at = SobolSequence(m_encoding.size(), Seed{2}).points(0, draws);
    for (Index i = 0; i < draws; ++i) at.row(i) = m_encoding.snapped(at.row(i).transpose());
    Eigen::VectorXd mean, variance;
    m_model->surrogate().posterior(at, mean, variance);
    std::vector<double> scores;
    for (const double value : mean) scores.push_back(scoreOf(value));
    return expectedBest(std::move(scores), m_metric.direction, count);
}

ParallelChart parallelTrials(const std::vector<Trial>& trials, const SearchSpace& space, const MetricInfo& metric) {
    ParallelChart chart{.title = "All trials", .higherIsBetter = metric.direction == Direction::HigherIsBetter};
    for (const Dimension& dimension : space) {
        chart.axes.push_back(axisOf(dimension));
        if (dimension.choices.empty()) {
            chart.axes.back().low = dimension.low;
            chart.axes.back().high = dimension.high;
        }
    }
    chart.axes.push_back({.label = std::string(metric.label)});
    double budget = 0;
    for (const Trial& trial : trials)
        if (trial.state == TrialState::Complete) budget = std::max(budget, trial.budget);
    const auto best = bestTrial(trials, metric.direction);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (trials[i].state != TrialState::Complete || trials[i].budget != budget) continue;
        if (best == i) chart.best = chart.lines.size();
        std::vector<double>& line = chart.lines.emplace_back();
        for (const Dimension& dimension : space)
            line.push_back(placeOf(dimension, trials[i]) - (dimension.choices.empty() ? 0 : 0.5));
        line.push_back(trials[i].score);
    }
    chart.sentence =
        "A line a trial, from its parameters to its score; bright ones are better. Drag along an axis to keep only "
        "some.";
    return chart;
}

std::vector<double> expectedBest(std::vector<double> scores, Direction direction, std::size_t count) {
    std::erase_if(scores, [](double score) { return !std::isfinite(score); });
    std::sort(scores.begin(), scores.end(), [&](double a, double b) { return isBetter(direction, a, b); });
    const double n = static_cast<double>(scores.size());
    std::vector<double> result;
    // The best of k drawn from n with replacement is the i-th best with probability (1 - i/n)^k - (1 - (i+1)/n)^k.
    for (std::size_t k = 1; k <= count && !scores.empty(); ++k) {
        double sum = 0;
        for (std::size_t i = 0; i < scores.size(); ++i)
            sum += scores[i] *
                   (std::pow(1 - static_cast<double>(i) / n, k) - std::pow(1 - static_cast<double>(i + 1) / n, k));
        result.push_back(sum);
    }
    return result;
}

namespace {

double costOf(const Trial& trial, SecondGoal against) {
    return against == SecondGoal::Size ? static_cast<double>(trial.bytes) : trial.seconds;
}

}  // namespace

LineChart tradeOffChart(const std::vector<Trial>& trials, const MetricInfo& metric, SecondGoal against) {
    const bool isSize = against == SecondGoal::Size;
    const double unit = isSize ? 1024 : 1;
    LineChart chart{.title = std::string(metric.label) + (isSize ? " against size" : " against time"),
                    .x = {.label = isSize ? "KiB of the model" : "seconds a trial", .scale = AxisScale::Log},
                    .y = {.label = std::string(metric.label)}};
    Series front{.name = isSize ? "nothing smaller is better" : "nothing quicker is better", .role = SeriesRole::Validation},
        dots{.name = "trials", .role = SeriesRole::Reference};
    for (const Trial& trial : trials) {
        if (trial.state != TrialState::Complete || !(costOf(trial, against) > 0)) continue;
        dots.x.insert(dots.x.end(), {costOf(trial, against) / unit, NAN});
        dots.y.insert(dots.y.end(), {trial.score, NAN});
    }
    for (const std::size_t i : paretoFront(trials, metric.direction, against)) {
        if (!(costOf(trials[i], against) > 0)) continue;
        front.x.push_back(costOf(trials[i], against) / unit);
        front.y.push_back(trials[i].score);
    }
    if (front.x.empty()) return chart;
    const auto count = static_cast<std::int64_t>(front.x.size());
    chart.sentence = count == 1 ? std::string(isSize ? "The best trial is the smallest as well." : "The best trial is the quickest as well.")
                                : formatCount(count) + (isSize ? " trials are worth their size: nothing as small scores better."
                                                               : " trials are worth their time: nothing as quick scores better.");
    if (count > 1)
        chart.sentence += " Hypervolume " +
                          formatNumber(100 * frontShare(trials, {metric.direction, isSize ? SecondGoal::Size : SecondGoal::Time}), 3) +
                          " % of what the trials span.";
    chart.series = {std::move(front), std::move(dots)};
    return chart;
}

}  // namespace holdout
