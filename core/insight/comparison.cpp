// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "evaluate/statistics.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

void flatten(const nlohmann::json& json, const std::string& key, std::map<std::string, std::string>& values) {
    if (json.is_object() || (json.is_array() && !json.empty() && json.front().is_object())) {
        std::size_t index = 0;
        for (const auto& item : json.items()) {
            const std::string part = json.is_array() ? std::to_string(++index) : item.key();
            flatten(item.value(), key.empty() ? part : key + "." + part, values);
        }
    } else {
        values[key] = json.is_string() ? json.get<std::string>() : json.dump();
    }
}

std::string nameOf(const Run& run, const char* other) { return run.spec.name.empty() ? other : run.spec.name; }

}  // namespace

std::vector<SpecDifference> specDifferences(const std::vector<const Run*>& runs) {
    std::vector<std::map<std::string, std::string>> all;
    std::set<std::string> keys;
    for (const Run* run : runs) {
        flatten(specToJson(run->spec), {}, all.emplace_back());
        all.back().erase("name");
        all.back()["data.sha256"] = run->data.sha256;
        for (const auto& [key, value] : all.back()) keys.insert(key);
    }
    std::vector<SpecDifference> differences;
    for (const std::string& key : keys) {
        SpecDifference row{.key = key};
        for (const auto& values : all) {
            const auto found = values.find(key);
            row.values.push_back(found == values.end() ? "–" : found->second);
        }
        if (std::adjacent_find(row.values.begin(), row.values.end(), std::not_equal_to<>()) != row.values.end())
            differences.push_back(std::move(row));
    }
    return differences;
}

bool sameFolds(const std::vector<const Run*>& runs) {
    for (const Run* run : runs) {
        const auto& a = runs.front()->evaluation.folds;
        const auto& b = run->evaluation.folds;
        if (run->data.fingerprint != runs.front()->data.fingerprint) return false;
        const auto same = [](const FoldResult& p, const FoldResult& q) {
            return p.repeat == q.repeat && p.index == q.index && p.trainRows == q.trainRows && p.testRows == q.testRows;
        };
        if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), same)) return false;
    }
    return true;
}

PairedComparison compareRuns(const Run& a, const Run& b, const std::string& metric, const MetricRegistry& metrics) {
    PairedComparison result{.difference = NAN, .low = NAN, .high = NAN, .pValue = NAN};
    const MetricInfo& info = metrics.require(metric);
    if (!sameFolds({&a, &b})) {
        result.sentence = "These runs were scored on different folds, so their scores cannot be paired.";
        return result;
    }
    std::vector<double> differences;
    double testToTrain = 0;
    for (std::size_t i = 0; i < a.evaluation.folds.size(); ++i) {
        const FoldResult& fold = a.evaluation.folds[i];
        const auto p = fold.scores.find(metric), q = b.evaluation.folds[i].scores.find(metric);
        if (p == fold.scores.end() || q == b.evaluation.folds[i].scores.end()) continue;
        if (!std::isfinite(p->second - q->second)) continue;
        differences.push_back(p->second - q->second);
        testToTrain += static_cast<double>(fold.testRows.size()) / static_cast<double>(std::max<std::int64_t>(1, fold.trainRows));
    }
    if (differences.size() < 2) {
        result.sentence = "A comparison needs this score in two folds or more.";
        return result;
    }
    const Interval interval = correctedResampledT(differences, testToTrain / static_cast<double>(differences.size()));
    result.difference = interval.mean;
    if (interval.standardError == 0 && interval.mean != 0) {
        result.sentence = "The difference is the same in every fold, so that nothing can be said of its uncertainty.";
        return result;
    }
    result.low = interval.low;
    result.high = interval.high;
    const double freedom = static_cast<double>(differences.size()) - 1;
    result.pValue = interval.mean == 0 ? 1 : 2 * studentTCdf(-std::abs(interval.mean) / interval.standardError, freedom);
    const std::string range = formatNumber(result.low, 2) + " to " + formatNumber(result.high, 2);
    if (result.low <= 0 && result.high >= 0) {
        result.sentence = "No run is clearly better: the 95 % interval of the difference, " + range + ", contains 0.";
    } else {
        const bool firstWins = isBetter(info.direction, result.difference, 0.0);
        result.sentence = nameOf(firstWins ? a : b, firstWins ? "The first run" : "The second run") + " is better in " +
                          std::string(info.label) + ": the 95 % interval of the difference is " + range + ".";
    }
    return result;
}

}  // namespace holdout
