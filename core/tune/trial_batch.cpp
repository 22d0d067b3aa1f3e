// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/trial_batch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluate/statistics.h"
#include "model/schedule_length.h"

namespace holdout {
namespace {

constexpr double pruneLevel = 0.01;
constexpr std::size_t foldsBeforePruning = 3;
constexpr double fewestRows = 20;

/// The folds with a share of their training rows: the same rows for every trial, and more with a larger share.
std::vector<Fold> withRows(std::vector<Fold> folds, double share, Seed seed) {
    for (Fold& fold : folds) {
        RandomStream random(seed.derive("repeat", static_cast<std::uint64_t>(fold.repeat))
                                .derive("rows", static_cast<std::uint64_t>(fold.index)));
        random.shuffle(fold.train);
        const double wanted = std::max(fewestRows, std::ceil(share * static_cast<double>(fold.train.size())));
        fold.train.resize(std::min(fold.train.size(), static_cast<std::size_t>(wanted)));
        std::sort(fold.train.begin(), fold.train.end());
    }
    return folds;
}

/// The ends of the stages in which folds run: all at once, or with looks between them.
std::vector<std::size_t> stageEnds(std::size_t folds, bool prunes) {
    std::vector<std::size_t> ends;
    if (prunes)
        for (std::size_t end = foldsBeforePruning; end < folds; end += 2) ends.push_back(end);
    ends.push_back(folds);
    return ends;
}

class Batch {
public:
    Batch(const BatchSetting& setting, std::vector<Trial> trials, const std::vector<Trial>& known, const Trial* best,
          JobContext& context, const std::function<void(Trial&)>& told)
        : m_setting(setting),
          m_best(best),
          m_context(context),
          m_told(told),
          m_trials(std::move(trials)),
          m_isDone(m_trials.size()),
          m_results(m_trials.size()) {
        const std::size_t first = m_trials.front().number;
        for (const Trial& trial : known) {
            const std::size_t i = trial.number - first;
            if (trial.number < first || i >= m_trials.size()) continue;
            if (trial.params != m_trials[i].params || trial.budget != m_trials[i].budget) continue;
            const bool isProposed = m_trials[i].isProposed;
            m_trials[i] = trial;
            m_trials[i].isProposed = isProposed;
            m_isDone[i] = true;
        }
    }

    std::vector<Trial> run() {
        prepare();
        const double budget = m_trials.front().budget;
        const bool isPart = m_setting.resource.kind == Resource::Kind::Rows && budget < 1;
        const std::vector<Fold> folds = isPart ? withRows(m_setting.folds, budget, m_context.seed) : m_setting.folds;
        const bool prunes =
            m_setting.prunes && m_best && m_best->folds.size() == folds.size() && m_best->budget == budget;
        const std::vector<std::size_t> ends = stageEnds(folds.size(), prunes);
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            const std::vector<std::size_t> asked = openTrials();
            if (asked.empty()) break;
            runStage(
                asked,
                {folds.begin() + static_cast<std::ptrdiff_t>(begin), folds.begin() + static_cast<std::ptrdiff_t>(end)},
                folds.size());
            begin = end;
            if (end < folds.size()) pruneGroups(folds, ends.size() - 1);
        }
        return std::move(m_trials);
    }

private:
    /// Whole path groups are computed, because the bits of a trial depend on its group.
    void prepare() {
        for (const Trial& trial : m_trials) {
            m_specs.push_back(specOf(trial));
            const std::vector<WarmFit>* before = isWarm() ? m_setting.warm->find(trial.params) : nullptr;
            m_before.push_back(before ? *before : std::vector<WarmFit>{});
        }
        m_groups = pathGroups(m_specs, m_setting.catalog.models);
        std::erase_if(m_groups, [&](const auto& group) {
            return std::all_of(group.begin(), group.end(), [&](std::size_t i) { return m_isDone[i]; });
        });
    }

    PipelineSpec specOf(const Trial& trial) const {
        PipelineSpec spec = withParams(m_setting.base, trial.params, m_setting.catalog);
        if (m_setting.resource.kind == Resource::Kind::Rows || trial.budget >= 1) return spec;
        const ModelInfo& model = m_setting.catalog.models.require(spec.model.id);
        const std::int64_t part = std::llround(trial.budget * static_cast<double>(epochsOf(spec)));
        keepScheduleLength(model, spec.model);
        spec.model.params.set(m_setting.resource.param, std::max<std::int64_t>(1, part));
        return spec;
    }

    std::int64_t epochsOf(const PipelineSpec& spec) const {
        const ModelInfo& model = m_setting.catalog.models.require(spec.model.id);
        return std::get<std::int64_t>(valueOrFallback(model.params, spec.model.params, m_setting.resource.param));
    }

