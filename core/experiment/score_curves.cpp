// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/score_curves.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

constexpr std::size_t kMostFolds = 20;

/// What all questions begin with.
struct Prepared {
    Prepared(const ExperimentSpec& spec, const ReadResult& read, const std::string& asked, const Catalog& catalog)
        : data(makeDataset(read.table, effectiveRoles(spec, catalog), spec.data.task)),
          metric(curveMetric(spec, data.target.task, asked, catalog)) {
        const Seed seed = Seed{spec.seed}.derive("split");
        Warnings warnings;
        folds = makeFolds(spec.validate, catalog.splits, data, seed, warnings);
        const bool singleRows =
            std::all_of(folds.begin(), folds.end(), [](const Fold& fold) { return fold.test.size() == 1; });
        if (singleRows && folds.size() > 1) {
            SplitSpec ten{.id = data.groups ? "group-k-fold" : "k-fold", .params = {}};
            ten.params.set("folds", static_cast<std::int64_t>(std::min<std::size_t>(10, data.size())));
            folds = makeFolds(ten, catalog.splits, data, seed, warnings);
        }
        if (folds.size() > kMostFolds) folds.resize(kMostFolds);
    }

    Dataset data;
    std::string metric;
    std::vector<Fold> folds;
};

JobContext evaluationContext(const ExperimentSpec& spec, const JobContext& context) {
    JobContext result = context;
    result.finish = {};
    result.seed = Seed{spec.seed}.derive("evaluate");
    return result;
}

/// A quarter of the rows, to one significant digit.
double roundQuarter(double rows) {
    const double quarter = std::max(1.0, rows / 4), unit = std::pow(10.0, std::floor(std::log10(quarter)));
    return std::max(1.0, std::round(quarter / unit)) * unit;
}

std::vector<ParamValue> valuesOf(const Dimension& dimension, std::size_t count) {
    if (!dimension.choices.empty()) return dimension.choices;
    std::vector<ParamValue> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double share = count < 2 ? 0 : static_cast<double>(i) / static_cast<double>(count - 1);
        const double value = dimension.scale == Scale::Log && dimension.low > 0
                                 ? dimension.low * std::pow(dimension.high / dimension.low, share)
                                 : dimension.low + (dimension.high - dimension.low) * share;
        if (!dimension.integer) {
            values.emplace_back(value);
            continue;
        }
        const ParamValue whole = static_cast<std::int64_t>(std::llround(value));
        if (values.empty() || values.back() != whole) values.push_back(whole);
    }
    return values;
}

/// Where a value lies on the axis, and its name when it is no number.
ScoredPoint pointOf(const ParamValue& value, std::size_t position) {
    ScoredPoint point;
    if (const auto* real = std::get_if<double>(&value))
        point.x = *real;
    else if (const auto* whole = std::get_if<std::int64_t>(&value))
        point.x = static_cast<double>(*whole);
    else {
        point.x = static_cast<double>(position);
        point.label = valueText(value);
    }
    return point;
}

}  // namespace

std::string curveMetric(const ExperimentSpec& spec, Task task, const std::string& asked, const Catalog& catalog) {
    const std::string metric = !asked.empty()          ? asked
                               : !spec.metrics.empty() ? spec.metrics.front()
                                                       : catalog.metrics.defaults(task).front();
    if (catalog.metrics.require(metric).task != task)
        throw Error("The metric " + metric + " is not for " + std::string(taskName(task)) + ".",
                    {.parameter = "metric"}, "Take another metric.");
    return metric;
}

