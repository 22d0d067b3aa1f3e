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

/// What one searched parameter may be. `name` is a parameter of the model ("lambda") or of a step ("prepare.0.with":
/// the parameter "with" of the recipe's first step).
struct Dimension {
    std::string name;
    double low = 0;
    double high = 0;
    Scale scale = Scale::Linear;
    bool integer = false;
    std::vector<ParamValue> choices;   ///< not empty: one of these, and the range is ignored
    std::optional<int> steps;          ///< grid points of this dimension; else the search's own

    bool operator==(const Dimension&) const = default;
};
using SearchSpace = std::vector<Dimension>;

/// How to search, as the person configured it.
struct TuneSpec {
    std::string search = "grid";
    ParamSet params;        ///< of the search ("trials" …)
    std::string metric;     ///< empty: the first of the experiment's
    SearchSpace space;
    std::optional<std::int64_t> nested;   ///< outer folds of a nested estimate (nested.h); none without

    bool operator==(const TuneSpec&) const = default;
};

enum class TrialState { Complete, Failed };
std::string_view trialStateName(TrialState state);

/// One point of the search and its score. Complete and immutable once made.
struct Trial {
    std::size_t number = 0;
    std::map<std::string, ParamValue> params;
    double score = 0;                    ///< mean over folds of the study's metric; NaN when failed
    std::vector<double> folds;           ///< the metric in each fold
    std::map<std::string, double> scores;///< means of all metrics
    TrialState state = TrialState::Complete;
    std::string error;                   ///< why it failed
    double seconds = 0;
};

/// Proposes points. Non-adaptive samplers know all of them at once.
class Sampler {
public:
    virtual ~Sampler() = default;
    /// The next batch, given all trials that are finished (in order of number); empty when the search is over. Depends only
    /// on its arguments and construction.
    virtual std::vector<std::map<std::string, ParamValue>> propose(const std::vector<Trial>& finished) const = 0;
    /// How many trials there will be.
    virtual std::size_t total() const = 0;
};

struct SearchInfo {
    std::string_view id;
    std::string_view label;
    std::string_view sentence;
    ParamSpecs params;
    std::unique_ptr<const Sampler> (*make)(const Params& params, const SearchSpace& space, Seed seed);
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
PipelineSpec withParams(PipelineSpec base, const std::map<std::string, ParamValue>& params, const Catalog& catalog);
/// A range for a parameter from its spec: the usual range, its scale, or its choices.
Dimension defaultDimension(std::string name, const ParamSpec& spec);
/// Fills what the person left out and checks the rest. Throws Error.
Dimension checkedDimension(Dimension dimension, const ParamSpec& spec);

struct StudyResult {
    std::vector<Trial> trials;          ///< in order of number
    std::optional<std::size_t> best;    ///< position in `trials`; none when all failed
};

using TrialSink = std::function<void(const Trial&)>;

/// Runs the search. `known` are trials of an interrupted study: they are not computed again, and the result is
/// the same, to the last bit, as that of an unbroken study. `sink` is told of each new trial as it finishes,
/// from any thread, one call at a time.
StudyResult runStudy(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune, const std::vector<Fold>& folds,
                     const std::vector<std::string>& metrics, const Catalog& catalog, const SearchRegistry& searches,
                     const std::vector<Trial>& known, JobContext& context, const TrialSink& sink);

}  // namespace holdout
