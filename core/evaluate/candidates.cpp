// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <mutex>
#include <numeric>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "evaluate/fold_context.h"
#include "evaluate/leave_one_out.h"

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

/// A fold with its recipe fitted: what all candidates of one recipe share.
struct PreparedFold {
    Features trainFeatures, testFeatures;
    Target trainTarget, testTarget;
    Eigen::VectorXd trainWeights, testWeights;
    std::size_t trainRows = 0;
    RowIds testRows;
    std::vector<LedgerEntry> ledger;
    Warnings warnings;
    std::optional<Error> error;
    double seconds = 0;
};

/// More prepared folds than this at once would only cost memory: no machine has so many cores that it needs them.
constexpr std::size_t preparedAtOnce = 32;

Eigen::VectorXd gathered(const Eigen::VectorXd& values, const std::vector<std::uint32_t>& positions) {
    if (values.size() == 0) return {};
    Eigen::VectorXd result(static_cast<Eigen::Index>(positions.size()));
    for (std::size_t i = 0; i < positions.size(); ++i) result[static_cast<Eigen::Index>(i)] = values[positions[i]];
    return result;
}

RowIds rowIds(const Dataset& data, const std::vector<std::uint32_t>& positions) {
    RowIds rows(positions.size());
    std::transform(positions.begin(), positions.end(), rows.begin(), [&](std::uint32_t p) { return data.rows[p]; });
    return rows;
}

std::vector<LedgerEntry> checkedLedger(const FittedRecipe& recipe, const RowIds& testRows) {
    std::vector<LedgerEntry> ledger;
    for (const StepRecord& record : recipe.records()) {
        RowIds leaked;
        std::set_intersection(record.rowsSeen.begin(), record.rowsSeen.end(), testRows.begin(), testRows.end(),
                              std::back_inserter(leaked));
        if (!leaked.empty())
            throw Error("The step " + record.step + " saw " + std::to_string(leaked.size()) + " held-out rows.",
                        {.row = leaked.front() + 1}, "This is a fault of the program: no score of this run can be trusted.");
        ledger.push_back({record.step, static_cast<std::int64_t>(record.rowsSeen.size()), 0, record.learnt});
    }
    return ledger;
}

AugmentRows augmentRowsFor(const ModelInfo* model) {
    return model && model->can.freshRows ? AugmentRows::EachEpoch : AugmentRows::Once;
}

RawCells rawCellsOf(const ModelInfo* model) {
    return model ? model->can.raw : RawCells{};
}

/// Mixed rows carry weights, which not every model takes.
void refuseNewWeights(const ModelInfo& model, const Eigen::VectorXd& weights, const Eigen::VectorXd& given) {
    if (weights.size() == 0 || given.size() > 0 || model.can.weights) return;
    throw Error("The recipe gives rows weights, and " + std::string(model.label) + " cannot take them.", {},
                "Choose another way of adding rows than mixup of classes, or another model.");
}

PreparedFold prepare(const Dataset& data, const Recipe& recipe, const ModelInfo* model, const Fold& fold,
                     JobContext& context) {
    const auto start = Clock::now();
    context.throwIfStopped();  // here and below: of a million rows each of these pieces takes tens of milliseconds
    PreparedFold prepared;
    prepared.testRows = rowIds(data, fold.test);
    prepared.testTarget = data.target.gather(fold.test);
    prepared.testWeights = gathered(data.weights, fold.test);
    try {
        TrainingFrame training{data.features.gather(fold.train), data.target.gather(fold.train),
                               gathered(data.weights, fold.train), rowIds(data, fold.train)};
        context.throwIfStopped();
        RecipeFit fit = recipe.fit(std::move(training), context, augmentRowsFor(model), rawCellsOf(model));
        context.throwIfStopped();
        StepNotes notes = std::move(fit.notes);
        prepared.testFeatures = fit.recipe->apply(data.features.gather(fold.test), notes);
        context.throwIfStopped();
        prepared.ledger = checkedLedger(*fit.recipe, prepared.testRows);
        prepared.trainFeatures = std::move(fit.features);
        if (model) {
            refuseNewWeights(*model, fit.training.weights, data.weights);
            prepared.trainFeatures = model->accepted(std::move(prepared.trainFeatures));
            prepared.testFeatures = model->accepted(std::move(prepared.testFeatures));
        }
        prepared.trainTarget = std::move(fit.training.target);
        prepared.trainRows = prepared.trainTarget.size();
        prepared.trainWeights = std::move(fit.training.weights);
        prepared.warnings = std::move(notes.warnings);
    } catch (const Error& error) {
        prepared.error = error;
    }
    prepared.seconds = secondsSince(start);
    return prepared;
}

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

