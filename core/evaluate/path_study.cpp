// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/path_study.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

double meanOf(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double standardErrorOf(const std::vector<double>& values) {
    const double mean = meanOf(values), count = static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / (count - 1) / count);
}

std::vector<std::shared_ptr<const Model>> modelsOfAllRows(const Dataset& data, const PipelineSpec& spec,
                                                          const std::vector<double>& values, const Catalog& catalog,
                                                          JobContext& context) {
    const ModelInfo& info = catalog.models.require(spec.model.id);
    JobContext recipeContext = context.derive("recipe");
    RecipeFit fit = Recipe(spec.prepare, catalog.steps)
                        .fit({data.features, data.target, data.weights, data.rows}, recipeContext, AugmentRows::Once,
                             info.can.raw);
    const auto estimator = info.make(Params(info.params, spec.model.params, spec.model.id), data.target.task);
    if (!estimator->path())
        throw Error(std::string(info.label) + " has no regularisation whose strength could be walked through.",
                    {.parameter = std::string(pathParameter)}, "Choose a penalty, or another model.");
    const Features features = info.accepted(std::move(fit.features));
    JobContext modelContext = context.derive("model");
    return estimator->path()->fitPath({features, fit.training.target, fit.training.weights}, values, modelContext);
}

}  // namespace

PathChoice choosePathValue(const PathStudy& study) {
    const auto isWorse = [&](double a, double b) { return isBetter(study.direction, b, a); };
    PathChoice choice;
    for (std::size_t k = 1; k < study.values.size(); ++k)
        if (isBetter(study.direction, meanOf(study.scores[k]), meanOf(study.scores[choice.best]))) choice.best = k;
    choice.standardError = standardErrorOf(study.scores[choice.best]);
    const double allowed = study.direction == Direction::LowerIsBetter ? choice.standardError : -choice.standardError;
    const double limit = meanOf(study.scores[choice.best]) + allowed;
    // Strengths fall: the first that is good enough is the strongest.
    while (choice.simplest < choice.best && isWorse(meanOf(study.scores[choice.simplest]), limit)) ++choice.simplest;
    return choice;
}

std::vector<double> pathValues(const ModelInfo& model, std::size_t count) {
    const ParamSpec* spec = findSpec(model.params, pathParameter);
    if (!spec || !spec->usual) return {};
    const auto [low, high] = *spec->usual;
    std::vector<double> values(count);
    for (std::size_t k = 0; k < count; ++k) {
        const double part = static_cast<double>(k) / static_cast<double>(std::max<std::size_t>(1, count - 1));
        values[k] = high * std::pow(low / high, part);
    }
    return values;
}

PathStudy studyPath(const Dataset& data, const PipelineSpec& spec, const std::vector<double>& values,
                    const std::vector<Fold>& folds, const std::string& metric, const Catalog& catalog,
                    JobContext& context) {
    PathStudy study{.parameter = std::string(pathParameter),
                    .metric = metric,
                    .direction = catalog.metrics.require(metric).direction,
                    .values = values};
    std::sort(study.values.begin(), study.values.end(), std::greater<>());
    for (const auto& model : modelsOfAllRows(data, spec, study.values, catalog, context)) {
        auto found = model->coefficients();
        if (!found)
            throw Error("This model has no coefficients to follow.", {.parameter = study.parameter},
                        "Choose a linear model.");
        study.models.push_back(std::move(*found));
    }
    std::vector<PipelineSpec> candidates(study.values.size(), spec);
    for (std::size_t k = 0; k < candidates.size(); ++k) candidates[k].model.params.set(pathParameter, study.values[k]);
    for (CandidateResult& result :
         evaluateCandidates(data, candidates, folds, {metric}, catalog, Keep::ScoresOnly, context, {})) {
        if (result.error) throw Error(*result.error);
        std::vector<double>& scores = study.scores.emplace_back();
        for (const FoldResult& fold : result.folds) scores.push_back(fold.scores.at(metric));
    }
    return study;
}

}  // namespace holdout
