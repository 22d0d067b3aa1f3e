// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

#include "insight/chart.h"

namespace holdout::samples {

inline LineChart lines(std::size_t count = 60) {
    LineChart chart{.title = "Loss by epoch", .sentence = "The gap that opens after epoch 48 is overfitting.", .x = {.label = "epoch"}, .y = {.label = "loss"}};
    Series training{.name = "training", .role = SeriesRole::Training}, validation{.name = "validation", .role = SeriesRole::Validation};
    for (std::size_t i = 0; i < count; ++i) {
        const double t = static_cast<double>(i) * 60 / static_cast<double>(count);
        training.x.push_back(static_cast<double>(i + 1));
        training.y.push_back(0.1 + 0.9 * std::exp(-t / 12));
        validation.y.push_back(0.2 + 0.85 * std::exp(-t / 12) + 0.0008 * t);
        validation.low.push_back(validation.y.back() - 0.04);
        validation.high.push_back(validation.y.back() + 0.04);
    }
    validation.x = training.x;
    chart.series = {training, validation};
    chart.markers.push_back({48.0 * static_cast<double>(count) / 60, "best"});
    return chart;
}

inline LineChart logLine() {
    LineChart chart{.title = "Gradient norm", .x = {.label = "epoch"}, .y = {.label = "gradient norm", .scale = AxisScale::Log}};
    Series series{.name = "gradient norm", .role = SeriesRole::Reference};
    for (int i = 0; i < 80; ++i) {
        series.x.push_back(i);
        series.y.push_back(0.5 * std::pow(10.0, -i / 20.0));
    }
    series.y[40] = NAN;
    chart.series = {series};
    return chart;
}

inline ScatterChart scatter(std::size_t count = 200) {
    ScatterChart chart{.title = "Residuals", .sentence = "Held-out rows.", .x = {.label = "predicted"}, .y = {.label = "true − predicted"}, .zeroLine = true};
    Series series{.name = "held-out rows", .role = SeriesRole::Validation};
    for (std::size_t i = 0; i < count; ++i) {
        const double t = static_cast<double>(i);
        series.x.push_back(20 + 10 * std::sin(t * 1.7) + std::cos(t * 0.37));
        series.y.push_back(3 * std::sin(t * 2.9) * std::cos(t * 0.61));
    }
    chart.series = {series};
    return chart;
}

inline BarChart histogram() {
    return {.title = "Age", .x = {.label = "Age", .low = 0.0, .high = 80.0}, .y = {.label = "rows"},
            .values = {54, 46, 177, 169, 118, 70, 45, 24, 9, 2}};
}

inline BarChart coefficients() {
    return {.title = "Coefficients", .sentence = "The 4 largest of 9.", .x = {.label = "coefficient"},
            .y = {.categories = {"Sex = female", "Pclass", "Age", "a feature with quite a long name"}},
            .values = {1.31, -0.84, -0.42, 0.17}, .horizontal = true};
}

inline StripChart strip() {
    StripChart chart{.title = "Accuracy by fold", .sentence = "Each dot is a fold, the line the mean.", .y = {.label = "accuracy"}};
    for (int c = 0; c < 4; ++c) {
        StripChart::Column column{.name = std::vector<std::string>{"Elastic net", "Forest", "Boosting", "Neural network"}[static_cast<std::size_t>(c)], .runIndex = c, .mean = 0.81 + 0.01 * c,
                                  .low = 0.79 + 0.01 * c, .high = 0.83 + 0.01 * c};
        for (int i = 0; i < 10; ++i) column.values.push_back(column.mean + 0.03 * std::sin(i * 2.3 + c));
        chart.columns.push_back(column);
    }
    return chart;
}

inline HeatMap confusion() {
    HeatMap chart{.title = "Confusion matrix", .sentence = "141 of 150 held-out rows are right.",
                  .x = {.label = "predicted", .categories = {"setosa", "versicolor", "virginica"}},
                  .y = {.label = "true", .categories = {"setosa", "versicolor", "virginica"}},
                  .xEdges = {0, 1, 2, 3}, .yEdges = {0, 1, 2, 3}, .valueLabel = "rows", .showNumbers = true};
    chart.values.resize(3, 3);
    chart.values << 50, 0, 0, 0, 45, 5, 0, 4, 46;
    return chart;
}

inline HeatMap surface() {
    HeatMap chart{.title = "Tuning surface", .sentence = "Rings are trials, the red one is the best.",
                  .x = {.label = "learning rate", .scale = AxisScale::Log}, .y = {.label = "L2", .scale = AxisScale::Log},
                  .valueLabel = "accuracy"};
    chart.values.resize(16, 20);
    for (int i = 0; i <= 20; ++i) chart.xEdges.push_back(std::pow(10.0, -4 + 3.0 * i / 20));
    for (int i = 0; i <= 16; ++i) chart.yEdges.push_back(std::pow(10.0, -6 + 4.0 * i / 16));
    for (int row = 0; row < 16; ++row)
        for (int column = 0; column < 20; ++column)
            chart.values(row, column) = 0.7 + 0.2 * std::exp(-((row - 6) * (row - 6) + (column - 12) * (column - 12)) / 30.0);
    chart.values(0, 0) = NAN;
    chart.trials = {.name = "trials", .x = {3e-4, 5e-3, 8e-3, 4e-2}, .y = {2e-5, 4e-5, 3e-4, 2e-3}};
    chart.best = 1;
    return chart;
}

}  // namespace holdout::samples
