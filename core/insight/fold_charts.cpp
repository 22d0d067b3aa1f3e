// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "data/profile.h"
#include "evaluate/intervals.h"
#include "evaluate/statistics.h"
#include "insight/run_charts.h"
#include "metric/curves.h"

namespace holdout {

namespace {

/// Held-out rows of all folds one after another: what was true and what was predicted.
struct Pooled {
    Target truth;
    Predictions predicted;
    std::vector<double> deviations;  ///< of `predicted`; empty unless all folds have some
};

Pooled pool(const Run& run) {
    RowId most = 0;
    for (const RowId row : run.truthRows) most = std::max(most, row);
    constexpr auto kNone = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> positionOf(run.truthRows.empty() ? 0 : most + 1, kNone);
    for (std::size_t i = 0; i < run.truthRows.size(); ++i) positionOf[run.truthRows[i]] = static_cast<std::uint32_t>(i);

    std::vector<std::uint32_t> positions;
    std::vector<double> values;
    std::vector<Eigen::RowVectorXd> probabilities;
    Pooled pooled;
    bool sure = true;
    for (const FoldResult& fold : run.evaluation.folds) {
        sure = sure && fold.deviations.size() == fold.predictions.values.size();
        for (std::size_t i = 0; i < std::min(fold.testRows.size(), fold.predictions.size()); ++i) {
            const RowId row = fold.testRows[i];
            if (row >= positionOf.size() || positionOf[row] == kNone) continue;
            positions.push_back(positionOf[row]);
            const auto at = static_cast<Eigen::Index>(i);
            if (fold.predictions.values.size() > at) values.push_back(fold.predictions.values[at]);
            if (fold.deviations.size() > at) pooled.deviations.push_back(fold.deviations[at]);
            if (i < fold.predictions.classes.size()) pooled.predicted.classes.push_back(fold.predictions.classes[i]);
            if (fold.predictions.probabilities.rows() > at) probabilities.push_back(fold.predictions.probabilities.row(at));
        }
    }
    if (!sure) pooled.deviations.clear();
    pooled.truth = run.truth.gather(positions);
    pooled.predicted.values = Eigen::Map<Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    if (!probabilities.empty()) {
        pooled.predicted.probabilities.resize(static_cast<Eigen::Index>(probabilities.size()), probabilities.front().size());
        for (std::size_t i = 0; i < probabilities.size(); ++i)
            pooled.predicted.probabilities.row(static_cast<Eigen::Index>(i)) = probabilities[i];
    }
    return pooled;
}

std::string runName(const Run& run) {
    if (!run.spec.name.empty()) return run.spec.name;
    return run.id > 0 ? "run " + std::to_string(run.id) : run.finalPipeline.model.id;
}

double interpolated(const std::vector<CurvePoint>& curve, double x) {
    const auto after = std::upper_bound(curve.begin(), curve.end(), x, [](double v, const CurvePoint& p) { return v < p.x; });
    if (after == curve.begin()) return curve.front().y;
    if (after == curve.end()) return curve.back().y;
    const CurvePoint& a = *(after - 1);
    return a.y + (after->y - a.y) * (x - a.x) / (after->x - a.x);
}

struct RocSummary {
    Series series;
    double area = NAN;
};

/// Two classes: the curve of the positive one. More: each class against the rest, averaged at equal false positive rates.
RocSummary rocOf(const Run& run, int runIndex) {
    const Pooled pooled = pool(run);
    RocSummary result{.series = {.name = runName(run), .runIndex = runIndex}};
    const int classes = pooled.truth.classCount();
    if (pooled.predicted.probabilities.cols() != classes || classes < 2) return result;
    std::vector<std::vector<CurvePoint>> curves;
    for (int label = classes == 2 ? 1 : 0; label < classes; ++label) {
        auto curve = rocCurve(pooled.truth, pooled.predicted.probabilities.col(label), label);
        if (!curve.empty()) curves.push_back(std::move(curve));
    }
    if (curves.empty()) return result;
    result.area = 0;
    for (const auto& curve : curves) result.area += areaUnder(curve) / static_cast<double>(curves.size());
    if (curves.size() == 1) {
        for (const CurvePoint& point : curves.front()) {
            result.series.x.push_back(point.x);
            result.series.y.push_back(point.y);
        }
        return result;
    }
    constexpr int kGrid = 200;
    result.series.x = {0};
    result.series.y = {0};
    for (int i = 0; i <= kGrid; ++i) {
        const double x = static_cast<double>(i) / kGrid;
        double sum = 0;
        for (const auto& curve : curves) sum += interpolated(curve, x);
        result.series.x.push_back(x);
        result.series.y.push_back(sum / static_cast<double>(curves.size()));
    }
    return result;
}

StripChart::Column stripColumn(std::string name, int runIndex, std::vector<double> values) {
    std::erase_if(values, [](double v) { return !std::isfinite(v); });
    StripChart::Column column{.name = std::move(name), .runIndex = runIndex, .values = std::move(values)};
    if (!column.values.empty()) column.mean = mean(column.values);
    column.low = column.high = column.mean;
    return column;
}

}  // namespace

StripChart foldStrip(const std::vector<const Run*>& runs, const std::string& metric, const MetricRegistry& metrics) {
    const MetricInfo* info = metrics.find(metric);
    const std::string label = info ? std::string(info->label) : metric;
    StripChart chart{.title = label + " by fold", .y = {.label = label}};
    std::string interval;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto found = runs[i]->evaluation.scores.find(metric);
        if (found == runs[i]->evaluation.scores.end()) continue;
        const ScoreSummary& score = found->second;
        chart.columns.push_back(stripColumn(runName(*runs[i]), static_cast<int>(i), score.folds));
        chart.columns.back().mean = score.mean;
        chart.columns.back().low = score.low;
        chart.columns.back().high = score.high;
        interval = score.interval;
    }
    if (chart.columns.empty()) return chart;
    chart.sentence = "Each dot is a fold, the line the mean, the box its 95 % interval";
    if (!interval.empty()) chart.sentence += ": " + interval;
    chart.sentence += ".";
    if (chart.columns.size() == 1) {
        const auto& only = chart.columns.front();
        chart.sentence = "Mean " + formatNumber(only.mean) + ", 95 % interval " + formatNumber(only.low) + " to " +
                         formatNumber(only.high) + ".";
    }
    return chart;
}

