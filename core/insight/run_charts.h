// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "experiment/run.h"
#include "insight/chart.h"

namespace holdout {

// What the pages draw, as plain data. Each chart's sentence says what it shows for these very numbers.

LineChart lossCurve(const std::vector<TracePoint>& trace, const std::vector<TracePoint>& previous = {});
LineChart gradientCurve(const std::vector<TracePoint>& trace);
/// Accuracy or R² on validation rows; empty where there were none.
LineChart scoreCurve(const std::vector<TracePoint>& trace, const std::vector<TracePoint>& previous = {});
/// The learning rate; empty for models that have none.
LineChart stepSizeCurve(const std::vector<TracePoint>& trace);
/// How the weights of each layer, and what each layer gives, are spread: a line a layer.
LineChart weightSpread(const std::vector<LayerView>& layers);
LineChart activationSpread(const std::vector<LayerView>& layers);
/// First-layer filters side by side; of several channels, their mean.
HeatMap filterMap(const std::vector<FilterView>& filters);
StripChart foldStrip(const std::vector<const Run*>& runs, const std::string& metric, const MetricRegistry& metrics);
/// While folds are still coming in: one column, no interval.
StripChart foldStripLive(const std::vector<FoldResult>& folds, const std::string& metric, const MetricRegistry& metrics);
HeatMap confusionMap(const Run& run);
LineChart rocChart(const std::vector<const Run*>& runs);
ScatterChart residualChart(const Run& run);
/// Where the model says how sure it is, each prediction with its 95 % interval, and how many of those hold the truth.
ScatterChart predictedChart(const Run& run);
BarChart coefficientChart(const Run& run, std::size_t most = 20);

/// Best score so far by trial.
Series bestSoFar(const std::vector<Trial>& trials, const MetricInfo& metric, std::string name);
LineChart bestScoreChart(const std::vector<Trial>& trials, std::size_t total, const MetricInfo& metric);
/// Whether `random` searched at random what `spec` searches: the same space, data, folds, metric and pipeline besides.
bool isRandomSearchOf(const Run& random, const ExperimentSpec& spec);
/// Draws its best score by trial, dashed, beside that of another search, and says when it got as far.
void addRandomSearch(LineChart& chart, const Run& random, const std::string& name, const MetricInfo& metric);
BarChart histogramChart(const std::string& column, const struct ColumnProfile& profile);

/// Whether runs were scored on the same rows in the same folds, so that differences are paired.
bool sameFolds(const std::vector<const Run*>& runs);

/// The corrected resampled t-test of the difference of two runs on the same folds (Nadeau, Bengio 2003). NaN where the
/// folds cannot tell.
struct PairedComparison {
    double difference = 0;    ///< mean of a - b
    double low = 0, high = 0; ///< 95 %
    double pValue = 1;
    std::string sentence;     ///< who is better, or that nobody is
};
PairedComparison compareRuns(const Run& a, const Run& b, const std::string& metric, const MetricRegistry& metrics);

}  // namespace holdout
