// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/parallel.h"
#include "evaluate/evaluation.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

/// Resamples of the percentile bootstrap: 2,000, fewer when rows are so many that the interval hardly depends on it.
std::size_t resamples(std::size_t rows) {
    return std::clamp<std::size_t>(40'000'000 / std::max<std::size_t>(1, rows), 200, 2000);
}

/// Rows drawn with replacement are whole weights: nothing is copied.
ScoreSummary pooledSummary(const PooledPredictions& pooled, const MetricInfo& metric, Seed seed) {
    const std::size_t rows = pooled.truth.size();
    ScoreSummary summary;
    summary.sd = std::numeric_limits<double>::quiet_NaN();
    summary.mean = metric.score(pooled.truth, pooled.predictions, pooled.weights);
    const std::size_t count = resamples(rows);
    std::vector<double> scores(count);
    parallelFor(count, [&](std::size_t b) {
        RandomStream random(seed.derive("bootstrap", b));
        Eigen::VectorXd weights = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(rows));
        for (std::size_t i = 0; i < rows; ++i) {
            const auto row = static_cast<Eigen::Index>(random.below(rows));
            weights[row] += pooled.weights.size() > 0 ? pooled.weights[row] : 1;
        }
        scores[b] = metric.score(pooled.truth, pooled.predictions, weights);
    });
    std::erase_if(scores, [](double score) { return std::isnan(score); });
    if (scores.empty() || std::isnan(summary.mean)) {
        summary.low = summary.high = std::numeric_limits<double>::quiet_NaN();
        summary.interval = "not defined on these rows";
        return summary;
    }
    summary.low = quantile(scores, 0.025);
    summary.high = quantile(scores, 0.975);
    summary.interval = "percentile bootstrap over " + formatCount(static_cast<std::int64_t>(rows)) + " held-out rows, " +
                       formatCount(static_cast<std::int64_t>(count)) + " resamples";
    return summary;
}

/// The t interval knows nothing of the ends of a score's scale: an accuracy of 1.02 is cut off at 1.
ScoreSummary foldSummary(const std::vector<double>& scores, double testToTrain, ScoreRange range) {
    const Interval interval = correctedResampledT(scores, testToTrain);
    return {interval.mean,
            sampleSd(scores),
            std::max(interval.low, range.low),
            std::min(interval.high, range.high),
            "corrected resampled t (Nadeau, Bengio 2003)",
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
    std::optional<PooledPredictions> pooled;
    std::map<std::string, ScoreSummary> summaries;
    for (const std::string& id : metrics) {
        std::vector<double> scores;
        for (const FoldResult& fold : folds) scores.push_back(fold.scores.at(id));
        const bool undefined = std::any_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); });
        ScoreSummary summary;
        if (folds.size() >= 2 && !singleRows && !undefined) {
            summary = foldSummary(scores, testRows / trainRows, registry.require(id).range);
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