StripChart foldStripLive(const std::vector<FoldResult>& folds, const std::string& metric, const MetricRegistry& metrics) {
    const MetricInfo* info = metrics.find(metric);
    const std::string label = info ? std::string(info->label) : metric;
    StripChart chart{.title = label + " by fold", .y = {.label = label}};
    std::vector<double> values;
    for (const FoldResult& fold : folds)
        if (const auto found = fold.scores.find(metric); found != fold.scores.end()) values.push_back(found->second);
    if (values.empty()) return chart;
    chart.columns.push_back(stripColumn("this run", 0, std::move(values)));
    chart.sentence = formatCount(static_cast<std::int64_t>(chart.columns.front().values.size())) +
                     " folds so far, mean " + formatNumber(chart.columns.front().mean) + "; the interval comes with the last fold.";
    return chart;
}

HeatMap confusionMap(const Run& run) {
    HeatMap chart{.title = "Confusion matrix", .x = {.label = "predicted"}, .y = {.label = "true"}, .valueLabel = "rows"};
    if (run.task != Task::Classification || run.evaluation.folds.empty()) return chart;
    const Pooled pooled = pool(run);
    const ConfusionMatrix matrix = confusionMatrix(pooled.truth, pooled.predicted, {});
    chart.x.categories = chart.y.categories = matrix.labels;
    chart.values = matrix.counts;
    chart.showNumbers = true;
    for (std::size_t i = 0; i <= matrix.labels.size(); ++i) chart.xEdges.push_back(static_cast<double>(i));
    chart.yEdges = chart.xEdges;
    const double all = matrix.counts.sum(), right = matrix.counts.trace();
    Eigen::MatrixXd wrong = matrix.counts;
    wrong.diagonal().setZero();
    Eigen::Index from = 0, to = 0;
    const double most = wrong.size() > 0 ? wrong.maxCoeff(&from, &to) : 0;
    chart.sentence = formatCount(std::llround(right)) + " of " + formatCount(std::llround(all)) + " held-out rows are right";
    if (most > 0)
        chart.sentence += "; most often, " + matrix.labels[static_cast<std::size_t>(from)] + " is taken for " +
                          matrix.labels[static_cast<std::size_t>(to)] + " (" + formatCount(std::llround(most)) + ")";
    chart.sentence += ".";
    return chart;
}

LineChart rocChart(const std::vector<const Run*>& runs) {
    LineChart chart{.title = "ROC",
                    .x = {.label = "false positive rate", .low = 0.0, .high = 1.0},
                    .y = {.label = "true positive rate", .low = 0.0, .high = 1.0},
                    .diagonal = true};
    std::string areas;
    bool macro = false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i]->task != Task::Classification) continue;
        RocSummary roc = rocOf(*runs[i], static_cast<int>(i));
        if (roc.series.x.empty()) continue;
        macro = macro || runs[i]->truth.classCount() > 2;
        areas += (areas.empty() ? "" : ", ") + (runs.size() > 1 ? roc.series.name + ": " : std::string()) + formatNumber(roc.area, 3);
        chart.series.push_back(std::move(roc.series));
    }
    if (chart.series.empty()) return chart;
    chart.sentence = std::string("Pooled over held-out folds") + (macro ? ", each class against the rest, averaged" : "") +
                     "; area " + areas + ".";
    return chart;
}

