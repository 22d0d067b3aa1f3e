// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <mutex>
#include <numeric>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "evaluate/continued_fits.h"
#include "evaluate/fold_context.h"
#include "evaluate/fold_sharing.h"
#include "evaluate/leave_one_out.h"
#include "model/deviations.h"

namespace holdout {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Candidates with the same recipe, cut into groups that one pass fits.
struct RecipeGroup {
    std::vector<StepSpec> prepare;
    const ModelInfo* model = nullptr;   ///< in whose form the features are made ready; null when there is no such model
    std::vector<std::vector<std::size_t>> paths;
};

/// More prepared folds than this at once would only cost memory: no machine has so many cores that it needs them.
constexpr std::size_t preparedAtOnce = 32;

/// The model that `spec` starts from; null when it starts from nothing.
std::shared_ptr<const Model> startOf(const ModelSpec& spec, const ModelInfo& info, const Catalog& catalog) {
    if (!info.can.startFrom) return nullptr;
    const ParamValue value = valueOrFallback(info.params, spec.params, startParameter);
    const auto& reference = std::get<std::string>(value);
    if (reference.empty()) return nullptr;
    if (!catalog.starts)
        throw Error("No model can be started from here.", {.parameter = std::string(startParameter)}, "Leave it empty.");
    return catalog.starts->model(reference);
}

/// Equal for candidates that differ in the parameter of the path at most.
std::string keyWithoutPath(PipelineSpec spec) {
    spec.model.params.unset(pathParameter);
    nlohmann::json key = nlohmann::json::array({spec.model.id, nlohmann::json::object()});
    paramsToJson(spec.model.params, key[1]);
    for (const StepSpec& step : spec.prepare) {
        nlohmann::json part = {{"step", step.id}, {"enabled", step.enabled}, {"params", nlohmann::json::object()}};
        paramsToJson(step.params, part["params"]);
        key.push_back(std::move(part));
    }
    return key.dump();
}

/// Fits and scores groups of candidates on prepared folds, and hands results on.
class Evaluator {
public:
    Evaluator(const Dataset& data, const std::vector<PipelineSpec>& candidates, const std::vector<Fold>& folds,
              const std::vector<std::string>& metrics, const Catalog& catalog, Keep keep, JobContext& context,
              const FoldSink& sink, ContinuedFits* continued)
        : m_data(data), m_candidates(candidates), m_folds(folds), m_catalog(catalog), m_keep(keep), m_context(context),
          m_sink(sink), m_continued(continued), m_results(candidates.size()) {
        for (const std::string& id : metrics) m_metrics.push_back(&catalog.metrics.require(id));
        for (CandidateResult& result : m_results) result.folds.resize(folds.size());
    }

