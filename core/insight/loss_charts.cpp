// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

Series traceSeries(const std::vector<TracePoint>& trace, double TracePoint::* value, std::string name, SeriesRole role) {
    Series series{.name = std::move(name), .role = role};
    for (const TracePoint& point : trace) {
        series.x.push_back(static_cast<double>(point.epoch));
        series.y.push_back(point.*value);
    }
    return series;
}

bool known(const std::vector<TracePoint>& trace, double TracePoint::* value) {
    return std::any_of(trace.begin(), trace.end(), [value](const TracePoint& p) { return std::isfinite(p.*value); });
}

const TracePoint& bestPoint(const std::vector<TracePoint>& trace, double TracePoint::* value) {
    return *std::min_element(trace.begin(), trace.end(), [value](const TracePoint& a, const TracePoint& b) {
        return (std::isfinite(a.*value) ? a.*value : INFINITY) < (std::isfinite(b.*value) ? b.*value : INFINITY);
    });
}

std::string lossSentence(const std::vector<TracePoint>& trace, const TracePoint& best, bool validated) {
    const TracePoint& last = trace.back();
    const std::string epoch = formatCount(best.epoch);
    if (!validated)
        return "Training loss is " + formatNumber(last.trainingLoss, 3) + " at epoch " + formatCount(last.epoch) +
               "; no rows were kept for validation, so overfitting would not show here.";
    // 1 % above the minimum: less is the jitter of mini-batches.
    const bool rises = last.validationLoss > best.validationLoss + 0.01 * std::abs(best.validationLoss);
    if (last.epoch > best.epoch && rises && last.trainingLoss < best.trainingLoss)
        return "The gap that opens after epoch " + epoch + " is overfitting.";
    if (last.epoch > best.epoch && rises)
        return "Validation loss was lowest at epoch " + epoch + " and has risen since; training loss has not fallen either.";
    if (last.epoch > best.epoch)
        return "Validation loss has stayed level since its lowest value, " + formatNumber(best.validationLoss, 3) + ", at epoch " +
               epoch + ".";
    return "Validation loss is still falling at epoch " + epoch + ": more epochs may help.";
}

}  // namespace

LineChart lossCurve(const std::vector<TracePoint>& trace, const std::vector<TracePoint>& previous) {
    LineChart chart{.title = "Loss by epoch", .x = {.label = "epoch"}, .y = {.label = "loss"}};
    for (const auto& [points, name, dashed] : {std::tuple{&previous, "previous ", true}, std::tuple{&trace, "", false}}) {
        if (points->empty()) continue;
        const std::string prefix = name;
        chart.series.push_back(traceSeries(*points, &TracePoint::trainingLoss, prefix + "training", SeriesRole::Training));
        chart.series.back().dashed = dashed;
        if (!known(*points, &TracePoint::validationLoss)) continue;
        chart.series.push_back(traceSeries(*points, &TracePoint::validationLoss, prefix + "validation", SeriesRole::Validation));
        chart.series.back().dashed = dashed;
    }
    if (trace.empty()) return chart;
    const bool validated = known(trace, &TracePoint::validationLoss);
    const TracePoint& best = bestPoint(trace, validated ? &TracePoint::validationLoss : &TracePoint::trainingLoss);
    chart.sentence = lossSentence(trace, best, validated);
    if (validated) chart.markers.push_back({static_cast<double>(best.epoch), "best"});
    return chart;
}

LineChart gradientCurve(const std::vector<TracePoint>& trace) {
    LineChart chart{.title = "Gradient norm", .x = {.label = "epoch"}, .y = {.label = "gradient norm", .scale = AxisScale::Log}};
    if (trace.empty() || !known(trace, &TracePoint::gradientNorm)) return chart;
    chart.series.push_back(traceSeries(trace, &TracePoint::gradientNorm, "gradient norm", SeriesRole::Reference));
    for (double& norm : chart.series.back().y)
        if (!(norm > 0)) norm = NAN;
    chart.sentence = "By epoch, log scale: from " + formatNumber(trace.front().gradientNorm, 2) + " to " +
                     formatNumber(trace.back().gradientNorm, 2) + ".";
    return chart;
}

LineChart scoreCurve(const std::vector<TracePoint>& trace, const std::vector<TracePoint>& previous) {
    LineChart chart{.title = "Score by epoch", .x = {.label = "epoch"}, .y = {.label = "accuracy or R²"}};
    if (trace.empty() || !known(trace, &TracePoint::score)) return chart;
    if (known(previous, &TracePoint::score)) {
        chart.series.push_back(traceSeries(previous, &TracePoint::score, "previous validation", SeriesRole::Validation));
        chart.series.back().dashed = true;
    }
    chart.series.push_back(traceSeries(trace, &TracePoint::score, "validation", SeriesRole::Validation));
    const TracePoint& best = *std::max_element(trace.begin(), trace.end(), [](const TracePoint& a, const TracePoint& b) {
        return (std::isfinite(a.score) ? a.score : -INFINITY) < (std::isfinite(b.score) ? b.score : -INFINITY);
    });
    chart.sentence = "On validation rows, highest at epoch " + formatCount(best.epoch) + ": " + formatNumber(best.score, 3) +
                     "; now " + formatNumber(trace.back().score, 3) + ".";
    return chart;
}

LineChart stepSizeCurve(const std::vector<TracePoint>& trace) {
    LineChart chart{.title = "Step size", .x = {.label = "epoch"}, .y = {.label = "learning rate"}};
    if (trace.empty() || !known(trace, &TracePoint::stepSize)) return chart;
    chart.series.push_back(traceSeries(trace, &TracePoint::stepSize, "learning rate", SeriesRole::Reference));
    chart.sentence = "At the end of each epoch: from " + formatNumber(trace.front().stepSize, 2) + " to " +
                     formatNumber(trace.back().stepSize, 2) + ".";
    return chart;
}

}  // namespace holdout
