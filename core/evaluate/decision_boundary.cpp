// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/decision_boundary.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace holdout {
namespace {

/// Beyond the rows at each side, as a part of their range.
constexpr double margin = 0.05;

std::vector<double> knownNumbers(const Column& column) {
    std::vector<double> known;
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row) && std::isfinite(column.numbers()[row])) known.push_back(column.numbers()[row]);
    return known;
}

/// Sorts only as far as it must.
double quantileOf(std::vector<double>& values, double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

std::uint32_t mostFrequentLevel(const Column& column) {
    std::vector<std::size_t> counts(column.levels().size(), 0);
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) ++counts[column.codes()[row]];
    return static_cast<std::uint32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

/// `rows` cells, all alike.
ColumnPtr heldStill(const ColumnPtr& column, std::size_t rows) {
    const bool isKnown = column->missing().count() < column->rows();
    if (isKnown && column->type() == ColumnType::Number) {
        std::vector<double> known = knownNumbers(*column);
        if (!known.empty()) return Column::numbers(column->name(), std::vector<double>(rows, quantileOf(known, 0.5)));
    }
    if (isKnown && column->type() == ColumnType::Category)
        return Column::categories(column->name(), std::vector<std::uint32_t>(rows, mostFrequentLevel(*column)), column->levels());
    std::uint32_t first = 0;
    while (first + 1 < column->rows() && column->isMissing(first)) ++first;
    return column->gather(std::vector<std::uint32_t>(rows, first));
}

Table stillRows(const Table& features, std::size_t rows) {
    std::vector<ColumnPtr> columns;
    for (std::size_t c = 0; c < features.columnCount(); ++c) columns.push_back(heldStill(features.columnPtr(c), rows));
    return Table(std::move(columns));
}

std::size_t requireNumbers(const Table& features, const std::string& name) {
    const std::size_t at = requireColumn(features, name, "column");
    if (features.column(at).type() != ColumnType::Number)
        throw Error("Only number columns span a plane.", {.column = name}, "Choose a number column.");
    return at;
}

std::vector<double> edgesOf(const Column& column, std::size_t cells) {
    const std::vector<double> known = knownNumbers(column);
    if (known.empty()) throw Error("All cells of this column are missing.", {.column = column.name()}, "Choose another column.");
    auto [low, high] = std::minmax_element(known.begin(), known.end());
    const double range = *high > *low ? *high - *low : 1;
    const double from = *low - margin * range, width = (1 + 2 * margin) * range / static_cast<double>(cells);
    std::vector<double> edges(cells + 1);
    for (std::size_t i = 0; i <= cells; ++i) edges[i] = from + width * static_cast<double>(i);
    return edges;
}

}  // namespace

DecisionBoundary decisionBoundary(const FittedPipeline& pipeline, const Table& features, const std::string& x,
                                  const std::string& y, std::size_t cells, const JobContext& context) {
    const std::size_t xAt = requireNumbers(features, x), yAt = requireNumbers(features, y);
    DecisionBoundary result{.x = x, .y = y};
    result.xEdges = edgesOf(features.column(xAt), cells);
    result.yEdges = edgesOf(features.column(yAt), cells);
    const auto size = static_cast<Eigen::Index>(cells);
    const bool isClasses = pipeline.task() == Task::Classification;
    if (isClasses) {
        result.labels = pipeline.labels();
        result.winner.resize(size, size);
        result.share.resize(size, size);
    } else {
        result.value.resize(size, size);
    }
    const Table still = stillRows(features, cells);
    std::vector<double> across(cells);
    for (std::size_t i = 0; i < cells; ++i) across[i] = (result.xEdges[i] + result.xEdges[i + 1]) / 2;
    const Table line = still.withColumn(xAt, Column::numbers(x, across));
    parallelFor(cells, [&](std::size_t row) {
        context.throwIfStopped();
        const double up = (result.yEdges[row] + result.yEdges[row + 1]) / 2;
        StepNotes notes;
        const Predictions said =
            pipeline.predict(line.withColumn(yAt, Column::numbers(y, std::vector<double>(cells, up))), notes);
        const auto at = static_cast<Eigen::Index>(row);
        if (!isClasses) {
            result.value.row(at) = said.values.transpose();
            return;
        }
        for (Eigen::Index column = 0; column < size; ++column) {
            const int winner = said.classes[static_cast<std::size_t>(column)];
            result.winner(at, column) = winner;
            result.share(at, column) = said.probabilities.size() > 0 ? said.probabilities(column, winner) : 1;
        }
    });
    return result;
}

std::vector<std::string> boundaryColumns(const FittedPipeline& pipeline, const Table& features) {
    struct Candidate {
        std::string name;
        double effect = 0;
    };
    std::vector<Candidate> candidates;
    const FittedRecipe& recipe = pipeline.recipe();
    const Table still = stillRows(features, 2);
    for (std::size_t i = 0; i < recipe.inputs().size(); ++i) {
        const auto at = features.indexOf(recipe.inputs()[i]);
        if (!at || features.column(*at).type() != ColumnType::Number) continue;
        std::vector<double> known = knownNumbers(features.column(*at));
        if (known.empty()) continue;
        const double low = quantileOf(known, 0.25), high = quantileOf(known, 0.75);
        StepNotes notes;
        const Predictions said = pipeline.predict(still.withColumn(*at, Column::numbers(recipe.inputs()[i], {low, high})), notes);
        const double effect = said.probabilities.size() > 0 ? (said.probabilities.row(1) - said.probabilities.row(0)).norm()
                              : said.values.size() > 0      ? std::abs(said.values[1] - said.values[0])
                                                            : static_cast<double>(said.classes[0] != said.classes[1]);
        candidates.push_back({recipe.inputs()[i], std::isfinite(effect) ? effect : 0});
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.effect > b.effect; });
    std::vector<std::string> names;
    for (Candidate& candidate : candidates) names.push_back(std::move(candidate.name));
    return names;
}

}  // namespace holdout