    std::vector<CandidateResult> run() {
        // Recipes are prepared in waves, so that memory stays bounded when a search varies the recipe itself.
        const std::vector<RecipeGroup> groups = recipeGroups();
        const std::size_t wave = std::max<std::size_t>(1, preparedAtOnce / std::max<std::size_t>(1, m_folds.size()));
        for (std::size_t first = 0; first < groups.size(); first += wave)
            runWave({groups.begin() + static_cast<std::ptrdiff_t>(first),
                     groups.begin() + static_cast<std::ptrdiff_t>(std::min(groups.size(), first + wave))});
        return std::move(m_results);
    }

private:
    std::vector<RecipeGroup> recipeGroups() const {
        std::vector<RecipeGroup> groups;
        for (std::vector<std::size_t>& path : pathGroups(m_candidates, m_catalog.models)) {
            const std::vector<StepSpec>& recipe = m_candidates[path.front()].prepare;
            const ModelInfo* model = m_catalog.models.find(m_candidates[path.front()].model.id);
            auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const auto& g) { return g.prepare == recipe && g.model == model; });
            if (group == groups.end()) group = groups.insert(groups.end(), {recipe, model, {}});
            group->paths.push_back(std::move(path));
        }
        return groups;
    }

    JobContext foldContext(std::size_t fold) {
        JobContext context = holdout::foldContext(m_context, m_folds[fold], m_silent);
        context.finish = {};
        context.pace = nullptr;
        context.checkpoints = nullptr;
        return context;
    }

    void runWave(const std::vector<RecipeGroup>& groups) {
        std::vector<std::optional<Recipe>> recipes(groups.size());
        std::vector<std::optional<Error>> errors(groups.size());
        for (std::size_t g = 0; g < groups.size(); ++g) {
            try {
                recipes[g].emplace(groups[g].prepare, m_catalog.steps);
            } catch (const Error& error) {
                errors[g] = error;
            }
        }
        std::vector<std::vector<std::vector<std::size_t>>> left(groups.size());  // folds to fit alone, by path
        for (std::size_t g = 0; g < groups.size(); ++g)
            left[g] = recipes[g] ? leftAfterSharing(groups[g], *recipes[g]) : allFolds(groups[g]);
        const auto preparedFold = [&](std::size_t g, std::size_t f) {
            m_context.throwIfStopped();
            JobContext context = foldContext(f).derive("recipe");
            if (recipes[g]) return prepareFold(m_data, *recipes[g], groups[g].model, m_folds[f], context);
            PreparedFold failed;
            failed.error = errors[g];
            return failed;
        };
        // What several paths share is prepared before them; what only one needs lives no longer than its fit.
        const auto isShared = [&](std::size_t g, std::size_t f) {
            std::size_t paths = 0;
            for (const auto& folds : left[g]) paths += std::find(folds.begin(), folds.end(), f) != folds.end();
            return paths > 1;
        };
        std::vector<PreparedFold> shared(groups.size() * m_folds.size());
        parallelFor(shared.size(), [&](std::size_t unit) {
            const std::size_t g = unit / m_folds.size(), f = unit % m_folds.size();
            if (isShared(g, f)) shared[unit] = preparedFold(g, f);
        });

        struct Unit {
            std::size_t group;
            const std::vector<std::size_t>* path;
            std::size_t fold;
        };
        std::vector<Unit> units;
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (std::size_t p = 0; p < groups[g].paths.size(); ++p)
                for (const std::size_t f : left[g][p]) units.push_back({g, &groups[g].paths[p], f});
        parallelFor(units.size(), [&](std::size_t i) {
            m_context.throwIfStopped();
            const auto& [g, path, f] = units[i];
            if (isShared(g, f))
                fitUnit(*path, shared[g * m_folds.size() + f], f);
            else
                fitUnit(*path, preparedFold(g, f), f);
        });
    }

    std::vector<std::vector<std::size_t>> allFolds(const RecipeGroup& group) const {
        return std::vector(group.paths.size(), everyFold());
    }

    std::vector<std::size_t> everyFold() const {
        std::vector<std::size_t> folds(m_folds.size());
        std::iota(folds.begin(), folds.end(), std::size_t{0});
        return folds;
    }

    /// Fits and scores each path in all folds at once where the model can and no step makes rows differ from fold to
    /// fold. Gives the folds that are left to be fitted alone.
    std::vector<std::vector<std::size_t>> leftAfterSharing(const RecipeGroup& group, const Recipe& recipe) {
        std::vector<std::vector<std::size_t>> left = allFolds(group);
        JobContext context = m_context.reporting(m_silent);
        const auto common = commonRows(m_data, group.prepare, recipe, group.model, context);
        if (!common) return left;
        for (std::size_t p = 0; p < group.paths.size(); ++p) left[p] = fitTogether(group.paths[p], *common);
        return left;
    }

    /// The folds of `path` that are left.
    std::vector<std::size_t> fitTogether(const std::vector<std::size_t>& path, const CommonRows& common) {
        const auto start = Clock::now();
        const double share = 1.0 / static_cast<double>(path.size() * m_folds.size());
        JobContext context = m_context.reporting(m_silent).derive("folds");
        context.finish = {};
        const auto fitted = [&](std::size_t f, const std::vector<std::shared_ptr<const Model>>& models) {
            const PreparedFold rows = heldOutRows(m_data, common, m_folds[f]);
            const double seconds = secondsSince(start) * share;
            for (std::size_t i = 0; i < path.size(); ++i) finish(path[i], f, result(*models[i], rows, f, seconds));
        };
        try {
            return fitFoldsTogether(*estimatorOf(path), valuesOf(path), m_data, common, m_folds, context, fitted);
        } catch (const Error&) {  // of the parameters: said again by each fold
            return everyFold();
        }
    }

    /// One group of candidates on one fold.
    void fitUnit(const std::vector<std::size_t>& path, const PreparedFold& prepared, std::size_t fold) {
        const auto start = Clock::now();
        std::vector<std::shared_ptr<const Model>> models;
        try {
            if (prepared.error) throw Error(*prepared.error);
            JobContext context = foldContext(fold).derive("model");
            if (m_continued && path.size() == 1) context.checkpoints = m_continued->of(path.front(), fold);
            models = fitModels(path, prepared, context);
        } catch (const Error& error) {
            const std::lock_guard lock(m_mutex);
            // The fold that is named must not depend on which thread was first.
            for (const std::size_t c : path)
                if (!m_results[c].error || fold < m_failedFold[c]) {
                    m_results[c].error = error;
                    m_failedFold[c] = fold;
                }
            m_done += path.size();
            return;
        }
        const double share = 1.0 / static_cast<double>(path.size());
        const double fitSeconds = (secondsSince(start) + prepared.seconds) * share;
        for (std::size_t i = 0; i < path.size(); ++i) finish(path[i], fold, result(*models[i], prepared, fold, fitSeconds));
    }

    std::unique_ptr<const Estimator> estimatorOf(const std::vector<std::size_t>& path) const {
        const ModelSpec& spec = m_candidates[path.front()].model;
        const ModelInfo& info = m_catalog.models.require(spec.id);
        return info.make(Params(info.params, spec.params, spec.id), m_data.target.task);
    }

    /// The values of the path's parameter; empty for a candidate alone.
    std::vector<double> valuesOf(const std::vector<std::size_t>& path) const {
        std::vector<double> values;
        if (path.size() == 1) return values;
        const ModelInfo& info = m_catalog.models.require(m_candidates[path.front()].model.id);
        for (const std::size_t c : path) {
            const ParamSet& set = m_candidates[c].model.params;
            checkParams(info.params, set, info.id);
            values.push_back(std::get<double>(valueOrFallback(info.params, set, pathParameter)));
        }
        return values;
    }

    std::vector<std::shared_ptr<const Model>> fitModels(const std::vector<std::size_t>& path, const PreparedFold& prepared,
                                                        JobContext& context) const {
        const auto estimator = estimatorOf(path);
        const ModelSpec& spec = m_candidates[path.front()].model;
        const std::shared_ptr<const Model> start = startOf(spec, m_catalog.models.require(spec.id), m_catalog);
        const TrainingSet training{prepared.trainFeatures, prepared.trainTarget, prepared.trainWeights, start.get()};
        if (path.size() == 1) return {estimator->fit(training, context)};
        return estimator->path()->fitPath(training, valuesOf(path), context);
    }

    FoldResult result(const Model& model, const PreparedFold& prepared, std::size_t fold, double fitSeconds) const {
        const auto start = Clock::now();
        FoldResult result;
        result.repeat = m_folds[fold].repeat;
        result.index = m_folds[fold].index;
        result.trainRows = static_cast<std::int64_t>(prepared.trainRows);
        result.predictions = model.predict(prepared.testFeatures);
        for (const MetricInfo* metric : m_metrics) {
            m_context.throwIfStopped();  // a score of a hundred thousand rows sorts them
            result.scores[std::string(metric->id)] =
                metric->score(prepared.testTarget, result.predictions, prepared.testWeights);
        }
        if (m_keep == Keep::Everything) {
            result.testRows = prepared.testRows;
            result.ledger = prepared.ledger;
            result.trace = model.trace();
            result.modelSummary = model.summary();
            result.warnings = prepared.warnings;
            for (Warning& warning : model.warnings()) addOnce(result.warnings, std::move(warning));
            if (const auto* sure = dynamic_cast<const PredictsDeviations*>(&model))
                result.deviations = sure->standardDeviations(prepared.testFeatures);
        } else {
            result.predictions = {};
        }
        if (m_keep == Keep::ScoresAndSizes)
            result.modelBytes = static_cast<std::int64_t>(nlohmann::json::to_cbor(model.save()).size());
        result.seconds = fitSeconds + secondsSince(start);
        return result;
    }

    void finish(std::size_t candidate, std::size_t fold, FoldResult result) {
        const std::lock_guard lock(m_mutex);
        ++m_done;
        m_results[candidate].folds[fold] = std::move(result);
        if (m_sink) m_sink(candidate, m_results[candidate].folds[fold]);
        m_context.progress.report(static_cast<double>(m_done) / static_cast<double>(m_candidates.size() * m_folds.size()),
                                  progressText());
    }

    std::string progressText() const {
        return std::to_string(m_done) + " of " + std::to_string(m_candidates.size() * m_folds.size()) +
               (m_candidates.size() == 1 ? " folds" : " fits");
    }

    const Dataset& m_data;
    const std::vector<PipelineSpec>& m_candidates;
    const std::vector<Fold>& m_folds;
    std::vector<const MetricInfo*> m_metrics;
    const Catalog& m_catalog;
    const Keep m_keep;
    JobContext& m_context;
    const FoldSink& m_sink;
    ContinuedFits* const m_continued;
    SilentProgress m_silent;
    std::mutex m_mutex;  ///< guards what follows
    std::vector<CandidateResult> m_results;
    std::map<std::size_t, std::size_t> m_failedFold;
    std::size_t m_done = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> pathGroups(const std::vector<PipelineSpec>& candidates, const ModelRegistry& models) {
    std::vector<std::vector<std::size_t>> groups;
    std::map<std::string, std::size_t> groupOfKey;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        const ModelInfo* info = models.find(candidates[c].model.id);
        if (!info || !info->can.path) {
            groups.push_back({c});
            continue;
        }
        const auto [group, isNew] = groupOfKey.emplace(keyWithoutPath(candidates[c]), groups.size());
        if (isNew) groups.emplace_back();
        groups[group->second].push_back(c);
    }
    return groups;
}

