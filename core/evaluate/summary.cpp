// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "evaluate/intervals.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

/// Resamples of the bootstrap: 2,000, fewer when rows are so many that the interval hardly depends on it.
std::size_t resamples(std::size_t rows) {
    return std::clamp<std::size_t>(40'000'000 / std::max<std::size_t>(1, rows), 200, 2000);
}

/// A score that is a proportion of unweighted rows: how many of how many. None for other scores.
std::optional<std::pair<double, double>> proportionOf(const PooledPredictions& pooled, const MetricInfo& metric) {
    if (pooled.weights.size() > 0 || pooled.truth.task != Task::Classification) return std::nullopt;
    const bool ofPositives = metric.id == "recall", ofSelected = metric.id == "precision";
    if (metric.id != "accuracy" && !((ofPositives || ofSelected) && pooled.truth.classCount() == 2)) return std::nullopt;
    double hits = 0, all = 0;
    for (std::size_t i = 0; i < pooled.truth.size(); ++i) {
        const int truth = pooled.truth.classes[i], said = pooled.predictions.classes[i];
        if ((ofPositives && truth != 1) || (ofSelected && said != 1)) continue;
        ++all;
        hits += truth == said;
    }
    if (all == 0) return std::nullopt;
    return std::pair{hits, all};
}

/// The scores of the positive and of the other rows of two classes without weights, for DeLong's variance.
std::optional<AucEstimate> areaOf(const PooledPredictions& pooled, const MetricInfo& metric) {
    if (metric.id != "roc-auc" || pooled.weights.size() > 0 || pooled.truth.classCount() != 2) return std::nullopt;
    if (!pooled.predictions.probabilities.allFinite()) return std::nullopt;
    std::vector<double> positives, negatives;
    for (std::size_t i = 0; i < pooled.truth.size(); ++i)
        (pooled.truth.classes[i] == 1 ? positives : negatives)
            .push_back(pooled.predictions.probabilities(static_cast<Eigen::Index>(i), 1));
    const AucEstimate estimate = deLong(positives, negatives);
    if (!(estimate.variance > 0)) return std::nullopt;  // a perfect order has no variance; the bootstrap has none either
    return estimate;
}

ScoreSummary bootstrapSummary(const PooledPredictions& pooled, const MetricInfo& metric, double score, Seed seed) {
    const std::size_t rows = pooled.truth.size(), count = resamples(rows);
    ScoreSummary summary{.mean = score};
    const WeightedScore weighted = [&](const Eigen::VectorXd& weights) {
        return metric.score(pooled.truth, pooled.predictions, weights);
    };
    std::vector<double> replicates = bootstrapReplicates(rows, pooled.weights, weighted, count, seed);
    if (replicates.empty() || std::isnan(score)) {
        summary.low = summary.high = std::numeric_limits<double>::quiet_NaN();
        summary.interval = "not defined on these rows";
        return summary;
    }
    const Bounds bounds = bcaInterval(std::move(replicates), score, jackknifeInfluence(rows, pooled.weights, weighted));
    summary.low = bounds.low;
    summary.high = bounds.high;
    summary.interval = "BCa bootstrap over " + formatCount(static_cast<std::int64_t>(rows)) + " held-out rows, " +
                       formatCount(static_cast<std::int64_t>(count)) + " resamples (Efron 1987)";
    return summary;
}

/// Of all held-out rows together: a proportion by Wilson, the area under the ROC curve by DeLong, the rest by bootstrap.
ScoreSummary pooledSummary(const PooledPredictions& pooled, const MetricInfo& metric, Seed seed) {
    const double score = metric.score(pooled.truth, pooled.predictions, pooled.weights);
    ScoreSummary summary{.mean = score};
    Bounds bounds;
    const std::string rows = " over " + formatCount(static_cast<std::int64_t>(pooled.truth.size())) + " held-out rows";
    if (const auto proportion = proportionOf(pooled, metric)) {
        bounds = wilsonInterval(proportion->first, proportion->second);
        summary.interval = "Wilson (1927)" + rows;
    } else if (const auto area = areaOf(pooled, metric)) {
        bounds = area->interval();
        summary.interval = "DeLong (1988)" + rows;
    } else {
        summary = bootstrapSummary(pooled, metric, score, seed);
        bounds = {summary.low, summary.high};
    }
    summary.low = bounds.low;
    summary.high = bounds.high;
    summary.sd = std::numeric_limits<double>::quiet_NaN();
    return summary;
}

