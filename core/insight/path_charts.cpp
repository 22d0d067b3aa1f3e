// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/path_charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"

namespace holdout {
namespace {

Axis strengthAxis(const PathStudy& study) {
    return {.label = study.parameter, .scale = AxisScale::Log};
}

std::vector<Marker> choiceMarkers(const PathStudy& study) {
    if (study.scores.empty() || study.scores.front().size() < 2) return {};
    const PathChoice choice = choosePathValue(study);
    std::vector<Marker> markers{{study.values[choice.best], "best"}};
    if (choice.simplest != choice.best) markers.push_back({study.values[choice.simplest], "one standard error"});
    return markers;
}

/// How many coefficients of a model are not zero.
Eigen::Index nonzeroCount(const Coefficients& model) {
    return (model.weights.array() != 0).count();
}

}  // namespace

LineChart coefficientPathChart(const PathStudy& study, std::size_t most) {
    LineChart chart{.title = "Coefficient path", .x = strengthAxis(study), .y = {.label = "coefficient"}};
    if (study.models.empty()) return chart;
    const Coefficients& weakest = study.models.back();
    const auto features = static_cast<std::size_t>(weakest.weights.rows());
    const Eigen::Index outputs = weakest.weights.cols();
    std::vector<std::size_t> order(features * static_cast<std::size_t>(outputs));
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto weight = [&](const Coefficients& model, std::size_t at) {
        return model.weights(static_cast<Eigen::Index>(at % features), static_cast<Eigen::Index>(at / features));
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::abs(weight(weakest, a)) > std::abs(weight(weakest, b));
    });
    for (std::size_t i = 0; i < std::min(most, order.size()); ++i) {
        Series line{.name = weakest.features[order[i] % features], .runIndex = static_cast<int>(i), .x = study.values};
        if (outputs > 1) line.name += " for " + weakest.outputs[order[i] / features];
        for (const Coefficients& model : study.models) line.y.push_back(weight(model, order[i]));
        chart.series.push_back(std::move(line));
    }
    chart.markers = choiceMarkers(study);
    chart.sentence = "From " + formatCount(nonzeroCount(study.models.front())) +
                     " coefficients that are not zero at the strongest " + study.parameter + " to " +
                     formatCount(nonzeroCount(weakest)) + " at the weakest";
    chart.sentence +=
        order.size() > most ? "; the " + formatCount(static_cast<std::int64_t>(most)) + " largest are drawn." : ".";
    return chart;
}

LineChart pathScoreChart(const PathStudy& study, const MetricRegistry& metrics) {
    const MetricInfo& metric = metrics.require(study.metric);
    LineChart chart{
        .title = "Score along the path", .x = strengthAxis(study), .y = {.label = std::string(metric.label)}};
    if (study.scores.empty() || study.scores.front().size() < 2) return chart;
    Series line{.name = "mean of " + std::to_string(study.scores.front().size()) + " folds",
                .role = SeriesRole::Validation,
                .x = study.values};
    for (const std::vector<double>& folds : study.scores) {
        const auto count = static_cast<double>(folds.size());
        const double mean = std::accumulate(folds.begin(), folds.end(), 0.0) / count;
        double squares = 0;
        for (const double score : folds) squares += (score - mean) * (score - mean);
        const double error = std::sqrt(squares / (count - 1) / count);
        line.y.push_back(mean);
        line.low.push_back(mean - error);
        line.high.push_back(mean + error);
    }
    const PathChoice choice = choosePathValue(study);
    chart.sentence = "The best mean is at " + study.parameter + " " + formatNumber(study.values[choice.best]) +
                     ", with " + formatCount(nonzeroCount(study.models[choice.best])) +
                     " coefficients that are not zero";
    if (choice.simplest != choice.best)
        chart.sentence += "; " + formatNumber(study.values[choice.simplest]) +
                          " is within one standard error of it with " +
                          formatCount(nonzeroCount(study.models[choice.simplest]));
    chart.sentence += ".";
    chart.series.push_back(std::move(line));
    chart.markers = choiceMarkers(study);
    return chart;
}

}  // namespace holdout
