// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/explain.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "evaluate/fold_context.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

/// The table with the cells of one column dealt anew among its rows.
Table shuffled(const Table& table, std::size_t column, RandomStream& random) {
    std::vector<std::uint32_t> order(table.rows());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    return table.withColumn(column, table.columnPtr(column)->gather(order));
}

/// The losses of one fold, a column each.
std::vector<double> lossesIn(const FittedPipeline& fitted, const Dataset& testing, const MetricInfo& metric, int shuffles,
                             const JobContext& context) {
    const auto scoreOf = [&](const Table& rows) {
        StepNotes notes;
        return metric.score(testing.target, fitted.predict(rows, notes), testing.weights);
    };
    const double clean = scoreOf(testing.features);
    std::vector<double> losses(testing.features.columnCount());
    parallelFor(losses.size(), [&](std::size_t column) {
        RandomStream random(context.seed.derive("shuffle", column));
        double sum = 0;
        for (int turn = 0; turn < shuffles; ++turn) {
            context.throwIfStopped();
            const double score = scoreOf(shuffled(testing.features, column, random));
            sum += metric.direction == Direction::HigherIsBetter ? clean - score : score - clean;
        }
        losses[column] = sum / shuffles;
    });
    return losses;
}

std::vector<std::uint32_t> spreadRows(std::size_t rows, std::size_t most) {
    std::vector<std::uint32_t> chosen(std::min(rows, most));
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = static_cast<std::uint32_t>(i * rows / chosen.size());
    return chosen;
}

/// Values of the column itself, at evenly spread quantiles.
std::vector<double> gridOf(const Column& column, std::size_t points) {
    std::vector<double> known;
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) known.push_back(column.numbers()[row]);
    std::sort(known.begin(), known.end());
    std::vector<double> grid;
    const std::size_t count = std::min(points, known.size());
    for (std::size_t i = 0; i < count; ++i) {
        const double value = known[count == 1 ? 0 : i * (known.size() - 1) / (count - 1)];
        if (grid.empty() || value > grid.back()) grid.push_back(value);
    }
    return grid;
}

ColumnPtr constantNumber(const Column& column, double value) {
    return Column::numbers(column.name(), std::vector<double>(column.rows(), value));
}

ColumnPtr constantLevel(const Column& column, std::uint32_t code) {
    return Column::categories(column.name(), std::vector<std::uint32_t>(column.rows(), code), column.levels());
}

}  // namespace

double ColumnImportance::mean() const {
    return holdout::mean(folds);
}

double ColumnImportance::sd() const {
    return folds.size() < 2 ? 0 : sampleSd(folds);
}

std::vector<ColumnImportance> permutationImportance(const Dataset& data, const PipelineSpec& pipeline, const MetricInfo& metric,
                                                    const std::vector<Fold>& folds, int shuffles, const Catalog& catalog,
                                                    JobContext& context) {
    std::vector<std::vector<double>> losses(folds.size());
    std::atomic<std::size_t> done = 0;
    SilentProgress silent;
    parallelFor(folds.size(), [&](std::size_t f) {
        context.throwIfStopped();
        JobContext fold = foldContext(context, folds[f], silent);
        const auto fitted = fitPipeline(subsetOf(data, folds[f].train), pipeline, catalog, fold);
        losses[f] = lossesIn(*fitted, subsetOf(data, folds[f].test), metric, shuffles, fold);
        context.progress.report(static_cast<double>(++done) / static_cast<double>(folds.size()), "shuffling columns");
    });
    std::vector<ColumnImportance> importances;
    for (std::size_t column = 0; column < data.features.columnCount(); ++column) {
        ColumnImportance importance{.column = data.features.column(column).name(), .folds = {}};
        for (const std::vector<double>& ofFold : losses) importance.folds.push_back(ofFold[column]);
        importances.push_back(std::move(importance));
    }
    // A score that a fold cannot give (one class alone) sorts last.
    const auto worth = [](const ColumnImportance& i) { return std::isnan(i.mean()) ? -INFINITY : i.mean(); };
    std::stable_sort(importances.begin(), importances.end(),
                     [&](const ColumnImportance& a, const ColumnImportance& b) { return worth(a) > worth(b); });
    return importances;
}

PartialDependence partialDependence(const FittedPipeline& pipeline, const Table& features, const std::string& column,
                                    int classIndex, std::size_t points, std::size_t mostRows, const JobContext& context) {
    const Table rows = features.gather(spreadRows(features.rows(), mostRows));
    const std::size_t at = requireColumn(rows, column, "column");
    const Column& varied = rows.column(at);
    PartialDependence result{.column = column, .output = {}, .values = {}, .levels = {}, .mean = {}, .rows = {}};
    const bool classes = pipeline.task() == Task::Classification;
    result.output = classes ? "probability of " + pipeline.labels()[static_cast<std::size_t>(classIndex)] : pipeline.targetName();
    if (varied.type() == ColumnType::Number) {
        result.values = gridOf(features.column(requireColumn(features, column, "column")), points);
    } else if (varied.type() == ColumnType::Category) {
        result.levels = varied.levels();
        result.levels.resize(std::min(result.levels.size(), points));
        result.values.resize(result.levels.size());
        std::iota(result.values.begin(), result.values.end(), 0.0);
    } else {
        throw Error("A column of type " + std::string(columnTypeName(varied.type())) + " cannot be varied along an axis.",
                    {.column = column}, "Choose a number or a category column.");
    }
    if (result.values.empty()) throw Error("All cells of this column are missing.", {.column = column}, "Choose another column.");
    result.rows.resize(static_cast<Eigen::Index>(rows.rows()), static_cast<Eigen::Index>(result.values.size()));
    parallelFor(result.values.size(), [&](std::size_t v) {
        context.throwIfStopped();
        StepNotes notes;
        const Predictions said = pipeline.predict(
            rows.withColumn(at, result.levels.empty() ? constantNumber(varied, result.values[v])
                                                      : constantLevel(varied, static_cast<std::uint32_t>(v))),
            notes);
        const auto out = static_cast<Eigen::Index>(v);
        if (classes)
            result.rows.col(out) = said.probabilities.col(classIndex);
        else
            result.rows.col(out) = said.values;
    });
    result.mean = result.rows.colwise().mean().transpose();
    return result;
}

std::optional<Contributions> contributions(const FittedPipeline& pipeline, const Table& rows, const Table& background,
                                           const JobContext& context) {
    StepNotes notes;
    const Features features = pipeline.features(rows, notes);
    if (auto known = pipeline.model().contributions(features, context)) return known;
    const auto line = pipeline.model().coefficients();
    if (!line || features.sparse) return std::nullopt;
    const Eigen::RowVectorXd means = pipeline.features(background, notes).values.colwise().mean();
    Contributions result{.unit = pipeline.task() == Task::Regression ? "value" : line->weights.cols() == 1 ? "log odds" : "score",
                         .base = line->intercepts + (means * line->weights).transpose(),
                         .values = {}};
    for (Eigen::Index output = 0; output < line->weights.cols(); ++output)
        result.values.push_back((features.values.rowwise() - means).array().rowwise() *
                                line->weights.col(output).transpose().array());
    return result;
}

}  // namespace holdout
