// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/refits.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>

#include "base/parallel.h"
#include "evaluate/fold_context.h"
#include "evaluate/intervals.h"
#include "evaluate/statistics.h"
#include "split/dealing.h"

namespace holdout {
namespace {

using Clock = std::chrono::steady_clock;

template <typename Part>
std::vector<double> partOf(const std::vector<FitScore>& folds, Part FitScore::*part) {
    std::vector<double> values;
    for (const FitScore& fold : folds) values.push_back(fold.*part);
    return values;
}

double sdOf(const std::vector<double>& values) {
    return values.size() < 2 ? 0 : sampleSd(values);
}

/// Fits on some rows and scores on them and on others.
FitScore fitAndScore(const Dataset& training, const Dataset& testing, const PipelineSpec& pipeline,
                     const MetricInfo& metric, const Catalog& catalog, JobContext& context) {
    const auto start = Clock::now();
    const auto fitted = fitPipeline(training, pipeline, catalog, context);
    StepNotes notes;
    FitScore score;
    score.training = metric.score(training.target, fitted->predict(training.features, notes), training.weights);
    score.validation = metric.score(testing.target, fitted->predict(testing.features, notes), testing.weights);
    score.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return score;
}

/// The order in which a fold's training rows join: shuffled, and with classes, each class spread evenly over the order.
std::vector<std::uint32_t> joiningOrder(const Dataset& data, const Fold& fold, bool ordered, Seed seed) {
    std::vector<std::uint32_t> order = fold.train;
    if (ordered) {
        std::reverse(order.begin(), order.end());
        return order;
    }
    RandomStream random(seed);
    random.shuffle(order);
    if (data.target.task == Task::Regression) return order;
    struct Keyed {
        double key;
        std::uint32_t position;
    };
    std::vector<double> counts(data.target.labels.size(), 0), seen(data.target.labels.size(), 0);
    for (const std::uint32_t position : order) ++counts[static_cast<std::size_t>(data.target.classes[position])];
    std::vector<Keyed> keyed;
    for (const std::uint32_t position : order) {
        const auto label = static_cast<std::size_t>(data.target.classes[position]);
        keyed.push_back({(seen[label]++ + 0.5) / counts[label], position});
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
    std::transform(keyed.begin(), keyed.end(), order.begin(), [](const Keyed& k) { return k.position; });
    return order;
}

/// Runs fit(point, fold) for all points and folds in parallel, and tells of points and progress.
class PointRunner {
public:
    using Fit = std::function<FitScore(std::size_t point, std::size_t fold, JobContext& context)>;

    PointRunner(std::vector<ScoredPoint>& points, const std::vector<Fold>& folds, JobContext& context,
                const PointSink& sink)
        : m_points(points), m_folds(folds), m_context(context), m_sink(sink), m_left(points.size(), folds.size()) {
        for (ScoredPoint& point : points) point.folds.assign(folds.size(), {});
    }

    void run(const Fit& fit) {
        const std::size_t units = m_points.size() * m_folds.size();
        parallelFor(units, [&](std::size_t unit) {
            m_context.throwIfStopped();
            const std::size_t p = unit / m_folds.size(), f = unit % m_folds.size();
            JobContext context = foldContext(m_context, m_folds[f], m_silent);
            std::optional<Error> error;
            FitScore score;
            try {
                score = fit(p, f, context);
            } catch (const Error& caught) {
                error = caught;
            }
            finish(p, f, score, error, units);
        });
        for (ScoredPoint& point : m_points)
            if (!point.error.empty()) point.folds.clear();
    }

private:
    void finish(std::size_t p, std::size_t f, const FitScore& score, const std::optional<Error>& error,
                std::size_t units) {
        const std::lock_guard lock(m_mutex);
        ScoredPoint& point = m_points[p];
        point.folds[f] = score;
        if (error && (point.error.empty() || f < m_failed)) {
            point.error = error->what();
            m_failed = f;
        }
        if (--m_left[p] == 0 && m_sink && point.error.empty()) m_sink(point);
        ++m_done;
        m_context.progress.report(static_cast<double>(m_done) / static_cast<double>(units),
                                  std::to_string(m_done) + " of " + std::to_string(units) + " fits");
    }

    std::vector<ScoredPoint>& m_points;
    const std::vector<Fold>& m_folds;
    JobContext& m_context;
    const PointSink& m_sink;
    SilentProgress m_silent;
    std::mutex m_mutex;  ///< guards what follows, and the points
    std::vector<std::size_t> m_left;
    std::size_t m_done = 0, m_failed = 0;
};

/// The law through points of equal standing, c on a grid and a, b by least squares: a curve of few points has no more
/// information on c than that.
PowerLaw fitLaw(const std::vector<double>& rows, const std::vector<double>& scores) {
    PowerLaw best;
    double least = std::numeric_limits<double>::infinity();
    const auto count = static_cast<double>(rows.size());
    for (int i = 1; i <= 60; ++i) {
        const double c = 0.05 * std::pow(40.0, (i - 1) / 59.0);  // 0.05 … 2
        double sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const double x = std::pow(rows[k], -c);
            sx += x;
            sy += scores[k];
            sxx += x * x;
            sxy += x * scores[k];
        }
        const double spread = sxx - sx * sx / count;
        if (!(spread > 0)) continue;
        const double b = (sxy - sx * sy / count) / spread, a = (sy - b * sx) / count;
        double error = 0;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const double gap = scores[k] - a - b * std::pow(rows[k], -c);
            error += gap * gap;
        }
        if (error < least) {
            least = error;
            best = {a, b, c};
        }
    }
    return best;
}

}  // namespace

