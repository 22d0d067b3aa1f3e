// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/boundary_chart.h"

#include <algorithm>

#include "base/format.h"

namespace holdout {
namespace {

/// Which part of the plane the class takes, the largest first.
std::string sharesOfPlane(const DecisionBoundary& boundary) {
    std::vector<std::pair<double, std::size_t>> parts;
    for (std::size_t k = 0; k < boundary.labels.size(); ++k)
        parts.emplace_back((boundary.winner.array() == static_cast<int>(k)).cast<double>().mean(), k);
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto& [largest, k] = parts.front();
    if (largest == 1) return boundary.labels[k] + " everywhere";
    return boundary.labels[k] + " in " + formatNumber(100 * largest, 2) + " % of the plane";
}

std::vector<Series> rowsOf(const DecisionBoundary& boundary, const Dataset& data, std::size_t mostRows) {
    std::vector<Series> series(std::max<std::size_t>(1, boundary.labels.size()));
    for (std::size_t k = 0; k < series.size(); ++k) {
        series[k].runIndex = static_cast<int>(k);
        series[k].name = k < boundary.labels.size() ? boundary.labels[k] : "rows";
    }
    const Column& x = data.features.column(requireColumn(data.features, boundary.x, "column"));
    const Column& y = data.features.column(requireColumn(data.features, boundary.y, "column"));
    const std::size_t count = std::min(mostRows, data.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t row = i * data.size() / count;
        if (x.isMissing(row) || y.isMissing(row)) continue;
        const std::size_t k = boundary.labels.empty() ? 0 : static_cast<std::size_t>(data.target.classes[row]);
        series[k].x.push_back(x.numbers()[row]);
        series[k].y.push_back(y.numbers()[row]);
    }
    return series;
}

}  // namespace

Chart boundaryChart(const DecisionBoundary& boundary, const Dataset& data, std::size_t mostRows) {
    const bool others = data.features.columnCount() > 2;
    const std::string held = others ? ", other columns at their median or most frequent value" : "";
    std::vector<Series> rows = rowsOf(boundary, data, mostRows);
    if (boundary.labels.empty()) {
        HeatMap map{.title = "Answer over two columns",
                    .sentence = "What the model answers" + held + ". Rings are rows.",
                    .x = {.label = boundary.x},
                    .y = {.label = boundary.y},
                    .xEdges = boundary.xEdges,
                    .yEdges = boundary.yEdges,
                    .values = boundary.value,
                    .valueLabel = data.target.name,
                    .contours = true};
        map.trials = std::move(rows.front());
        return map;
    }
    return BoundaryChart{.title = "Decision boundary",
                         .sentence = "The model says " + sharesOfPlane(boundary) + held + ".",
                         .x = {.label = boundary.x},
                         .y = {.label = boundary.y},
                         .xEdges = boundary.xEdges,
                         .yEdges = boundary.yEdges,
                         .classes = boundary.labels,
                         .winner = boundary.winner,
                         .share = boundary.share,
                         .rows = std::move(rows)};
}

}  // namespace holdout
