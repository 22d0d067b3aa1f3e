// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/robustness.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/format.h"
#include "base/parallel.h"
#include "evaluate/fold_context.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

constexpr double noiseLevels[] = {0.1, 0.25, 0.5, 1, 2};
constexpr double missingShares[] = {0.05, 0.1, 0.2, 0.4};
constexpr std::size_t kMostShifted = 30;

double sdOfColumn(const Column& column) {
    double sum = 0, squares = 0, count = 0;
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) {
            sum += column.numbers()[row];
            ++count;
        }
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) {
            const double gap = column.numbers()[row] - sum / count;
            squares += gap * gap;
        }
    return count > 1 ? std::sqrt(squares / (count - 1)) : 0;
}

/// The column with change(row) added to each number.
ColumnPtr moved(const Column& column, const std::function<double(std::size_t)>& change) {
    std::vector<double> values(column.numbers().begin(), column.numbers().end());
    for (std::size_t row = 0; row < values.size(); ++row)
        if (!column.isMissing(row)) values[row] += change(row);
    return Column::numbers(column.name(), std::move(values), column.missing());
}

ColumnPtr withHoles(const Column& column, double share, RandomStream& random) {
    MissingMask missing = column.missing().rows() == column.rows() ? column.missing() : MissingMask(column.rows());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (random.uniform() < share && !column.isMissing(row)) missing.set(row);
    // A missing cell holds 0, whatever it was.
    if (column.type() == ColumnType::Number) {
        std::vector<double> values(column.numbers().begin(), column.numbers().end());
        for (std::size_t row = 0; row < values.size(); ++row)
            if (missing[row]) values[row] = 0;
        return Column::numbers(column.name(), std::move(values), std::move(missing));
    }
    std::vector<std::uint32_t> codes(column.codes().begin(), column.codes().end());
    for (std::size_t row = 0; row < codes.size(); ++row)
        if (missing[row]) codes[row] = 0;
    return Column::categories(column.name(), std::move(codes), column.levels(), std::move(missing));
}

/// Held-out rows of one fold, spoilt as `plan` says. Noise and holes come from the fold's own stream.
Table spoilt(const Table& table, const DamagedScore& plan, const std::vector<double>& sds, Seed seed) {
    Table result = table;
    for (std::size_t c = 0; c < table.columnCount(); ++c) {
        const Column& column = table.column(c);
        const bool isNumber = column.type() == ColumnType::Number;
        RandomStream random(seed.derive("column", c));
        if (plan.kind == Damage::Noise && isNumber)
            result = result.withColumn(
                c, moved(column, [&](std::size_t) { return plan.amount * sds[c] * random.normal(); }));
        if (plan.kind == Damage::ShiftedColumn && isNumber && column.name() == plan.column)
            result = result.withColumn(c, moved(column, [&](std::size_t) { return plan.amount * sds[c]; }));
        if (plan.kind == Damage::MissingCells && (isNumber || column.type() == ColumnType::Category))
            result = result.withColumn(c, withHoles(column, plan.amount, random));
    }
    return result;
}

std::vector<DamagedScore> plansFor(const Table& features, std::size_t folds) {
    std::vector<DamagedScore> plans;
    for (const double level : noiseLevels) plans.push_back({Damage::Noise, level, {}, {}, {}});
    for (const double share : missingShares) plans.push_back({Damage::MissingCells, share, {}, {}, {}});
    std::size_t shifted = 0;
    for (const ColumnPtr& column : features.columns())
        if (column->type() == ColumnType::Number && shifted++ < kMostShifted)
            plans.push_back({Damage::ShiftedColumn, 1, column->name(), {}, {}});
    for (DamagedScore& plan : plans) plan.folds.assign(folds, std::nan(""));
    return plans;
}

std::string nameOf(const DamagedScore& score) {
    switch (score.kind) {
        case Damage::Noise:
            return "noise of " + formatNumber(score.amount, 3) + " standard deviations on every number";
        case Damage::MissingCells:
            return formatNumber(100 * score.amount, 3) + " % of the cells missing";
        case Damage::ShiftedColumn:
            return score.column + " shifted by one standard deviation";
    }
    return {};
}

std::string sentenceOf(const RobustnessReport& report, const MetricInfo& metric) {
    const double clean = mean(report.clean);
    std::string words = "Rows as they are score " + formatNumber(clean, 3) + ".";
    const DamagedScore* worst = nullptr;
    for (const DamagedScore& score : report.scores)
        if (score.kind == Damage::ShiftedColumn && score.problem.empty() && std::isfinite(score.mean()) &&
            (!worst || isBetter(metric.direction, worst->mean(), score.mean())))
            worst = &score;
    for (const DamagedScore& score : report.scores)
        if (score.problem.empty() && ((score.kind == Damage::Noise && score.amount == 0.5) ||
                                      (score.kind == Damage::MissingCells && score.amount == 0.1)))
            words += " With " + nameOf(score) + ": " + formatNumber(score.mean(), 3) + ".";
    if (worst)
        words +=
            " Of single columns, it hurts most to have " + nameOf(*worst) + ": " + formatNumber(worst->mean(), 3) + ".";
    return words;
}

}  // namespace

double DamagedScore::mean() const {
    return folds.empty() ? std::nan("") : holdout::mean(folds);
}

RobustnessReport robustness(const Dataset& data, const PipelineSpec& pipeline, const std::string& metric,
                            const std::vector<Fold>& folds, const Catalog& catalog, JobContext& context) {
    const MetricInfo& info = catalog.metrics.require(metric);
    RobustnessReport report{.metric = metric,
                            .clean = std::vector<double>(folds.size()),
                            .scores = plansFor(data.features, folds.size()),
                            .sentence = {}};
    std::vector<std::vector<std::string>> problems(folds.size(), std::vector<std::string>(report.scores.size()));
    std::atomic<std::size_t> done = 0;
    SilentProgress silent;
    parallelFor(folds.size(), [&](std::size_t f) {
        context.throwIfStopped();
        JobContext fold = foldContext(context, folds[f], silent);
        const Dataset training = subsetOf(data, folds[f].train), testing = subsetOf(data, folds[f].test);
        const auto fitted = fitPipeline(training, pipeline, catalog, fold);
        std::vector<double> sds;
        for (const ColumnPtr& column : training.features.columns())
            sds.push_back(column->type() == ColumnType::Number ? sdOfColumn(*column) : 0);
        StepNotes notes;
        report.clean[f] = info.score(testing.target, fitted->predict(testing.features, notes), testing.weights);
        for (std::size_t p = 0; p < report.scores.size(); ++p) {
            context.throwIfStopped();
            try {
                const Table rows = spoilt(testing.features, report.scores[p], sds, fold.seed.derive("damage", p));
                report.scores[p].folds[f] = info.score(testing.target, fitted->predict(rows, notes), testing.weights);
            } catch (const Error& error) {
                problems[f][p] = error.what();
            }
        }
        context.progress.report(static_cast<double>(++done) / static_cast<double>(folds.size()),
                                "spoiling held-out rows");
    });
    for (std::size_t p = 0; p < report.scores.size(); ++p)
        for (const auto& ofFold : problems)
            if (report.scores[p].problem.empty()) report.scores[p].problem = ofFold[p];
    report.sentence = sentenceOf(report, info);
    return report;
}

}  // namespace holdout
