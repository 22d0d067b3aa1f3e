// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/nested.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/format.h"
#include "base/parallel.h"
#include "evaluate/refits.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

/// The mean fraction of several searches that go on at the same time.
class SharedProgress {
public:
    SharedProgress(Progress& parent, std::size_t parts) : m_parent(parent), m_fractions(parts, 0) {}
    void report(std::size_t part, double fraction) {
        const std::lock_guard lock(m_mutex);
        m_fractions[part] = std::max(m_fractions[part], fraction);
        m_parent.report(mean(m_fractions), "nested cross-validation");
    }

private:
    Progress& m_parent;
    std::mutex m_mutex;
    std::vector<double> m_fractions;
};

class FoldProgress final : public Progress {
public:
    FoldProgress(SharedProgress& all, std::size_t part) : m_all(all), m_part(part) {}
    void report(double fraction, std::string_view) override { m_all.report(m_part, fraction); }
    void trace(const TracePoint&) override {}

private:
    SharedProgress& m_all;
    const std::size_t m_part;
};

SplitSpec outerSplit(const Dataset& data, const SplitSpec& inner, std::int64_t folds) {
    SplitSpec outer{.id = data.groups ? "group-k-fold" : "k-fold", .params = {}};
    if (inner.id == "time-series") outer = {.id = "time-series", .params = inner.params};
    outer.params.set("folds", folds);
    return outer;
}

bool sameNumber(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

bool NestedResult::operator==(const NestedResult& other) const {
    return metric == other.metric && sameNumber(mean, other.mean) &&
           std::equal(folds.begin(), folds.end(), other.folds.begin(), other.folds.end(),
                      [](const auto& a, const auto& b) {
                          return a.params == b.params && sameNumber(a.inner, b.inner) && sameNumber(a.outer, b.outer);
                      });
}

double optimismOf(double best, double nested, Direction direction) {
    return direction == Direction::HigherIsBetter ? best - nested : nested - best;
}

std::string optimismSentence(double best, const NestedResult& nested, const MetricInfo& metric) {
    const double optimism = optimismOf(best, nested.mean, metric.direction);
    std::string words = "The best trial scores " + formatNumber(best, 4) + " in " + std::string(metric.label) +
                        "; on rows that took no part in the search, the same search scores " +
                        formatNumber(nested.mean, 4) + " (" + formatNumber(nested.low, 4) + " to " +
                        formatNumber(nested.high, 4) + "). ";
    if (!std::isfinite(optimism)) return words;
    if (optimism <= 0) return words + "The best score is not too good.";
    return words + "The best score flatters by " + formatNumber(optimism, 2) + ": quote the nested one.";
}

NestedResult runNested(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune, const SplitSpec& inner,
                       const std::vector<std::string>& metrics, const Catalog& catalog, const SearchRegistry& searches,
                       JobContext& context) {
    NestedResult result;
    result.metric = tune.metric.empty() ? metrics.front() : tune.metric;
    const MetricInfo& metric = catalog.metrics.require(result.metric);
    Warnings warnings;
    const std::vector<Fold> outer = makeFolds(outerSplit(data, inner, tune.nested.value()), catalog.splits, data,
                                              context.seed.derive("split"), warnings);
    result.folds.resize(outer.size());
    SharedProgress progress(context.progress, outer.size());
    double testRows = 0, trainRows = 0;
    for (const Fold& fold : outer) {
        testRows += static_cast<double>(fold.test.size());
        trainRows += static_cast<double>(fold.train.size());
    }
    parallelFor(outer.size(), [&](std::size_t f) {
        context.throwIfStopped();
        FoldProgress foldProgress(progress, f);
        JobContext fold = context.reporting(foldProgress).derive("fold", f);
        fold.finish = {};
        const Dataset training = subsetOf(data, outer[f].train);
        Warnings ofFold;
        const std::vector<Fold> folds = makeFolds(inner, catalog.splits, training, fold.seed.derive("split"), ofFold);
        JobContext search = fold.derive("tune");
        const StudyResult study =
            runStudy(training, base, tune, folds, {result.metric}, catalog, searches, {}, search, {});
        const Trial& best = study.trials[study.best.value()];
        SilentProgress silent;
        JobContext last = fold.derive("evaluate").reporting(silent);
        const auto scored =
            evaluateFolds(data, withParams(base, best.params, catalog), {outer[f]}, {result.metric}, catalog, last, {});
        result.folds[f] = {best.params, best.score, scored.front().scores.at(result.metric)};
        foldProgress.report(1, "");
    });
    std::vector<double> scores;
    for (const NestedFold& fold : result.folds) scores.push_back(fold.outer);
    if (scores.size() < 2) {
        result.mean = scores.front();
        result.low = result.high = std::nan("");
        result.interval = "none for one outer fold";
        return result;
    }
    const Interval interval = correctedResampledT(scores, testRows / trainRows);
    result.mean = interval.mean;
    result.low = std::max(metric.range.low, interval.low);
    result.high = std::min(metric.range.high, interval.high);
    result.interval = "corrected resampled t (Nadeau, Bengio 2003) over outer folds";
    return result;
}

}  // namespace holdout