double ScoredPoint::meanTraining() const {
    return mean(partOf(folds, &FitScore::training));
}
double ScoredPoint::meanValidation() const {
    return mean(partOf(folds, &FitScore::validation));
}
double ScoredPoint::sdTraining() const {
    return sdOf(partOf(folds, &FitScore::training));
}
double ScoredPoint::sdValidation() const {
    return sdOf(partOf(folds, &FitScore::validation));
}
double PowerLaw::at(double rows) const {
    return a + b * std::pow(rows, -c);
}

Dataset subsetOf(const Dataset& data, std::span<const std::uint32_t> positions) {
    Dataset subset;
    subset.features = data.features.gather(positions);
    subset.target = data.target.gather(positions);
    if (data.weights.size() > 0) {
        subset.weights.resize(static_cast<Eigen::Index>(positions.size()));
        for (std::size_t i = 0; i < positions.size(); ++i)
            subset.weights[static_cast<Eigen::Index>(i)] = data.weights[positions[i]];
    }
    if (data.groups) subset.groups = data.groups->gather(positions);
    if (data.folds) subset.folds = data.folds->gather(positions);
    for (const std::uint32_t position : positions) subset.rows.push_back(data.rows[position]);
    return subset;
}

std::vector<std::size_t> learningSizes(const std::vector<Fold>& folds, std::size_t count) {
    std::size_t most = std::numeric_limits<std::size_t>::max();
    for (const Fold& fold : folds) most = std::min(most, fold.train.size());
    if (folds.empty() || most < 4 || count < 2) return {};
    const double low =
        std::max(4.0, std::min(static_cast<double>(most) / 2, std::max(10.0, static_cast<double>(most) / 20)));
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(count - 1);
        const auto size =
            static_cast<std::size_t>(std::llround(low * std::pow(static_cast<double>(most) / low, share)));
        if (sizes.empty() || size > sizes.back()) sizes.push_back(std::min(size, most));
    }
    return sizes;
}

