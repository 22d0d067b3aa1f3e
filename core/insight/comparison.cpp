// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "evaluate/statistics.h"
#include "insight/run_charts.h"

namespace holdout {

namespace {

std::string nameOf(const Run& run, const char* other) { return run.spec.name.empty() ? other : run.spec.name; }

}  // namespace

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
