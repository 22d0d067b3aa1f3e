// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evaluate/evaluation.h"

namespace holdout {

/// One point of a search space: a value for each dimension that matters there.
using Point = std::map<std::string, ParamValue>;

/// When a dimension matters: while another dimension has one of these values.
struct DimensionCondition {
    std::string param;
    std::vector<ParamValue> values;

    bool operator==(const DimensionCondition&) const = default;
};

/// What one searched parameter may be. `name` is a parameter of the model ("lambda") or of a step ("prepare.0.with":
/// the parameter "with" of the recipe's first step).
struct Dimension {
    std::string name;
    double low = 0;
    double high = 0;
    Scale scale = Scale::Linear;
    bool integer = false;
    std::vector<ParamValue> choices;         ///< not empty: one of these, and the range is ignored
    std::optional<int> steps;                ///< grid points of this dimension; else the search's own
    std::optional<DimensionCondition> when;  ///< else the dimension always matters

    bool operator==(const Dimension&) const = default;
};
using SearchSpace = std::vector<Dimension>;

/// A point that a person wants to be tried: once `after` trials are there.
struct ProposedPoint {
    Point params;
    std::size_t after = 0;

    bool operator==(const ProposedPoint&) const = default;
};

/// What a study weighs against its score: what no other trial beats in both is its Pareto front, and the searches that
/// learn from trials go after all of it (goals.h). Sizes are the same whenever a study is run; seconds are measured, so
/// that another run of a search for time proposes other trials, while a resumed one takes those that were recorded.
enum class SecondGoal { None, Time, Size };
/// "none", "time", "size"
std::string_view secondGoalName(SecondGoal goal);

/// How to search, as the person configured it.
struct TuneSpec {
    std::string search = "grid";
    ParamSet params;     ///< of the search ("trials" …)
    std::string metric;  ///< empty: the first of the experiment's
    SearchSpace space;
    std::optional<std::int64_t> nested;   ///< outer folds of a nested estimate (nested.h); none without
    std::vector<ProposedPoint> propose;  ///< tried before what the search proposes
    SecondGoal against = SecondGoal::None;

    bool operator==(const TuneSpec&) const = default;
};

/// Pruned: stopped before its last fold, because it could not win any more.
enum class TrialState { Complete, Failed, Pruned };
std::string_view trialStateName(TrialState state);

/// One point of the search and its score. Complete and immutable once made.
struct Trial {
    std::size_t number = 0;
    Point params;
    double budget = 1;                     ///< share of the epochs, trees or training rows that it was given
    bool isProposed = false;               ///< by a person, not by the search
    double score = 0;                      ///< mean over folds of the study's metric; NaN when failed
    std::vector<double> folds;             ///< the metric in each fold; a pruned trial has the first ones only
    std::map<std::string, double> scores;  ///< means of all metrics
    TrialState state = TrialState::Complete;
    std::string error;   ///< why it failed
    double seconds = 0;  ///< of fitting and scoring, summed over folds
    std::int64_t bytes = 0;  ///< of the model as it is saved, mean over folds; 0 unless the study weighs sizes
    double at = 0;       ///< seconds since the study began, when it was finished
};

/// What a sampler proposes: a point, and the share of the full budget to try it with.
struct Proposal {
    Point params;
    double budget = 1;
};

/// Proposes points, batch by batch. The size of a batch never depends on the number of threads.
class Sampler {
public:
    virtual ~Sampler() = default;
    /// The next batch, all of one budget, given all trials that are finished (in order of number; those that a person
    /// proposed among them); empty when the search is over. Depends only on the construction and the calls so far.
    virtual std::vector<Proposal> propose(const std::vector<Trial>& finished) = 0;
    /// How many trials there will be at most.
    virtual std::size_t total() const = 0;
};

/// What is searched, for a sampler.
struct SearchProblem {
    SearchSpace space;
    Direction direction = Direction::LowerIsBetter;
    Seed seed;
    double leastBudget = 1.0 / 27;  ///< the smallest share that can be told from nothing (one epoch)
    SecondGoal against = SecondGoal::None;
};

struct SearchInfo {
    std::string_view id;
    std::string_view label;
    std::string_view sentence;
    ParamSpecs params;
    std::unique_ptr<Sampler> (*make)(const Params& params, const SearchProblem& problem);
    /// The parameter that a finished study is made longer by: with more of it the search begins with the same trials. Else empty.
    std::string_view extendBy = {};
};

class SearchRegistry {
public:
    explicit SearchRegistry(std::vector<SearchInfo> searches) : m_searches(std::move(searches)) {}
    const std::vector<SearchInfo>& all() const { return m_searches; }
    const SearchInfo* find(std::string_view id) const;
    const SearchInfo& require(std::string_view id) const;

private:
    std::vector<SearchInfo> m_searches;
};
SearchRegistry builtinSearches();

/// The parameter spec that a dimension's name stands for. Throws Error that names the nearest.
const ParamSpec& dimensionSpec(const PipelineSpec& base, const Catalog& catalog, std::string_view name);
/// `base` with the trial's values set. Throws Error as dimensionSpec.
PipelineSpec withParams(PipelineSpec base, const Point& params, const Catalog& catalog);
/// A range for a parameter from its spec: the usual range, its scale, or its choices.
Dimension defaultDimension(std::string name, const ParamSpec& spec);
/// Fills what the person left out and checks the rest. Throws Error.
Dimension checkedDimension(Dimension dimension, const ParamSpec& spec);

/// The space with every dimension checked, and conditions from the parameters' own specs (`l1_ratio` matters only while
/// `penalty` is elastic-net) where a dimension has none. Throws Error.
SearchSpace checkedSpace(const SearchSpace& space, const PipelineSpec& base, const Catalog& catalog);
/// A person's point without what does not matter. Throws Error when it is not in the (checked) space.
Point checkedPoint(const SearchSpace& space, const Point& point);

struct StudyResult {
    std::vector<Trial> trials;        ///< in order of number
    std::optional<std::size_t> best;  ///< position in `trials`; none when all failed
};

/// Position of the best complete trial: among those of the largest budget. None without one.
std::optional<std::size_t> bestTrial(const std::vector<Trial>& trials, Direction direction);
/// How many trials the study will have at most. Throws Error as runStudy does, before anything is fitted.
std::size_t plannedTrials(const PipelineSpec& base, const TuneSpec& tune, std::size_t rows, const Catalog& catalog,
                          const SearchRegistry& searches);

using TrialSink = std::function<void(const Trial&)>;

/// Runs the search. `known` are trials of an interrupted study, or of a shorter one that this extends: they are not
/// computed again, and the result is the same, to the last bit, as that of an unbroken study (a budget of seconds
/// apart). `sink` is told of each new trial as it finishes, from any thread, one call at a time.
StudyResult runStudy(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune,
                     const std::vector<Fold>& folds, const std::vector<std::string>& metrics, const Catalog& catalog,
                     const SearchRegistry& searches, const std::vector<Trial>& known, JobContext& context,
                     const TrialSink& sink);

}  // namespace holdout
