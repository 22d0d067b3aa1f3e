// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/pair_methods.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/format.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

constexpr double kLevel = 0.05;

constexpr PairMethodInfo kMethods[] = {
    {PairMethod::CorrectedT, "corrected-t", "Corrected resampled t",
     "A t-test of the folds' differences whose variance allows for folds that share training rows (Nadeau, Bengio "
     "2003)."},
    {PairMethod::BayesianT, "bayesian-t", "Bayesian correlated t",
     "How probable it is that one is better by more than the margin, or that both are practically equal (Benavoli et "
     "al. 2017)."},
    {PairMethod::FiveByTwoF, "5x2-f", "5×2 cv F",
     "For two folds repeated five times: fewer false alarms than a t-test (Alpaydin 1999)."},
    {PairMethod::McNemar, "mcnemar", "McNemar",
     "Counts the rows that just one of the two gets right, whatever the score (exact)."},
    {PairMethod::Wilcoxon, "wilcoxon", "Wilcoxon signed rank",
     "By ranks of the folds' differences, without assuming a normal distribution. Takes folds for independent: too "
     "sure when there are many repeats."},
};

struct FoldDifferences {
    std::vector<double> values;
    double testToTrain = 0;
};

FoldDifferences differencesOf(const Run& a, const Run& b, const std::string& metric) {
    FoldDifferences result;
    for (std::size_t i = 0; i < a.evaluation.folds.size(); ++i) {
        const FoldResult &p = a.evaluation.folds[i], &q = b.evaluation.folds[i];
        const auto x = p.scores.find(metric), y = q.scores.find(metric);
        if (x == p.scores.end() || y == q.scores.end() || !std::isfinite(x->second - y->second)) continue;
        result.values.push_back(x->second - y->second);
        result.testToTrain +=
            static_cast<double>(p.testRows.size()) / static_cast<double>(std::max<std::int64_t>(1, p.trainRows));
    }
    if (!result.values.empty()) result.testToTrain /= static_cast<double>(result.values.size());
    return result;
}

/// Rows that just one run gets right. Rows held out several times count in the first repeat only.
std::pair<std::int64_t, std::int64_t> rightAlone(const Run& a, const Run& b) {
    std::int64_t first = 0, second = 0;
    for (std::size_t f = 0; f < a.evaluation.folds.size(); ++f) {
        const FoldResult &p = a.evaluation.folds[f], &q = b.evaluation.folds[f];
        if (p.repeat > 0) continue;
        for (std::size_t i = 0; i < p.testRows.size(); ++i) {
            const auto at =
                std::lower_bound(a.truthRows.begin(), a.truthRows.end(), p.testRows[i]) - a.truthRows.begin();
            const int truth = a.truth.classes[static_cast<std::size_t>(at)];
            const bool x = p.predictions.classes[i] == truth, y = q.predictions.classes[i] == truth;
            first += x && !y;
            second += y && !x;
        }
    }
    return {first, second};
}

bool isFiveByTwo(const Run& run) {
    std::set<int> repeats;
    for (const FoldResult& fold : run.evaluation.folds) repeats.insert(fold.repeat);
    return run.evaluation.folds.size() == 10 && repeats.size() == 5;
}

PairAnswer problem(std::string words) {
    return {
        .difference = std::nan(""), .pValue = std::nan(""), .posterior = {}, .better = 0, .problem = std::move(words)};
}

PairAnswer mcNemarOf(const Run& a, const Run& b) {
    if (a.task != Task::Classification) return problem("McNemar's test is for classes.");
    const auto [first, second] = rightAlone(a, b);
    const TestResult test = mcNemar(first, second);
    double rows = 0;
    for (const FoldResult& fold : a.evaluation.folds)
        rows += fold.repeat == 0 ? static_cast<double>(fold.testRows.size()) : 0;
    const auto gap = static_cast<double>(first - second);
    return {.difference = gap / std::max(1.0, rows),
            .pValue = test.pValue,
            .posterior = {},
            .better = gap > 0   ? 1
                      : gap < 0 ? -1
                                : 0,
            .problem = {}};
}

std::string keyOf(const PipelineSpec& pipeline) {
    nlohmann::json key = nlohmann::json::array({pipeline.model.id, nlohmann::json::object()});
    paramsToJson(pipeline.model.params, key[1]);
    return key.dump();
}

}  // namespace

std::span<const PairMethodInfo> pairMethods() {
    return kMethods;
}

