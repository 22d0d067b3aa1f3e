// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "command.h"
#include "experiment/score_curves.h"
#include "insight/score_curve_charts.h"

namespace holdout::cli {
namespace {

using nlohmann::json;

struct CurveOptions {
    std::string specification, data, metric, param;
    double more = 0;
    std::size_t points = 10;
    int threads = 0;
};

ExperimentSpec readSpecification(const CurveOptions& options, const Surroundings& with) {
    ExperimentSpec spec = specFromJson(readJsonFile(options.specification), with.catalog, with.searches);
    const auto folder = std::filesystem::absolute(options.specification).parent_path();
    if (!options.data.empty())
        spec.data.source = std::filesystem::absolute(options.data).string();
    else if (!spec.data.source.empty())
        spec.data.source = (folder / spec.data.source).lexically_normal().string();
    return spec;
}

json pointToJson(const ScoredPoint& point, const char* x) {
    json object = {{x, point.label.empty() ? json(point.x) : json(point.label)}};
    if (!point.error.empty()) {
        object["error"] = point.error;
        return object;
    }
    for (const FitScore& fold : point.folds) {
        object["training"]["folds"].push_back(fold.training);
        object["validation"]["folds"].push_back(fold.validation);
    }
    object["training"]["mean"] = point.meanTraining();
    object["validation"]["mean"] = point.meanValidation();
    return object;
}

void printPoints(const std::vector<ScoredPoint>& points, const std::string& x, const std::string& sentence) {
    std::vector<std::vector<std::string>> rows = {{x, "training", "validation", "sd over folds"}};
    for (const ScoredPoint& point : points) {
        const std::string name = point.label.empty() ? formatNumber(point.x, 6) : point.label;
        if (point.folds.empty())
            rows.push_back({name, "–", "–", point.error});
        else
            rows.push_back({name, formatNumber(point.meanTraining()), formatNumber(point.meanValidation()),
                            formatNumber(point.sdValidation(), 2)});
    }
    std::fputs(aligned(rows).c_str(), stdout);
    if (!sentence.empty()) std::printf("\n%s\n", sentence.c_str());
}

void learningCurveCommand(const CurveOptions& options, const Surroundings& with) {
    const ExperimentSpec spec = readSpecification(options, with);
    LearningCurveResult result;
    onArena(options.threads, with, [&](JobContext& context) {
        const ReadResult read = readData(spec.data, with.catalog.edits, {}, context);
        result = runLearningCurve(spec, read, options.metric, options.more, with.catalog, context, {});
    });
    const std::string sentence =
        extrapolationSentence(result.extrapolation, with.catalog.metrics.require(result.metric));
    if (!with.wantsJson) return printPoints(result.points, "training rows", sentence);
    json object = {{"metric", result.metric}, {"points", json::array()}, {"reading", sentence}};
    for (const ScoredPoint& point : result.points) object["points"].push_back(pointToJson(point, "rows"));
    if (const auto& e = result.extrapolation)
        object["extrapolation"] = {{"a", e->law.a},   {"b", e->law.b},   {"c", e->law.c}, {"rows", e->rows},
                                   {"more", e->more}, {"gain", e->gain}, {"low", e->low}, {"high", e->high}};
    printJson(object);
}

void validationCurveCommand(const CurveOptions& options, const Surroundings& with) {
    const ExperimentSpec spec = readSpecification(options, with);
    ValidationCurveResult result;
    onArena(options.threads, with, [&](JobContext& context) {
        const ReadResult read = readData(spec.data, with.catalog.edits, {}, context);
        result =
            runValidationCurve(spec, read, options.param, options.metric, options.points, with.catalog, context, {});
    });
    const MetricInfo& metric = with.catalog.metrics.require(result.metric);
    const LineChart chart = validationChart(result.points, result.label, AxisScale::Linear, metric);
    if (!with.wantsJson) return printPoints(result.points, result.param, chart.sentence);
    json object = {
        {"metric", result.metric}, {"param", result.param}, {"points", json::array()}, {"reading", chart.sentence}};
    for (const ScoredPoint& point : result.points) object["points"].push_back(pointToJson(point, "value"));
    printJson(object);
}

CLI::App* addCommand(CLI::App& app, Surroundings& with, const std::string& name, const std::string& words,
                     const std::shared_ptr<CurveOptions>& options) {
    CLI::App* command = app.add_subcommand(name, words);
    command->add_option("specification", options->specification, "The specification (JSON)")->required();
    command->add_option("--data", options->data, "Read this file instead of the specification's source");
    command->add_option("--metric", options->metric, "The score; the specification's first without");
    addThreads(*command, options->threads);
    addCommonOptions(*command, with);
    return command;
}

}  // namespace

void addLearningCurve(CLI::App& app, Surroundings& with) {
    const auto options = std::make_shared<CurveOptions>();
    CLI::App* command =
        addCommand(app, with, "learning-curve", "Score by training rows, and what more rows would bring", options);
    command->add_option("--more", options->more, "For how many more rows to extrapolate; a quarter of the rows without")
        ->check(CLI::PositiveNumber);
    command->footer("Example: holdout-cli learning-curve titanic.json --metric accuracy --more 200");
    command->callback([options, &with] { learningCurveCommand(*options, with); });
}

void addValidationCurve(CLI::App& app, Surroundings& with) {
    const auto options = std::make_shared<CurveOptions>();
    CLI::App* command =
        addCommand(app, with, "validation-curve", "Score by one parameter, with bias and variance in words", options);
    command->add_option("--param", options->param, "A parameter of the model (lambda) or of a step (prepare.0.with)")
        ->required();
    command->add_option("--points", options->points, "How many values")->check(CLI::Range(2, 1000));
    command->footer("Example: holdout-cli validation-curve titanic.json --param lambda");
    command->callback([options, &with] { validationCurveCommand(*options, with); });
}

}  // namespace holdout::cli
