// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <set>

#include "base/format.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

using Point = std::map<std::string, ParamValue>;

SearchSpace checkedSpace(const SearchSpace& space, const PipelineSpec& base, const Catalog& catalog) {
    if (space.empty())
        throw Error("The search space is empty.", {.parameter = "space"}, "Name at least one parameter to tune, such as lambda.");
    std::set<std::string> names;
    SearchSpace checked;
    for (const Dimension& dimension : space) {
        if (!names.insert(dimension.name).second)
            throw Error("The search space names " + dimension.name + " twice.", {.parameter = dimension.name}, "Keep one of them.");
        checked.push_back(checkedDimension(dimension, dimensionSpec(base, catalog, dimension.name)));
    }
    return checked;
}

/// Tells of a batch as a part of the study: as far as its fits are, in words of trials.
class BatchProgress final : public Progress {
public:
    BatchProgress(Progress& study, std::size_t known, std::size_t asked, std::size_t total)
        : m_study(study), m_known(known), m_asked(asked), m_total(total), m_finished(known) {}

    void trialFinished() { ++m_finished; }
    void report(double fraction, std::string_view) override {
        const double trials = static_cast<double>(m_known) + fraction * static_cast<double>(m_asked);
        m_study.report(std::min(1.0, trials / static_cast<double>(m_total)),
                       formatCount(static_cast<std::int64_t>(m_finished)) + " of " +
                           formatCount(static_cast<std::int64_t>(m_total)) + " trials");
    }
    void trace(const TracePoint&) override {}

private:
    Progress& m_study;
    const std::size_t m_known, m_asked, m_total;
    std::size_t m_finished;  ///< guarded by the evaluation, which reports one thing at a time
};

/// Turns a batch of proposed points into trials, telling of each when its last fold is in.
class Batch {
public:
    Batch(std::size_t firstNumber, std::vector<Point> points, const std::vector<Trial>& known, std::string metric)
        : m_metric(std::move(metric)), m_trials(points.size()), m_known(points.size()), m_foldsDone(points.size()) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            m_trials[i].number = firstNumber + i;
            m_trials[i].params = std::move(points[i]);
        }
        for (const Trial& trial : known) {
            const std::size_t i = trial.number - firstNumber;
            if (trial.number < firstNumber || i >= m_trials.size() || trial.params != m_trials[i].params) continue;
            m_trials[i] = trial;
            m_known[i] = true;
        }
    }

    /// Computes what is not known. Whole path groups, because the bits of a trial depend on its group.
    void run(const Dataset& data, const PipelineSpec& base, const std::vector<Fold>& folds, const std::vector<std::string>& metrics,
             const Catalog& catalog, JobContext& context, std::size_t total, const TrialSink& sink) {
        std::vector<PipelineSpec> candidates;
        for (const Trial& trial : m_trials) candidates.push_back(withParams(base, trial.params, catalog));
        std::vector<std::size_t> asked;
        for (const auto& group : pathGroups(candidates, catalog.models))
            if (std::any_of(group.begin(), group.end(), [&](std::size_t i) { return !m_known[i]; }))
                asked.insert(asked.end(), group.begin(), group.end());
        std::sort(asked.begin(), asked.end());

        const auto known = m_trials.front().number + m_trials.size() - asked.size();
        BatchProgress progress(context.progress, known, asked.size(), total);
        JobContext batchContext = context.reporting(progress);
        std::vector<PipelineSpec> specs;
        for (const std::size_t i : asked) specs.push_back(candidates[i]);
        std::vector<std::vector<FoldResult>> done(asked.size(), std::vector<FoldResult>(folds.size()));
        const auto foldFinished = [&](std::size_t candidate, const FoldResult& fold) {
            const std::size_t i = asked[candidate];
            std::vector<FoldResult>& results = done[candidate];
            const auto position = std::find_if(folds.begin(), folds.end(), [&](const Fold& f) {
                return f.repeat == fold.repeat && f.index == fold.index;
            });
            results[static_cast<std::size_t>(position - folds.begin())] = fold;
            if (++m_foldsDone[i] < folds.size() || m_known[i]) return;
            m_trials[i] = completed(m_trials[i], results);
            if (sink) sink(m_trials[i]);
            m_known[i] = true;
            progress.trialFinished();
        };
        const std::vector<CandidateResult> results =
            evaluateCandidates(data, specs, folds, metrics, catalog, Keep::ScoresOnly, batchContext, foldFinished);
        for (std::size_t k = 0; k < asked.size(); ++k) {
            const std::size_t i = asked[k];
            if (!results[k].error || m_known[i]) continue;
            m_trials[i] = failed(m_trials[i], results[k].error->what());
            if (sink) sink(m_trials[i]);
        }
    }

    std::vector<Trial> take() { return std::move(m_trials); }