/// The t interval knows nothing of the ends of a score's scale: an accuracy of 1.02 is cut off at 1.
/// Folds dealt once do not share test rows, which the correction cannot know: the interval is then cautious
/// (tests/reference/test_coverage.cpp), and says so.
ScoreSummary foldSummary(const std::vector<double>& scores, double testToTrain, ScoreRange range, bool isDealtOnce) {
    const Interval interval = correctedResampledT(scores, testToTrain);
    return {interval.mean,
            sampleSd(scores),
            std::max(interval.low, range.low),
            std::min(interval.high, range.high),
            std::string("corrected resampled t (Nadeau, Bengio 2003)") +
                (isDealtOnce ? "; cautious for one repeat, covers about 99 %" : ""),
            {}};
}

}  // namespace

PooledPredictions pool(const Target& truth, const Eigen::VectorXd& weights, const RowIds& truthRows,
                       const std::vector<FoldResult>& folds) {
    PooledPredictions pooled;
    std::vector<std::uint32_t> positions;
    for (const FoldResult& fold : folds)
        for (const RowId row : fold.testRows) {
            const auto found = std::lower_bound(truthRows.begin(), truthRows.end(), row);
            assert(found != truthRows.end() && *found == row);
            positions.push_back(static_cast<std::uint32_t>(found - truthRows.begin()));
        }
    const auto count = static_cast<Eigen::Index>(positions.size());
    pooled.truth = truth.gather(positions);
    if (weights.size() > 0) {
        pooled.weights.resize(count);
        for (Eigen::Index i = 0; i < count; ++i) pooled.weights[i] = weights[positions[static_cast<std::size_t>(i)]];
    }
    if (truth.task == Task::Regression)
        pooled.predictions.values.resize(count);
    else
        pooled.predictions.probabilities.resize(count, truth.classCount());
    Eigen::Index begin = 0;
    for (const FoldResult& fold : folds) {
        const auto size = static_cast<Eigen::Index>(fold.testRows.size());
        if (truth.task == Task::Regression) {
            pooled.predictions.values.segment(begin, size) = fold.predictions.values;
        } else {
            pooled.predictions.probabilities.middleRows(begin, size) = fold.predictions.probabilities;
            pooled.predictions.classes.insert(pooled.predictions.classes.end(), fold.predictions.classes.begin(),
                                              fold.predictions.classes.end());
        }
        begin += size;
    }
    return pooled;
}

std::map<std::string, ScoreSummary> summarise(const Dataset& data, const std::vector<FoldResult>& folds,
                                              const std::vector<std::string>& metrics, const MetricRegistry& registry, Seed seed) {
    double testRows = 0, trainRows = 0;
    bool singleRows = true;
    for (const FoldResult& fold : folds) {
        testRows += static_cast<double>(fold.testRows.size());
        trainRows += static_cast<double>(fold.trainRows);
        singleRows = singleRows && fold.testRows.size() == 1;
    }
    const bool isDealtOnce = std::all_of(folds.begin(), folds.end(), [](const FoldResult& f) { return f.repeat == 0; });
    std::optional<PooledPredictions> pooled;
    std::map<std::string, ScoreSummary> summaries;
    for (const std::string& id : metrics) {
        std::vector<double> scores;
        for (const FoldResult& fold : folds) scores.push_back(fold.scores.at(id));
        const bool undefined = std::any_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); });
        ScoreSummary summary;
        if (folds.size() >= 2 && !singleRows && !undefined) {
            summary = foldSummary(scores, testRows / trainRows, registry.require(id).range, isDealtOnce);
        } else {
            if (!pooled) pooled = pool(data.target, data.weights, data.rows, folds);
            summary = pooledSummary(*pooled, registry.require(id), seed);
        }
        summary.folds = std::move(scores);
        summaries.emplace(id, std::move(summary));
    }
    return summaries;
}

}  // namespace holdout
