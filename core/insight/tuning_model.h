// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "insight/chart.h"
#include "metric/metric.h"
#include "tune/goals.h"
#include "tune/score_model.h"

namespace holdout {

/// What a surface over two searched parameters shows.
enum class SurfaceKind { Score, Uncertainty, Improvement };

/// The score over the searched parameters as a Gaussian process learns it from trials, whatever search made them: what
/// the Tune page draws. Immutable; any thread may call. Fitting takes up to a second for many trials: not on the
/// window's thread.
class TuningModel {
public:
    /// Of complete trials of the full budget, and failed ones as the worst. Null while there are too few to learn from.
    static std::shared_ptr<const TuningModel> fit(const std::vector<Trial>& trials, const SearchSpace& space,
                                                  const MetricInfo& metric);

    /// Those it knows, but for the failed ones: the rings of the surface, in their order.
    const std::vector<Trial>& trials() const { return m_trials; }
    /// Over dimensions `x` and `y` of the space, the others as in the best trial; the trials lie on top.
    HeatMap surface(std::size_t x, std::size_t y, SurfaceKind kind) const;
    /// Along dimension `x`, the others as in the best trial: mean with its 95 % band, and where an improvement is to be
    /// expected (scaled to the chart).
    LineChart slice(std::size_t x) const;
    /// Which part of the score's variance over the space each parameter explains by itself: functional ANOVA of the
    /// posterior mean (Hutter, Hoos, Leyton-Brown 2014), by averages over quasi-random points. The bars are 0 … 1, and
    /// together at most 1.
    BarChart importance() const;
    /// The best score that 1, 2, … `count` trials drawn at random would be expected to have reached, by this model.
    std::vector<double> randomBest(std::size_t count) const;

private:
    TuningModel(SearchSpace space, const MetricInfo& metric) : m_encoding(std::move(space)), m_metric(metric) {}
    std::vector<double> edgesOf(std::size_t d) const;
    std::vector<double> placesOf(std::size_t d) const;
    double scoreOf(double value) const;

    SpaceEncoding m_encoding;
    MetricInfo m_metric;
    std::optional<ScoreModel> m_model;
    std::vector<Trial> m_trials;  ///< complete ones of the full budget
    std::size_t m_best = 0;
    Eigen::VectorXd m_bestPosition;
};

/// Best score so far by trial, and dashed what as many random trials would have been expected to reach: from the trials
/// that were drawn at random (`random`), else none. `total` is how many trials there will be.
std::vector<double> expectedBest(std::vector<double> scores, Direction direction, std::size_t count);

/// Every trial of the full budget as a line through its parameters and its score.
ParallelChart parallelTrials(const std::vector<Trial>& trials, const SearchSpace& space, const MetricInfo& metric);

/// Score against the seconds that a trial took, or the size of its model; the front as a line.
LineChart tradeOffChart(const std::vector<Trial>& trials, const MetricInfo& metric, SecondGoal against = SecondGoal::Time);

}  // namespace holdout
