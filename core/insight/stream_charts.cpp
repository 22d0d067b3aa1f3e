// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/stream_charts.h"

#include <cmath>

#include "base/format.h"

namespace holdout {

LineChart prequentialCurve(const std::vector<StreamPoint>& points, const MetricInfo& metric) {
    const std::string label(metric.label);
    LineChart chart{.title = label + " before learning each piece", .x = {.label = "rows learnt"}, .y = {.label = label}};
    Series each{.name = "piece", .role = SeriesRole::Validation}, mean{.name = "mean so far", .role = SeriesRole::Reference};
    mean.dashed = true;
    double sum = 0, count = 0;
    for (const StreamPoint& point : points) {
        const auto found = point.scores.find(std::string(metric.id));
        if (found == point.scores.end()) continue;
        if (std::isfinite(found->second)) sum += found->second, ++count;
        each.x.push_back(static_cast<double>(point.rows));
        each.y.push_back(found->second);
        mean.x.push_back(static_cast<double>(point.rows));
        mean.y.push_back(count > 0 ? sum / count : std::nan(""));
    }
    if (each.x.empty()) return chart;
    chart.sentence = "Each piece is predicted before it is learnt from: " + label + " is " + formatNumber(each.y.back(), 4) +
                     " in the last, " + formatNumber(mean.y.back(), 4) + " on average over the pieces of " +
                     formatCount(points.back().rows) + " rows.";
    chart.series = {std::move(each), std::move(mean)};
    return chart;
}

}  // namespace holdout