ScatterChart residualChart(const Run& run) {
    ScatterChart chart{.title = "Residuals", .x = {.label = "predicted"}, .y = {.label = "true − predicted"}, .zeroLine = true};
    if (run.task != Task::Regression) return chart;
    const Pooled pooled = pool(run);
    Series series{.name = "held-out rows", .role = SeriesRole::Validation};
    double sum = 0;
    for (Eigen::Index i = 0; i < pooled.predicted.values.size(); ++i) {
        series.x.push_back(pooled.predicted.values[i]);
        series.y.push_back(pooled.truth.values[i] - pooled.predicted.values[i]);
        sum += series.y.back();
    }
    if (series.x.empty()) return chart;
    chart.sentence = "Held-out rows; on average the model predicts " +
                     formatNumber(std::abs(sum / static_cast<double>(series.x.size())), 3) + (sum > 0 ? " too low." : " too high.");
    chart.series.push_back(std::move(series));
    return chart;
}

/// How many of the rows lie in the 95 % interval that was predicted for them, with Wilson's interval of the share.
std::string coverageWords(const Series& series) {
    std::size_t held = 0;
    double width = 0;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        held += series.low[i] <= series.x[i] && series.x[i] <= series.high[i];
        width += (series.high[i] - series.low[i]) / 2;
    }
    const auto rows = static_cast<double>(series.x.size());
    const Bounds share = wilsonInterval(static_cast<double>(held), rows);
    const auto percent = [](double part) { return formatNumber(100 * part, 3); };
    return "The 95 % intervals (± " + formatNumber(width / rows, 3) + " on average) hold the truth of " +
           percent(static_cast<double>(held) / rows) + " % of " + formatCount(static_cast<std::int64_t>(series.x.size())) +
           " held-out rows (Wilson: " + percent(share.low) + " to " + percent(share.high) + " %)" +
           (share.high < 0.95  ? ", fewer than they should: the model is too sure."
            : share.low > 0.95 ? ", more than they should: the model is not as sure as it could be."
                               : ".");
}

ScatterChart predictedChart(const Run& run) {
    ScatterChart chart{.title = "Predicted and true", .x = {.label = "true"}, .y = {.label = "predicted"}, .diagonal = true};
    if (run.task != Task::Regression) return chart;
    const Pooled pooled = pool(run);
    Series series{.name = "held-out rows", .role = SeriesRole::Validation};
    for (Eigen::Index i = 0; i < pooled.predicted.values.size(); ++i) {
        series.x.push_back(pooled.truth.values[i]);
        series.y.push_back(pooled.predicted.values[i]);
        if (pooled.deviations.empty()) continue;
        constexpr double width = 1.959963984540054;  // of 95 % of a normal distribution
        const double reach = width * pooled.deviations[static_cast<std::size_t>(i)];
        series.low.push_back(series.y.back() - reach);
        series.high.push_back(series.y.back() + reach);
    }
    if (series.x.empty()) return chart;
    chart.sentence = series.low.empty() ? formatCount(static_cast<std::int64_t>(series.x.size())) +
                                              " held-out predictions; on the dashed line they would be exact."
                                        : coverageWords(series);
    chart.series.push_back(std::move(series));
    return chart;
}

BarChart coefficientChart(const Run& run, std::size_t most) {
    BarChart chart{.title = "Coefficients", .x = {.label = "coefficient"}, .role = SeriesRole::Training, .horizontal = true};
    const auto coefficients = run.model ? run.model->model().coefficients() : std::nullopt;
    if (!coefficients || coefficients->features.empty()) return chart;
    // With several outputs: the weight that is largest in size.
    std::vector<std::pair<double, std::string>> largest;
    std::size_t zero = 0;
    for (Eigen::Index i = 0; i < coefficients->weights.rows(); ++i) {
        Eigen::Index at = 0;
        coefficients->weights.row(i).cwiseAbs().maxCoeff(&at);
        largest.emplace_back(coefficients->weights(i, at), coefficients->features[static_cast<std::size_t>(i)]);
        zero += largest.back().first == 0;
    }
    std::stable_sort(largest.begin(), largest.end(), [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
    const std::size_t all = largest.size();
    largest.resize(std::min(most, all));
    for (const auto& [weight, name] : largest) {
        chart.values.push_back(weight);
        chart.y.categories.push_back(name);
    }
    const auto words = [](std::size_t count) { return formatCount(static_cast<std::int64_t>(count)); };
    chart.sentence = (all > most ? "The " + words(most) + " largest of " + words(all) : "All " + words(all)) +
                     ", on the features' scale after preparation";
    if (zero > 0) chart.sentence += "; " + words(static_cast<std::size_t>(zero)) + (zero == 1 ? " is zero" : " are zero");
    chart.sentence += ".";
    return chart;
}

BarChart histogramChart(const std::string& column, const ColumnProfile& profile) {
    BarChart chart{.title = column, .x = {.label = column}, .y = {.label = "rows"}};
    if (!profile.histogram.counts.empty()) {
        chart.x.low = profile.histogram.low;
        chart.x.high = profile.histogram.high;
        for (const auto count : profile.histogram.counts) chart.values.push_back(static_cast<double>(count));
    } else {
        for (const LevelCount& level : profile.top) {
            chart.x.categories.push_back(level.level);
            chart.values.push_back(static_cast<double>(level.count));
        }
    }
    return chart;
}

}  // namespace holdout