    bool isWarm() const {
        return m_setting.warm && m_setting.resource.kind == Resource::Kind::Epochs &&
               m_setting.resource.param == epochParameter;
    }

    /// Where the fits of `asked` go on, in `folds` folds from the one at position `firstFold`.
    WarmBatch warmBatch(const std::vector<std::size_t>& asked, std::size_t firstFold, std::size_t folds) const {
        std::vector<const std::vector<WarmFit>*> before;
        std::vector<std::int64_t> epochs;
        for (const std::size_t i : asked) {
            before.push_back(&m_before[i]);
            epochs.push_back(epochsOf(m_specs[i]));
        }
        return {std::move(before), std::move(epochs), firstFold, folds, m_trials[asked.front()].budget < 1};
    }

    /// Leaves the states of a trial for one that goes on with more epochs.
    void keepWarm(const Trial& trial, WarmBatch& fits, std::size_t candidate) {
        std::vector<WarmFit> states;
        for (std::size_t f = 0; f < trial.folds.size(); ++f) {
            states.push_back(fits.take(candidate, f));
            states.back().seconds += m_results[trial.number - m_trials.front().number][f].seconds;
        }
        m_setting.warm->keep(trial.params,
                             m_setting.direction == Direction::HigherIsBetter ? -trial.score : trial.score, std::move(states));
    }

    std::vector<std::size_t> openTrials() const {
        std::vector<std::size_t> open;
        for (const auto& group : m_groups) open.insert(open.end(), group.begin(), group.end());
        std::sort(open.begin(), open.end());
        return open;
    }

    void runStage(const std::vector<std::size_t>& asked, const std::vector<Fold>& folds, std::size_t allFolds) {
        std::vector<PipelineSpec> specs;
        for (const std::size_t i : asked) specs.push_back(m_specs[i]);
        for (const std::size_t i : asked) m_results[i].resize(allFolds);
        const std::size_t before = m_foldsDone;
        std::vector<std::size_t> counts(asked.size());
        std::optional<WarmBatch> warm;
        if (isWarm()) warm.emplace(warmBatch(asked, before, folds.size()));
        const FoldSink foldFinished = [&](std::size_t candidate, const FoldResult& fold) {
            const std::size_t i = asked[candidate];
            const auto position = std::find_if(folds.begin(), folds.end(), [&](const Fold& f) {
                return f.repeat == fold.repeat && f.index == fold.index;
            });
            m_results[i][before + static_cast<std::size_t>(position - folds.begin())] = fold;
            if (++counts[candidate] < folds.size() || before + folds.size() < allFolds || m_isDone[i]) return;
            Trial trial = completed(m_trials[i], m_results[i], allFolds);
            if (warm && trial.budget < 1) keepWarm(trial, *warm, candidate);
            end(i, std::move(trial));
        };
        const Keep keep = m_setting.measuresSizes ? Keep::ScoresAndSizes : Keep::ScoresOnly;
        const std::vector<CandidateResult> results =
            warm ? evaluateCandidates(m_setting.data, specs, folds, m_setting.metrics, m_setting.catalog, keep, m_context,
                                      foldFinished, *warm)
                 : evaluateCandidates(m_setting.data, specs, folds, m_setting.metrics, m_setting.catalog, keep, m_context,
                                      foldFinished);
        m_foldsDone += folds.size();
        for (std::size_t k = 0; k < asked.size(); ++k)
            if (results[k].error && !m_isDone[asked[k]])
                end(asked[k], failed(m_trials[asked[k]], results[k].error->what()));
        std::erase_if(m_groups, [&](const auto& group) {
            return std::all_of(group.begin(), group.end(), [&](std::size_t i) { return m_isDone[i]; });
        });
    }

    /// A path's trials cost as much as one: they end together, when none of them can win.
    void pruneGroups(const std::vector<Fold>& folds, std::size_t looks) {
        const std::vector<double> best(m_best->folds.begin(),
                                       m_best->folds.begin() + static_cast<std::ptrdiff_t>(m_foldsDone));
        const double testToTrain =
            static_cast<double>(folds.front().test.size()) / static_cast<double>(folds.front().train.size());
        std::erase_if(m_groups, [&](const std::vector<std::size_t>& group) {
            std::vector<Trial> ended;
            for (const std::size_t i : group) {
                if (m_isDone[i] && m_trials[i].state == TrialState::Failed) continue;
                ended.push_back(completed(m_trials[i], m_results[i], m_foldsDone));
                if (ended.back().state == TrialState::Failed ||
                    cannotWin(ended.back().folds, best, m_setting.direction, testToTrain, looks))
                    continue;
                return false;
            }
            for (Trial& trial : ended) {
                const std::size_t i = trial.number - m_trials.front().number;
                if (m_isDone[i]) continue;
                if (trial.state == TrialState::Complete) trial.state = TrialState::Pruned;
                end(i, std::move(trial));
            }
            return true;
        });
    }

