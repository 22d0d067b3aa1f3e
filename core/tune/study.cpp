// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/study.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "base/format.h"
#include "base/parallel.h"
#include "tune/trial_batch.h"

namespace holdout {
namespace {

/// So many trials of a search without a model go together when time is short, so that it is looked at the clock.
constexpr std::size_t timedBatch = 32;

class Clock {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

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

/// What is the same for all trials of a study.
class Study {
public:
    Study(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune, const std::vector<Fold>& folds,
          const std::vector<std::string>& metrics, const Catalog& catalog, const SearchRegistry& searches,
          const std::vector<Trial>& known, JobContext& context, const TrialSink& sink)
        : m_tune(tune),
          m_known(known),
          m_context(context),
          m_sink(sink),
          m_metric(tune.metric.empty() ? metrics.front() : tune.metric),
          m_direction(catalog.metrics.require(m_metric).direction),
          m_space(checkedSpace(tune.space, base, catalog)),
          m_batches{data, base, folds, metrics, catalog, m_metric, m_direction, {}, false, false, &m_warm} {
        if (std::find(m_batches.metrics.begin(), m_batches.metrics.end(), m_metric) == m_batches.metrics.end())
            m_batches.metrics.push_back(m_metric);
        const SearchInfo& search = searches.require(tune.search);
        const Params params(search.params, tune.params, tune.search);
        m_batches.measuresSizes = tune.against == SecondGoal::Size;
        // A trial that cannot win by its score may still be the cheapest.
        m_batches.prunes = params.text("prune") == "folds" && tune.against == SecondGoal::None;
        m_batches.resource = resourceOf(search, params, base, catalog);
        m_seconds = params.real("seconds");
        m_sampler = search.make(params, {m_space, m_direction, context.seed.derive("search"),
                                         leastBudget(m_batches.resource, base, folds.front().train.size(), catalog), tune.against});
        for (const ProposedPoint& point : tune.propose)
            m_proposed.push_back({checkedPoint(m_space, point.params), point.after});
        for (const Trial& trial : known) m_startedAt = std::max(m_startedAt, trial.at);
    }

    StudyResult run() {
        StudyResult result;
        while (true) {
            const std::vector<Proposal> proposals = next(result.trials);
            if (proposals.empty()) break;
            // A person's own points come between two rungs, and change nothing of which trials go on.
            if (!m_isProposed) m_warm.forgetAllBut(proposals);
            // A budget of time may end a search in the middle of what it proposed.
            for (const Range& part : chunks(proposals.size(), m_seconds > 0 ? timedBatch : proposals.size())) {
                if (part.begin > 0 && isOver(result.trials.size())) break;
                for (Trial& trial : evaluated(trialsOf(std::span(proposals).subspan(part.begin, part.size()), result.trials.size()),
                                              result.trials))
                    result.trials.push_back(std::move(trial));
            }
        }
        result.best = bestTrial(result.trials, m_direction);
        if (!result.best) throwAllFailed(result.trials);
        return result;
    }

private:
    /// What a person proposed comes as soon as enough trials are there, between two batches of the search.
    std::vector<Proposal> next(const std::vector<Trial>& finished) {
        m_context.throwIfStopped();
        if (isOver(finished.size())) return {};
        std::vector<Proposal> proposals;
        for (; m_nextProposed < m_proposed.size() && m_proposed[m_nextProposed].after <= finished.size();
             ++m_nextProposed)
            proposals.push_back({m_proposed[m_nextProposed].params});
        m_isProposed = !proposals.empty();
        if (m_isProposed) return proposals;
        proposals = m_sampler->propose(finished);
        // Those that wait for more trials than there will be come at the end.
        if (proposals.empty() && m_nextProposed < m_proposed.size()) {
            m_isProposed = true;
            return {{m_proposed[m_nextProposed++].params}};
        }
        return proposals;
    }

    std::vector<Trial> trialsOf(std::span<const Proposal> proposals, std::size_t firstNumber) const {
        std::vector<Trial> trials(proposals.size());
        for (std::size_t i = 0; i < trials.size(); ++i) {
            trials[i].number = firstNumber + i;
            trials[i].params = proposals[i].params;
            trials[i].budget = proposals[i].budget;
            trials[i].isProposed = m_isProposed;
        }
        return trials;
    }