/// The features of all rows, when no step makes them differ from fold to fold: what folds that share work are fitted on.
struct CommonRows {
    Features features;
    Warnings warnings;
};

Features gathered(const Features& features, const std::vector<std::uint32_t>& positions) {
    Features rows{{}, features.names, {}, features.image, {}, features.levels};
    if (features.sparse)
        rows.sparse = features.sparse->gather(positions);
    else
        rows.values = features.values(positions, Eigen::all);
    return rows;
}

RowCounts countsOf(const Fold& fold, std::size_t rows) {
    RowCounts counts(rows, 0);
    for (const std::uint32_t position : fold.train) ++counts[position];
    return counts;
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
              const FoldSink& sink)
        : m_data(data), m_candidates(candidates), m_folds(folds), m_catalog(catalog), m_keep(keep), m_context(context),
          m_sink(sink), m_results(candidates.size()) {
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
            if (recipes[g]) return prepare(m_data, *recipes[g], groups[g].model, m_folds[f], context);
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
        std::vector<std::size_t> folds(m_folds.size());
        std::iota(folds.begin(), folds.end(), std::size_t{0});
        return std::vector(group.paths.size(), folds);
    }

    /// Fits and scores each path in all folds at once where the model can and no step makes rows differ from fold to
    /// fold. Gives the folds that are left to be fitted alone: all of them, or those that an Error kept from being
    /// fitted, so that it is told of the right fold.
    std::vector<std::vector<std::size_t>> leftAfterSharing(const RecipeGroup& group, const Recipe& recipe) {
        std::vector<std::vector<std::size_t>> left = allFolds(group);
        const bool plain = std::none_of(group.prepare.begin(), group.prepare.end(), [](const auto& s) { return s.enabled; });
        // One fold too, so that a fold has the same bits whether others were evaluated before or with it.
        if (!plain || !group.model || !group.model->can.folds) return left;
        CommonRows common;
        try {
            JobContext context = m_context.reporting(m_silent).derive("recipe");
            RecipeFit fit = recipe.fit({m_data.features, m_data.target, m_data.weights, m_data.rows}, context,
                                       AugmentRows::Once, rawCellsOf(group.model));
            common = {group.model->accepted(std::move(fit.features)), std::move(fit.notes.warnings)};
        } catch (const Error&) {
            return left;
        }
        for (std::size_t p = 0; p < group.paths.size(); ++p) left[p] = fitTogether(group.paths[p], common);
        return left;
    }

    /// The folds of `path` that are left.
    std::vector<std::size_t> fitTogether(const std::vector<std::size_t>& path, const CommonRows& common) {
        const auto start = Clock::now();
        std::vector<char> finished(m_folds.size(), false);
        try {
            std::vector<RowCounts> counts;
            for (const Fold& fold : m_folds) counts.push_back(countsOf(fold, m_data.size()));
            JobContext context = m_context.reporting(m_silent).derive("folds");
            context.finish = {};
            const auto estimator = estimatorOf(path);
            const auto share = 1.0 / static_cast<double>(path.size() * m_folds.size());
            estimator->folds()->fitFolds({common.features, m_data.target, m_data.weights}, counts, valuesOf(path), context,
                                         [&](std::size_t f, const std::vector<std::shared_ptr<const Model>>& models) {
                                             const PreparedFold rows = heldOut(common, f);
                                             const double seconds = secondsSince(start) * share;
                                             for (std::size_t i = 0; i < path.size(); ++i)
                                                 finish(path[i], f, result(*models[i], rows, f, seconds));
                                             finished[f] = true;
                                         });
        } catch (const Error&) {  // said again by the fold that it belongs to
        }
        std::vector<std::size_t> left;
        for (std::size_t f = 0; f < finished.size(); ++f)
            if (!finished[f]) left.push_back(f);
        return left;
    }

    PreparedFold heldOut(const CommonRows& common, std::size_t f) const {
        const Fold& fold = m_folds[f];
        PreparedFold rows;
        rows.testFeatures = gathered(common.features, fold.test);
        rows.testTarget = m_data.target.gather(fold.test);
        rows.testWeights = gathered(m_data.weights, fold.test);
        rows.testRows = rowIds(m_data, fold.test);
        rows.trainRows = fold.train.size();
        rows.warnings = common.warnings;
        return rows;
    }

    /// One group of candidates on one fold.
    void fitUnit(const std::vector<std::size_t>& path, const PreparedFold& prepared, std::size_t fold) {
        const auto start = Clock::now();
        std::vector<std::shared_ptr<const Model>> models;
        try {
            if (prepared.error) throw Error(*prepared.error);
            JobContext context = foldContext(fold).derive("model");
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
    return Evaluator(data, candidates, folds, metrics, catalog, keep, context, sink).run();
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