    void end(std::size_t i, Trial trial) {
        m_trials[i] = std::move(trial);
        m_isDone[i] = true;
        m_told(m_trials[i]);
    }

    Trial completed(Trial trial, const std::vector<FoldResult>& folds, std::size_t count) const {
        std::map<std::string, std::vector<double>> scores;
        trial.seconds = 0;
        trial.bytes = 0;
        for (std::size_t f = 0; f < count; ++f) {
            for (const auto& [id, score] : folds[f].scores) scores[id].push_back(score);
            trial.seconds += folds[f].seconds + secondsBefore(trial, f);
            trial.bytes += folds[f].modelBytes;
        }
        trial.bytes /= static_cast<std::int64_t>(count);
        for (const auto& [id, values] : scores) trial.scores[id] = mean(values);
        trial.folds = scores.at(m_setting.metric);
        trial.score = trial.scores.at(m_setting.metric);
        trial.state = TrialState::Complete;
        if (std::isnan(trial.score))
            return failed(std::move(trial), "The score " + m_setting.metric + " is not defined in every fold.");
        return trial;
    }

    /// Of the epochs that the trial went on from.
    double secondsBefore(const Trial& trial, std::size_t fold) const {
        const std::vector<WarmFit>& before = m_before[trial.number - m_trials.front().number];
        return fold < before.size() && before[fold].state ? before[fold].seconds : 0;
    }

    static Trial failed(Trial trial, std::string error) {
        trial.state = TrialState::Failed;
        trial.score = std::numeric_limits<double>::quiet_NaN();
        trial.error = std::move(error);
        return trial;
    }

    const BatchSetting& m_setting;
    const Trial* m_best;
    JobContext& m_context;
    const std::function<void(Trial&)>& m_told;
    std::vector<Trial> m_trials;
    std::vector<bool> m_isDone;
    std::vector<std::vector<FoldResult>> m_results;
    std::vector<PipelineSpec> m_specs;
    std::vector<std::vector<WarmFit>> m_before;  ///< by trial and fold: what it goes on from
    std::vector<std::vector<std::size_t>> m_groups;  ///< of those that are not all done
    std::size_t m_foldsDone = 0;
};

}  // namespace

Resource resourceOf(const SearchInfo& search, const Params& params, const PipelineSpec& base, const Catalog& catalog) {
    if (!findSpec(search.params, "resource")) return {};
    const ModelInfo& model = catalog.models.require(base.model.id);
    const std::string& wanted = params.text("resource");
    if (wanted == "rows") return {};
    for (const std::string_view param : {epochParameter, roundParameter})
        if (findSpec(model.params, param)) return {Resource::Kind::Epochs, param};
    if (wanted == "epochs")
        throw Error("The model " + base.model.id + " has no epochs or trees to begin with few of.",
                    {.parameter = "resource"}, "Take rows for the budget.");
    return {};
}

double leastBudget(const Resource& resource, const PipelineSpec& base, std::size_t rows, const Catalog& catalog) {
    if (resource.kind == Resource::Kind::Rows)
        return std::min(1.0, fewestRows / std::max<double>(1, static_cast<double>(rows)));
    const ModelInfo& model = catalog.models.require(base.model.id);
    return 1 / static_cast<double>(std::max<std::int64_t>(
                   1, std::get<std::int64_t>(valueOrFallback(model.params, base.model.params, resource.param))));
}

std::vector<Trial> evaluateBatch(const BatchSetting& setting, std::vector<Trial> trials,
                                 const std::vector<Trial>& known, const Trial* best, JobContext& context,
                                 const std::function<void(Trial&)>& told) {
    JobContext trialContext = context.derive("trials");
    return Batch(setting, std::move(trials), known, best, trialContext, told).run();
}

bool cannotWin(const std::vector<double>& scores, const std::vector<double>& best, Direction direction,
               double testToTrain, std::size_t looks) {
    std::vector<double> lags;
    for (std::size_t i = 0; i < scores.size(); ++i)
        lags.push_back(direction == Direction::HigherIsBetter ? best[i] - scores[i] : scores[i] - best[i]);
    if (lags.size() < 2) return false;
    const Interval lag = correctedResampledT(lags, testToTrain);
    if (!(lag.mean > 0)) return false;
    const double level = pruneLevel / static_cast<double>(std::max<std::size_t>(1, looks));
    return lag.mean > studentTQuantile(1 - level, static_cast<double>(lags.size() - 1)) * lag.standardError;
}

}  // namespace holdout