std::vector<ScoredPoint> learningCurve(const Dataset& data, const ScoreCurveSpec& spec, const std::vector<Fold>& folds,
                                       const std::vector<std::size_t>& sizes, bool ordered, const Catalog& catalog,
                                       JobContext& context, const PointSink& sink) {
    const MetricInfo& metric = catalog.metrics.require(spec.metric);
    std::vector<std::vector<std::uint32_t>> orders;
    std::vector<Dataset> tests;
    for (const Fold& fold : folds) {
        const Seed seed = context.seed.derive("order", static_cast<std::uint64_t>(fold.repeat))
                              .derive("fold", static_cast<std::uint64_t>(fold.index));
        orders.push_back(joiningOrder(data, fold, ordered, seed));
        tests.push_back(subsetOf(data, fold.test));
    }
    std::vector<ScoredPoint> points(sizes.size());
    for (std::size_t p = 0; p < sizes.size(); ++p) points[p].x = static_cast<double>(sizes[p]);
    PointRunner(points, folds, context, sink).run([&](std::size_t p, std::size_t f, JobContext& fold) {
        std::vector<std::uint32_t> rows(orders[f].begin(), orders[f].begin() + static_cast<std::ptrdiff_t>(sizes[p]));
        std::sort(rows.begin(), rows.end());
        return fitAndScore(subsetOf(data, rows), tests[f], spec.pipeline, metric, catalog, fold);
    });
    if (!points.empty() && !points.back().error.empty())
        throw Error("The model cannot be fitted: " + points.back().error);
    return points;
}

std::vector<ScoredPoint> candidateCurve(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                        std::vector<ScoredPoint> points, const std::string& metric,
                                        const std::vector<Fold>& folds, const Catalog& catalog, JobContext& context,
                                        const PointSink& sink) {
    const MetricInfo& info = catalog.metrics.require(metric);
    std::vector<Dataset> trainings, tests;
    for (const Fold& fold : folds) {
        trainings.push_back(subsetOf(data, fold.train));
        tests.push_back(subsetOf(data, fold.test));
    }
    PointRunner(points, folds, context, sink).run([&](std::size_t p, std::size_t f, JobContext& fold) {
        return fitAndScore(trainings[f], tests[f], candidates[p], info, catalog, fold);
    });
    return points;
}

std::optional<Extrapolation> extrapolate(const std::vector<ScoredPoint>& points, double more, Seed seed) {
    std::vector<const ScoredPoint*> kept;
    for (const ScoredPoint& point : points)
        if (!point.folds.empty() && std::isfinite(point.meanValidation())) kept.push_back(&point);
    if (kept.size() < 4) return std::nullopt;
    const std::size_t folds = kept.front()->folds.size();
    std::vector<double> rows;
    for (const ScoredPoint* point : kept) rows.push_back(point->x);
    const auto lawOf = [&](const std::vector<double>& weights) {
        std::vector<double> scores;
        for (const ScoredPoint* point : kept) {
            double sum = 0, all = 0;
            for (std::size_t f = 0; f < folds; ++f) {
                sum += weights[f] * point->folds[f].validation;
                all += weights[f];
            }
            scores.push_back(sum / all);
        }
        return fitLaw(rows, scores);
    };
    Extrapolation result;
    result.rows = rows.back();
    result.more = more;
    result.law = lawOf(std::vector<double>(folds, 1));
    const auto gainOf = [&](const PowerLaw& law) { return law.at(result.rows + more) - law.at(result.rows); };
    result.gain = gainOf(result.law);
    std::vector<double> gains;
    for (std::uint64_t b = 0; b < 400 && folds >= 2; ++b) {
        RandomStream random(seed.derive("bootstrap", b));
        std::vector<double> weights(folds, 0);
        for (std::size_t f = 0; f < folds; ++f) ++weights[random.below(folds)];
        gains.push_back(gainOf(lawOf(weights)));
    }
    const Bounds bounds = percentileInterval(gains);
    result.low = bounds.low;
    result.high = bounds.high;
    return result;
}

}  // namespace holdout