std::vector<CandidateResult> evaluateCandidates(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                                const std::vector<Fold>& folds, const std::vector<std::string>& metrics,
                                                const Catalog& catalog, Keep keep, JobContext& context, const FoldSink& sink) {
    return Evaluator(data, candidates, folds, metrics, catalog, keep, context, sink, nullptr).run();
}

std::vector<CandidateResult> evaluateCandidates(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                                const std::vector<Fold>& folds, const std::vector<std::string>& metrics,
                                                const Catalog& catalog, Keep keep, JobContext& context, const FoldSink& sink,
                                                ContinuedFits& continued) {
    return Evaluator(data, candidates, folds, metrics, catalog, keep, context, sink, &continued).run();
}

std::vector<FoldResult> evaluateFolds(const Dataset& data, const PipelineSpec& spec, const std::vector<Fold>& folds,
                                      const std::vector<std::string>& metrics, const Catalog& catalog, JobContext& context,
                                      const std::function<void(const FoldResult&)>& sink) {
    const FoldSink forward = [&](std::size_t, const FoldResult& fold) {
        if (sink) sink(fold);
    };
    if (auto closed = closedFormLeaveOneOut(data, spec, folds, metrics, catalog, context)) {
        for (const FoldResult& fold : *closed)
            if (sink) sink(fold);
        context.progress.report(1, "leave-one-out in closed form");
        return std::move(*closed);
    }
    CandidateResult result =
        std::move(evaluateCandidates(data, {spec}, folds, metrics, catalog, Keep::Everything, context, forward).front());
    if (result.error) throw Error(*result.error);
    return std::move(result.folds);
}

std::shared_ptr<const FittedPipeline> fitPipeline(const Dataset& data, const PipelineSpec& spec, const Catalog& catalog,
                                                  JobContext& context) {
    JobContext recipeContext = context.derive("recipe");
    const ModelInfo& info = catalog.models.require(spec.model.id);
    RecipeFit fit = Recipe(spec.prepare, catalog.steps)
                        .fit({data.features, data.target, data.weights, data.rows}, recipeContext,
                             augmentRowsFor(&info), rawCellsOf(&info));
    refuseNewWeights(info, fit.training.weights, data.weights);
    const auto estimator = info.make(Params(info.params, spec.model.params, spec.model.id), data.target.task);
    JobContext modelContext = context.derive("model");
    const Features features = info.accepted(std::move(fit.features));
    const std::shared_ptr<const Model> start = startOf(spec.model, info, catalog);
    auto model = estimator->fit({features, fit.training.target, fit.training.weights, start.get()}, modelContext);
    return std::make_shared<FittedPipeline>(std::move(fit.recipe), info, std::move(model), data.target.task,
                                            data.target.name, data.target.labels);
}

}  // namespace holdout
