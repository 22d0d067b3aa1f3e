// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "model_task.h"
#include "npy.h"
#include "task.h"

namespace holdout::bench {

namespace {

/// The rows that NAME.X.npy and NAME.y.npy hold, as a person's table of numbers with a class.
Dataset loadDataset(const std::filesystem::path& folder, const std::string& name) {
    const Eigen::MatrixXd features = readNpy(folder / (name + ".X.npy"));
    const Eigen::VectorXd target = readNpy(folder / (name + ".y.npy")).col(0);
    std::vector<ColumnPtr> columns;
    for (Eigen::Index j = 0; j < features.cols(); ++j)
        columns.push_back(Column::numbers("x" + std::to_string(j), {features.col(j).begin(), features.col(j).end()}));
    columns.push_back(Column::numbers("y", {target.begin(), target.end()}));
    return makeDataset(Table(std::move(columns)), {.target = "y"}, Task::Classification);
}

constexpr int foldCount = 10;

/// C from 1e-4 to 100, log-spaced. C weighs the sum over a fold's training rows, lambda the penalty against their mean.
std::vector<PipelineSpec> logisticCandidates(std::size_t rows) {
    constexpr int count = 20;
    const double trainRows = static_cast<double>(rows) * (foldCount - 1) / foldCount;
    std::vector<PipelineSpec> candidates(count);
    for (int i = 0; i < count; ++i) {
        const double c = std::pow(10.0, -4 + 6.0 * i / (count - 1));
        candidates[static_cast<std::size_t>(i)].model.params.set("lambda", 1 / (trainRows * c));
    }
    return candidates;
}

double meanAccuracy(const CandidateResult& result) {
    if (result.error) throw Error(*result.error);
    double sum = 0;
    for (const FoldResult& fold : result.folds) sum += fold.scores.at("accuracy");
    return sum / static_cast<double>(result.folds.size());
}

/// The clock covers dealing the folds, gathering their rows, fitting and scoring.
Outcome crossValidation(const std::filesystem::path& folder) {
    const Dataset data = loadDataset(folder, "clf_small");
    const Catalog catalog = builtinCatalog();
    const std::vector<PipelineSpec> candidates = logisticCandidates(data.size());
    SplitSpec split;
    split.params.set("folds", std::int64_t{foldCount});
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    std::vector<CandidateResult> results;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            Warnings warnings;
            const std::vector<Fold> folds = makeFolds(split, catalog.splits, data, context.seed, warnings);
            results = evaluateCandidates(data, candidates, folds, {"accuracy"}, catalog, Keep::ScoresOnly, context, {});
        },
        [&] { results.clear(); });
    double best = 0;
    for (const CandidateResult& result : results) best = std::max(best, meanAccuracy(result));
    outcome.quality = {{"accuracy", best}};
    outcome.settings = "logistic, 20 values of lambda as a path in each of 10 stratified folds";
    return outcome;
}

/// 1,000 resamples as integer weights of the rows, through the model's own ability to fit many folds.
Outcome bootstrap(const std::filesystem::path& folder, const std::string& name, Task task, const std::string& id) {
    constexpr std::size_t resamples = 1000;
    const Rows rows = loadRows(folder, name, task);
    const std::size_t count = rows.target.size();
    const auto estimator = makeEstimator(id, {{"lambda", 1.0 / static_cast<double>(count)}}, task);
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const auto columns = static_cast<Eigen::Index>(rows.features.names.size());
    Eigen::MatrixXd found;
    Outcome outcome;
    outcome.timing = timed(
        [&] {
            std::vector<RowCounts> draws(resamples, RowCounts(count, 0));
            parallelFor(resamples, [&](std::size_t r) {
                RandomStream random{Seed{1}.derive("resample", r)};
                for (std::size_t i = 0; i < count; ++i) ++draws[r][random.below(count)];
            });
            found.resize(1 + columns, resamples);
            estimator->folds()->fitFolds({rows.features, rows.target, noWeights}, draws, {}, context,
                                         [&](std::size_t r, const Models& models) {
                                             const Line line = lineOf(*models[0]);
                                             found.col(static_cast<Eigen::Index>(r)) << line.intercept, line.weights;
                                         });
        },
        [] {});
    const Eigen::VectorXd means = found.rowwise().mean();
    const double error = ((found.colwise() - means).rowwise().squaredNorm() / resamples).cwiseSqrt().mean();
    outcome.quality = {{"mean_se", error}};
    outcome.settings = id + ", 1,000 resamples as integer weights";
    return outcome;
}

}  // namespace

std::vector<BenchTask> resampleTasks() {
    using Folder = const std::filesystem::path&;
    return {{"cv_loop", crossValidation},
            {"boot_ridge", [](Folder folder) { return bootstrap(folder, "reg_small", Task::Regression, "ridge"); }},
            {"boot_logistic",
             [](Folder folder) { return bootstrap(folder, "clf_small", Task::Classification, "logistic"); }}};
}

}  // namespace holdout::bench
