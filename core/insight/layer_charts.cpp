// SPDX-License-Identifier: GPL-3.0-or-later
// What can be seen of a network: how its layers' values are spread, and its filters.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

/// Share of the values in each bin, at the middles of the bins.
Series spreadSeries(const std::string& name, const ValueHistogram& histogram, int index) {
    Series series{.name = name, .role = SeriesRole::Run, .runIndex = index};
    const auto total =
        static_cast<double>(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0}));
    const double width = (histogram.high - histogram.low) / static_cast<double>(histogram.counts.size());
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        series.x.push_back(histogram.low + (static_cast<double>(i) + 0.5) * width);
        series.y.push_back(static_cast<double>(histogram.counts[i]) / total);
    }
    return series;
}

LineChart spreadChart(const std::vector<LayerView>& layers, ValueHistogram LayerView::*what, std::string title,
                      std::string label) {
    LineChart chart{.title = std::move(title), .x = {.label = std::move(label)}, .y = {.label = "share"}};
    chart.y.low = 0;
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (const ValueHistogram& histogram = layers[i].*what; !histogram.counts.empty())
            chart.series.push_back(spreadSeries(layers[i].name, histogram, static_cast<int>(i)));
    return chart;
}

/// The layer whose histogram reaches furthest from 0.
const LayerView& widest(const std::vector<LayerView>& layers, ValueHistogram LayerView::*what) {
    const auto reach = [what](const LayerView& layer) {
        return std::max(std::abs((layer.*what).low), std::abs((layer.*what).high));
    };
    return *std::max_element(layers.begin(), layers.end(),
                             [&](const LayerView& a, const LayerView& b) { return reach(a) < reach(b); });
}

}  // namespace

LineChart weightSpread(const std::vector<LayerView>& layers) {
    LineChart chart = spreadChart(layers, &LayerView::weights, "Weights", "weight");
    if (chart.series.empty()) return chart;
    const LayerView& most = widest(layers, &LayerView::weights);
    chart.sentence = "The largest are in " + most.name + ": from " + formatNumber(most.weights.low, 2) + " to " +
                     formatNumber(most.weights.high, 2) + ".";
    return chart;
}

LineChart activationSpread(const std::vector<LayerView>& layers) {
    LineChart chart = spreadChart(layers, &LayerView::activations, "Activations", "activation");
    if (chart.series.empty()) return chart;
    chart.sentence =
        "What each layer gives for a sample of training rows. One that gives the same for all has stopped learning.";
    return chart;
}

HeatMap filterMap(const std::vector<FilterView>& filters) {
    HeatMap map{.title = "Filters of the first layer"};
    map.valueLabel = "weight";
    if (filters.empty()) return map;
    const ImageShape shape = filters.front().shape;
    const auto count = static_cast<int>(filters.size());
    const int across = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
    const int down = (count + across - 1) / across;
    // A cell of nothing parts neighbours. Rows of a heat map go up, those of a picture down.
    const int height = down * (shape.height + 1) - 1;
    const int width = across * (shape.width + 1) - 1;
    map.values = Eigen::MatrixXd::Constant(height, width, std::nan(""));
    for (int f = 0; f < count; ++f) {
        const FilterView& filter = filters[static_cast<std::size_t>(f)];
        for (int y = 0; y < shape.height; ++y)
            for (int x = 0; x < shape.width; ++x) {
                const auto* pixel = filter.values.data() + (y * shape.width + x) * shape.channels;
                const double mean = std::accumulate(pixel, pixel + shape.channels, 0.0) / shape.channels;
                map.values(height - 1 - (f / across * (shape.height + 1) + y), f % across * (shape.width + 1) + x) =
                    mean;
            }
    }
    for (int i = 0; i <= width; ++i) map.xEdges.push_back(i);
    for (int i = 0; i <= height; ++i) map.yEdges.push_back(i);
    map.sentence = formatCount(count) + " windows of " + std::to_string(shape.height) + " × " +
                   std::to_string(shape.width) + " weights" +
                   (shape.channels > 1 ? ", each the mean of " + std::to_string(shape.channels) + " channels." : ".");
    return map;
}

}  // namespace holdout