LearningCurveResult runLearningCurve(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric,
                                     double more, const Catalog& catalog, JobContext& context, const PointSink& sink) {
    const Prepared prepared(spec, read, metric, catalog);
    JobContext evaluation = evaluationContext(spec, context);
    LearningCurveResult result{.metric = prepared.metric, .points = {}, .extrapolation = {}};
    const std::vector<std::size_t> sizes = learningSizes(prepared.folds);
    if (sizes.size() < 2)
        throw Error("The rows are too few for a learning curve.", {}, "Use data with more rows, or fewer folds.");
    result.points = learningCurve(prepared.data, {spec.pipeline, prepared.metric}, prepared.folds, sizes,
                                  spec.validate.id == "time-series", catalog, evaluation, sink);
    result.extrapolation =
        extrapolate(result.points, more > 0 ? more : roundQuarter(static_cast<double>(prepared.data.size())),
                    Seed{spec.seed}.derive("extrapolation"));
    return result;
}

ValidationCurveResult emptyValidationCurve(const ExperimentSpec& spec, const std::string& param,
                                           const std::string& metric, const Catalog& catalog) {
    const ParamSpec& paramSpec = dimensionSpec(spec.pipeline, catalog, param);
    return {.metric = metric,
            .param = param,
            .label = std::string(paramSpec.label),
            .scale = paramSpec.scale,
            .points = {}};
}

ValidationCurveResult runValidationCurve(const ExperimentSpec& spec, const ReadResult& read, const std::string& param,
                                         const std::string& metric, std::size_t count, const Catalog& catalog,
                                         JobContext& context, const PointSink& sink) {
    const Prepared prepared(spec, read, metric, catalog);
    ValidationCurveResult result = emptyValidationCurve(spec, param, prepared.metric, catalog);
    const Dimension dimension = checkedDimension(defaultDimension(param, dimensionSpec(spec.pipeline, catalog, param)),
                                                 dimensionSpec(spec.pipeline, catalog, param));
    std::vector<PipelineSpec> candidates;
    for (const ParamValue& value : valuesOf(dimension, count)) {
        result.points.push_back(pointOf(value, candidates.size()));
        candidates.push_back(withParams(spec.pipeline, {{param, value}}, catalog));
    }
    JobContext evaluation = evaluationContext(spec, context);
    result.points = candidateCurve(prepared.data, candidates, std::move(result.points), prepared.metric, prepared.folds,
                                   catalog, evaluation, sink);
    const auto failed =
        std::find_if(result.points.begin(), result.points.end(), [](const ScoredPoint& p) { return !p.error.empty(); });
    if (std::all_of(result.points.begin(), result.points.end(), [](const ScoredPoint& p) { return p.folds.empty(); }) &&
        failed != result.points.end())
        throw Error("The model cannot be fitted: " + failed->error);
    return result;
}

std::vector<ColumnImportance> runPermutationImportance(const ExperimentSpec& spec, const ReadResult& read,
                                                       const std::string& metric, const Catalog& catalog, JobContext& context) {
    constexpr int shuffles = 5;
    const Prepared prepared(spec, read, metric, catalog);
    JobContext evaluation = evaluationContext(spec, context);
    return permutationImportance(prepared.data, spec.pipeline, catalog.metrics.require(prepared.metric), prepared.folds, shuffles,
                                 catalog, evaluation);
}

PathStudy runPathStudy(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric, std::size_t count,
                       const Catalog& catalog, JobContext& context) {
    const Prepared prepared(spec, read, metric, catalog);
    JobContext evaluation = evaluationContext(spec, context);
    const std::vector<double> values = pathValues(catalog.models.require(spec.pipeline.model.id), count);
    if (values.empty())
        throw Error("This model has no regularisation whose strength could be walked through.", {.parameter = std::string(pathParameter)},
                    "Choose a penalty, or another model.");
    return studyPath(prepared.data, spec.pipeline, values, prepared.folds, prepared.metric, catalog, evaluation);
}

RobustnessReport runRobustness(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric,
                               const Catalog& catalog, JobContext& context) {
    const Prepared prepared(spec, read, metric, catalog);
    JobContext evaluation = evaluationContext(spec, context);
    return robustness(prepared.data, spec.pipeline, prepared.metric, prepared.folds, catalog, evaluation);
}

}  // namespace holdout