private:
    Trial completed(Trial trial, const std::vector<FoldResult>& folds) const {
        std::map<std::string, std::vector<double>> scores;
        for (const FoldResult& fold : folds) {
            for (const auto& [id, score] : fold.scores) scores[id].push_back(score);
            trial.seconds += fold.seconds;
        }
        for (const auto& [id, values] : scores) trial.scores[id] = mean(values);
        trial.folds = scores.at(m_metric);
        trial.score = trial.scores.at(m_metric);
        if (std::isnan(trial.score)) return failed(std::move(trial), "The score " + m_metric + " is not defined in every fold.");
        return trial;
    }

    static Trial failed(Trial trial, std::string error) {
        trial.state = TrialState::Failed;
        trial.score = std::numeric_limits<double>::quiet_NaN();
        trial.error = std::move(error);
        return trial;
    }

    std::string m_metric;
    std::vector<Trial> m_trials;
    std::vector<bool> m_known;
    std::vector<std::size_t> m_foldsDone;
};

std::optional<std::size_t> bestOf(const std::vector<Trial>& trials, Direction direction) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < trials.size(); ++i)
        if (trials[i].state == TrialState::Complete && (!best || isBetter(direction, trials[i].score, trials[*best].score)))
            best = i;
    return best;
}

}  // namespace

std::string_view trialStateName(TrialState state) {
    return state == TrialState::Complete ? "complete" : "failed";
}

const SearchInfo* SearchRegistry::find(std::string_view id) const {
    const auto found = std::find_if(m_searches.begin(), m_searches.end(), [&](const SearchInfo& info) { return info.id == id; });
    return found == m_searches.end() ? nullptr : &*found;
}

const SearchInfo& SearchRegistry::require(std::string_view id) const {
    if (const SearchInfo* info = find(id)) return *info;
    std::vector<std::string_view> known;
    for (const SearchInfo& info : m_searches) known.push_back(info.id);
    const std::string near = nearest(id, known);
    throw Error("There is no search named " + std::string(id) + ".", {.parameter = "search"},
                near.empty() ? "See holdout-cli catalog searches." : "Did you mean " + near + "?");
}

StudyResult runStudy(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune, const std::vector<Fold>& folds,
                     const std::vector<std::string>& metrics, const Catalog& catalog, const SearchRegistry& searches,
                     const std::vector<Trial>& known, JobContext& context, const TrialSink& sink) {
    const std::string metric = tune.metric.empty() ? metrics.front() : tune.metric;
    const MetricInfo& info = catalog.metrics.require(metric);
    std::vector<std::string> scored = metrics;
    if (std::find(scored.begin(), scored.end(), metric) == scored.end()) scored.push_back(metric);

    const SearchInfo& search = searches.require(tune.search);
    const auto sampler = search.make(Params(search.params, tune.params, tune.search), checkedSpace(tune.space, base, catalog),
                                     context.seed.derive("search"));
    StudyResult result;
    JobContext trialContext = context.derive("trials");
    while (true) {
        std::vector<Point> points = sampler->propose(result.trials);
        if (points.empty()) break;
        Batch batch(result.trials.size(), std::move(points), known, metric);
        batch.run(data, base, folds, scored, catalog, trialContext, sampler->total(), sink);
        for (Trial& trial : batch.take()) result.trials.push_back(std::move(trial));
    }
    result.best = bestOf(result.trials, info.direction);
    if (!result.best)
        throw Error("All " + std::to_string(result.trials.size()) + " trials failed. The first says: " + result.trials.front().error,
                    {.parameter = "tune"}, "Mend that, or change the search space.");
    return result;
}

}  // namespace holdout