PairAnswer comparePair(const Run& a, const Run& b, const std::string& metric, const MetricRegistry& metrics,
                       PairMethod method, double rope) {
    if (!sameFolds({&a, &b}))
        return problem("These runs were scored on different folds, so their scores cannot be paired.");
    PairAnswer answer;
    if (method == PairMethod::McNemar) {
        answer = mcNemarOf(a, b);
    } else {
        const FoldDifferences folds = differencesOf(a, b, metric);
        if (folds.values.size() < 2) return problem("A comparison needs this score in two folds or more.");
        answer.difference = mean(folds.values);
        const int sign = isBetter(metrics.require(metric).direction, answer.difference, 0) ? 1
                         : answer.difference == 0                                          ? 0
                                                                                           : -1;
        answer.better = sign;
        if (method == PairMethod::BayesianT) {
            Posterior posterior = bayesianCorrelatedT(folds.values, folds.testToTrain, rope);
            if (metrics.require(metric).direction == Direction::LowerIsBetter)
                std::swap(posterior.below, posterior.above);
            answer.posterior = posterior;
            answer.pValue = std::nan("");
            answer.better = posterior.above >= 1 - kLevel ? 1 : posterior.below >= 1 - kLevel ? -1 : 0;
            return answer;
        }
        if (method == PairMethod::FiveByTwoF) {
            if (!isFiveByTwo(a))
                return problem(
                    "This test needs two folds repeated five times: set folds to 2 and repeats to 5, and run again.");
            answer.pValue = fiveByTwoF(folds.values).pValue;
        } else if (method == PairMethod::Wilcoxon) {
            answer.pValue = wilcoxonSignedRank(folds.values).pValue;
        } else {
            const PairedComparison t = compareRuns(a, b, metric, metrics);
            answer.pValue = t.pValue;
        }
        if (std::isnan(answer.pValue))
            return problem("The difference is the same in every fold, so that nothing can be said of its uncertainty.");
    }
    if (!(answer.pValue < kLevel)) answer.better = 0;
    return answer;
}

std::string pairVerdict(const std::vector<const Run*>& runs, const std::vector<std::string>& names,
                        const std::string& metric, const MetricRegistry& metrics, PairMethod method, double rope) {
    const MetricInfo* info = metrics.find(metric);
    if (!info || runs.size() < 2) return {};
    const auto scoreOf = [&](std::size_t i) {
        const auto found = runs[i]->evaluation.scores.find(metric);
        return found == runs[i]->evaluation.scores.end() ? std::nan("") : found->second.mean;
    };
    std::size_t leader = 0;
    for (std::size_t i = 1; i < runs.size(); ++i)
        if (isBetter(info->direction, scoreOf(i), scoreOf(leader))) leader = i;
    std::vector<std::size_t> others;
    std::vector<PairAnswer> answers;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (i == leader) continue;
        others.push_back(i);
        answers.push_back(comparePair(*runs[leader], *runs[i], metric, metrics, method, rope));
        if (!answers.back().problem.empty()) return answers.back().problem;
    }
    std::vector<double> pValues;
    for (const PairAnswer& answer : answers) pValues.push_back(answer.pValue);
    if (method != PairMethod::BayesianT) {
        const std::vector<double> adjusted = holmAdjusted(pValues);
        for (std::size_t i = 0; i < answers.size(); ++i)
            if (!(adjusted[i] < kLevel)) answers[i].better = 0;
    }
    std::string within, equal;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].better > 0) continue;
        std::string& list = answers[i].posterior && answers[i].posterior->within >= 1 - kLevel ? equal : within;
        list += (list.empty() ? "" : ", ") + names[others[i]];
    }
    const std::string& name = names[leader];
    const std::string label(info->label);
    if (within.empty() && equal.empty())
        return name + " is better than every other in " + label + ", beyond what the folds vary by chance.";
    if (within.empty()) return name + " leads in " + label + ", but practically equal are: " + equal + ".";
    const bool one = std::count(within.begin(), within.end(), ',') == 0;
    return "No run is clearly best in " + label + ": " + name + " leads, but " + within + (one ? " is" : " are") +
           " within its uncertainty" + (equal.empty() ? "" : "; practically equal: " + equal) + ".";
}

std::optional<AcrossDataSets> acrossDataSets(const std::vector<const Run*>& runs, const std::string& metric,
                                             const MetricRegistry& metrics, const ModelRegistry& models) {
    std::map<std::string, std::map<std::string, double>> byModel;  // model -> data set -> score
    std::map<std::string, std::string> names;
    std::vector<std::string> order;
    std::set<std::string> dataSets;
    const bool higher = metrics.require(metric).direction == Direction::HigherIsBetter;
    for (const Run* run : runs) {
        const auto score = run->evaluation.scores.find(metric);
        if (score == run->evaluation.scores.end() || !std::isfinite(score->second.mean)) continue;
        const std::string key = keyOf(run->spec.pipeline);
        if (!byModel.contains(key)) {
            order.push_back(key);
            const ModelInfo* info = models.find(run->spec.pipeline.model.id);
            names[key] = info ? std::string(info->label) : run->spec.pipeline.model.id;
        }
        byModel[key][run->data.fingerprint] = higher ? score->second.mean : -score->second.mean;
        dataSets.insert(run->data.fingerprint);
    }
    std::erase_if(order, [&](const std::string& key) { return byModel[key].size() < dataSets.size(); });
    if (dataSets.size() < 2 || order.size() < 2) return std::nullopt;
    AcrossDataSets result;
    result.scores.resize(static_cast<Eigen::Index>(dataSets.size()), static_cast<Eigen::Index>(order.size()));
    for (std::size_t m = 0; m < order.size(); ++m) {
        result.models.push_back(names[order[m]]);
        Eigen::Index row = 0;
        for (const std::string& set : dataSets)
            result.scores(row++, static_cast<Eigen::Index>(m)) = byModel[order[m]][set];
    }
    return result;
}

}  // namespace holdout