    bool isOver(std::size_t finished) const {
        return m_seconds > 0 && finished >= m_known.size() && finished > 0 &&
               m_startedAt + m_clock.seconds() >= m_seconds;
    }

    std::vector<Trial> evaluated(std::vector<Trial> trials, const std::vector<Trial>& before) {
        const std::size_t first = before.size(), total = m_sampler->total() + m_proposed.size();
        BatchProgress progress(m_context.progress, first, trials.size(), total);
        JobContext context = m_context.reporting(progress);
        const auto told = [&](Trial& trial) {
            trial.at = m_startedAt + m_clock.seconds();
            if (m_sink) m_sink(trial);
            progress.trialFinished();
        };
        const auto best = bestTrial(before, m_direction);
        return evaluateBatch(m_batches, std::move(trials), m_known, best ? &before[*best] : nullptr, context, told);
    }

    [[noreturn]] static void throwAllFailed(const std::vector<Trial>& trials) {
        if (trials.empty())
            throw Error("The search proposed no trial.", {.parameter = "tune"}, "Widen the search space.");
        throw Error("All " + std::to_string(trials.size()) + " trials failed. The first says: " + trials.front().error,
                    {.parameter = "tune"}, "Mend that, or change the search space.");
    }

    const TuneSpec& m_tune;
    const std::vector<Trial>& m_known;
    JobContext& m_context;
    const TrialSink& m_sink;
    const std::string m_metric;
    const Direction m_direction;
    const SearchSpace m_space;
    WarmTrials m_warm;
    BatchSetting m_batches;
    std::unique_ptr<Sampler> m_sampler;
    std::vector<ProposedPoint> m_proposed;
    std::size_t m_nextProposed = 0;
    bool m_isProposed = false;
    double m_seconds = 0, m_startedAt = 0;
    Clock m_clock;
};

}  // namespace

std::string_view trialStateName(TrialState state) {
    switch (state) {
        case TrialState::Complete:
            return "complete";
        case TrialState::Failed:
            return "failed";
        case TrialState::Pruned:
            return "pruned";
    }
    return {};
}

std::string_view secondGoalName(SecondGoal goal) {
    switch (goal) {
        case SecondGoal::None:
            return "none";
        case SecondGoal::Time:
            return "time";
        case SecondGoal::Size:
            return "size";
    }
    return {};
}

std::optional<std::size_t> bestTrial(const std::vector<Trial>& trials, Direction direction) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (trials[i].state != TrialState::Complete) continue;
        if (!best || trials[i].budget > trials[*best].budget ||
            (trials[i].budget == trials[*best].budget && isBetter(direction, trials[i].score, trials[*best].score)))
            best = i;
    }
    return best;
}

const SearchInfo* SearchRegistry::find(std::string_view id) const {
    const auto found =
        std::find_if(m_searches.begin(), m_searches.end(), [&](const SearchInfo& info) { return info.id == id; });
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

std::size_t plannedTrials(const PipelineSpec& base, const TuneSpec& tune, std::size_t rows, const Catalog& catalog,
                          const SearchRegistry& searches) {
    const SearchInfo& search = searches.require(tune.search);
    const Params params(search.params, tune.params, tune.search);
    const double least = leastBudget(resourceOf(search, params, base, catalog), base, rows, catalog);
    const auto sampler =
        search.make(params, {checkedSpace(tune.space, base, catalog), Direction::LowerIsBetter, Seed{}, least});
    return sampler->total() + tune.propose.size();
}

StudyResult runStudy(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune,
                     const std::vector<Fold>& folds, const std::vector<std::string>& metrics, const Catalog& catalog,
                     const SearchRegistry& searches, const std::vector<Trial>& known, JobContext& context,
                     const TrialSink& sink) {
    JobContext trialContext = context;
    return Study(data, base, tune, folds, metrics, catalog, searches, known, trialContext, sink).run();
}

}  // namespace holdout
