// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/score_curve_charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

std::string counted(double count) {
    return formatCount(std::llround(count));
}

void addPoint(Series& series, double x, double centre, double sd) {
    series.x.push_back(x);
    series.y.push_back(centre);
    series.low.push_back(centre - sd);
    series.high.push_back(centre + sd);
}

/// Training and validation of the points that could be fitted.
std::vector<Series> scoreSeries(const std::vector<ScoredPoint>& points, bool byPosition) {
    Series training{.name = "training", .role = SeriesRole::Training},
        validation{.name = "validation", .role = SeriesRole::Validation};
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].folds.empty()) continue;
        const double x = byPosition ? static_cast<double>(i) : points[i].x;
        addPoint(training, x, points[i].meanTraining(), points[i].sdTraining());
        addPoint(validation, x, points[i].meanValidation(), points[i].sdValidation());
    }
    return {std::move(training), std::move(validation)};
}

std::string signedNumber(double value, int digits) {
    return (value > 0 ? "+" : "") + formatNumber(value, digits);
}

}  // namespace

const ScoredPoint* bestPoint(const std::vector<ScoredPoint>& points, const MetricInfo& metric) {
    const ScoredPoint* best = nullptr;
    for (const ScoredPoint& point : points)
        if (!point.folds.empty() && std::isfinite(point.meanValidation()) &&
            (!best || isBetter(metric.direction, point.meanValidation(), best->meanValidation())))
            best = &point;
    return best;
}

std::string extrapolationSentence(const std::optional<Extrapolation>& extrapolation, const MetricInfo& metric) {
    if (!extrapolation || !std::isfinite(extrapolation->gain)) return {};
    const Extrapolation& e = *extrapolation;
    const std::string rows = counted(e.more) + " more rows";
    const bool helps = metric.direction == Direction::HigherIsBetter ? e.low > 0 : e.high < 0;
    if (!helps)
        return rows + " would change " + std::string(metric.label) + " by about " + signedNumber(e.gain, 2) +
               " (95 % interval " + signedNumber(e.low, 2) + " to " + signedNumber(e.high, 2) +
               "): no gain that the folds can show.";
    return rows + " would bring " + std::string(metric.label) + " about " + signedNumber(e.gain, 2) +
           " (95 % interval " + signedNumber(e.low, 2) + " to " + signedNumber(e.high, 2) +
           "), if the curve goes on as it did.";
}

std::string biasVarianceSentence(const ScoredPoint& chosen, const ScoredPoint& best, const MetricInfo& metric) {
    const auto folds = static_cast<double>(chosen.folds.size());
    std::vector<double> gaps;
    for (const FitScore& fold : chosen.folds)
        gaps.push_back(metric.direction == Direction::HigherIsBetter ? fold.training - fold.validation
                                                                     : fold.validation - fold.training);
    const double gap = mean(gaps), error = gaps.size() > 1 ? sampleSd(gaps) / std::sqrt(folds) : 0;
    const bool isWide = gap > 2 * error && gap > 0;
    const double lost = std::abs(best.meanValidation() - chosen.meanValidation());
    const bool isBest = &chosen == &best || lost <= chosen.sdValidation() / std::sqrt(folds);
    if (isBest && !isWide) return "Training and validation agree: neither bias nor variance stands out.";
    if (isBest)
        return "Training is better than validation by " + formatNumber(gap, 2) +
               ": some variance, as the best setting has it.";
    if (isWide)
        return "Training is better than validation by " + formatNumber(gap, 2) +
               ": high variance, the model fits noise.";
    return "Training and validation are both worse than they could be: high bias, the model is too simple.";
}

LineChart learningChart(const std::vector<ScoredPoint>& points, const MetricInfo& metric,
                        const std::optional<Extrapolation>& extrapolation) {
    LineChart chart{.title = "Learning curve",
                    .sentence = {},
                    .x = {.label = "training rows"},
                    .y = {.label = std::string(metric.label)},
                    .series = scoreSeries(points, false),
                    .markers = {}};
    if (chart.series[1].x.empty()) {
        chart.series.clear();
        return chart;
    }
    if (extrapolation) {
        const Extrapolation& e = *extrapolation;
        Series law{.name = "extrapolated", .role = SeriesRole::Validation, .dashed = true};
        for (int i = 0; i <= 20; ++i) {
            law.x.push_back(e.rows + e.more * i / 20.0);
            law.y.push_back(e.law.at(law.x.back()));
        }
        chart.series.push_back(std::move(law));
        chart.sentence = extrapolationSentence(extrapolation, metric);
        return chart;
    }
    const std::size_t done = chart.series[1].x.size();
    chart.sentence = std::to_string(done) + (done == 1 ? " point" : " points") +
                     " of the curve; bands are one standard deviation over folds.";
    return chart;
}

LineChart validationChart(const std::vector<ScoredPoint>& points, const std::string& label, AxisScale scale,
                          const MetricInfo& metric) {
    const bool byPosition =
        std::any_of(points.begin(), points.end(), [](const ScoredPoint& p) { return !p.label.empty(); });
    LineChart chart{.title = "Validation curve",
                    .sentence = {},
                    .x = {.label = label, .scale = scale},
                    .y = {.label = std::string(metric.label)},
                    .series = scoreSeries(points, byPosition),
                    .markers = {}};
    if (byPosition) {
        chart.x.scale = AxisScale::Linear;
        for (const ScoredPoint& point : points) chart.x.categories.push_back(point.label);
    }
    const ScoredPoint* best = bestPoint(points, metric);
    if (!best) {
        chart.series.clear();
        return chart;
    }
    const double at = byPosition ? static_cast<double>(best - points.data()) : best->x;
    const std::string name = best->label.empty() ? formatNumber(best->x, 3) : best->label;
    chart.markers.push_back({at, "best " + name});
    chart.sentence = "Best at " + name + ". " + biasVarianceSentence(*best, *best, metric);
    // What the ends of the range suffer from tells how to read the curve.
    const ScoredPoint *first = nullptr, *last = nullptr;
    for (const ScoredPoint& point : points)
        if (!point.folds.empty()) {
            if (!first) first = &point;
            last = &point;
        }
    for (const ScoredPoint* end : {first, last})
        if (end != best && end)
            chart.sentence += " At " + (end->label.empty() ? formatNumber(end->x, 3) : end->label) + ": " +
                              biasVarianceSentence(*end, *best, metric);
    return chart;
}

StripChart groupRateChart(const FairnessReport& report, const Rate GroupRates::*rate, const std::string& what) {
    StripChart chart{.title = what,
                     .sentence = {},
                     .y = {.label = "share", .low = 0.0, .high = 1.0},
                     .columns = {},
                     .column = "group",
                     .dot = {}};
    std::string none;
    for (const GroupRates& group : report.groups) {
        const Rate& r = group.*rate;
        if (!std::isfinite(r.value)) {
            none += (none.empty() ? "" : ", ") + group.name;
            continue;
        }
        chart.columns.push_back(
            {.name = group.name, .runIndex = 0, .values = {r.value}, .mean = r.value, .low = r.low, .high = r.high});
    }
    chart.sentence = "Boxes are 95 % intervals (Wilson).";
    for (const Gap& gap : report.gaps)
        if (gap.rate == what || (what == "Selection rate" && gap.rate == "selection rate") ||
            (what == "True positive rate" && gap.rate == "true positive rate") ||
            (what == "False positive rate" && gap.rate == "false positive rate"))
            chart.sentence = "Gap " + formatNumber(gap.value, 2) + " between " + gap.lowest + " and " + gap.highest +
                             " (" + formatNumber(gap.low, 2) + " to " + formatNumber(gap.high, 2) +
                             "); boxes are 95 % intervals (Wilson).";
    if (!none.empty()) chart.sentence += " No row to tell it from in " + none + ".";
    return chart;
}

LineChart groupCalibrationChart(const FairnessReport& report) {
    LineChart chart{.title = "Calibration by group",
                    .sentence = {},
                    .x = {.label = report.column},
                    .y = {.label = "share", .low = 0.0, .high = 1.0},
                    .series = {},
                    .markers = {}};
    Series predicted{.name = "mean prediction", .role = SeriesRole::Validation},
        observed{.name = "observed", .role = SeriesRole::Test};
    double widest = -1;
    std::string where;
    for (std::size_t g = 0; g < report.groups.size(); ++g) {
        const GroupRates& group = report.groups[g];
        chart.x.categories.push_back(group.name);
        // Groups have no order: a gap after each, so that no line leads from one to the next.
        predicted.x.insert(predicted.x.end(), {static_cast<double>(g), NAN});
        predicted.y.insert(predicted.y.end(), {group.predicted, NAN});
        observed.x.insert(observed.x.end(), {static_cast<double>(g), NAN});
        observed.y.insert(observed.y.end(), {group.observed.value, NAN});
        observed.low.insert(observed.low.end(), {group.observed.low, NAN});
        observed.high.insert(observed.high.end(), {group.observed.high, NAN});
        const double gap = std::abs(group.predicted - group.observed.value);
        if (std::isfinite(gap) && gap > widest) {
            widest = gap;
            where = group.name;
        }
    }
    chart.series = {std::move(predicted), std::move(observed)};
    if (!where.empty())
        chart.sentence = "Predicted and observed differ most in " + where + ", by " + formatNumber(widest, 2) + ".";
    return chart;
}

LineChart damageChart(const RobustnessReport& report, Damage kind, const MetricInfo& metric) {
    const bool isNoise = kind == Damage::Noise;
    LineChart chart{
        .title = isNoise ? "Noise" : "Missing cells",
        .sentence = {},
        .x = {.label = isNoise ? "noise, standard deviations of the column" : "share of cells missing", .low = 0.0},
        .y = {.label = std::string(metric.label)},
        .series = {},
        .markers = {}};
    Series series{.name = std::string(metric.label), .role = SeriesRole::Validation};
    const auto sd = [](const std::vector<double>& values) { return values.size() > 1 ? sampleSd(values) : 0; };
    if (!report.clean.empty()) addPoint(series, 0, mean(report.clean), sd(report.clean));
    for (const DamagedScore& score : report.scores) {
        if (score.kind != kind) continue;
        if (!score.problem.empty()) {
            chart.sentence = "Rows with missing cells cannot be scored: " + score.problem;
            return chart;
        }
        addPoint(series, score.amount, score.mean(), sd(score.folds));
    }
    if (series.x.size() < 2) return chart;
    chart.sentence = "From " + formatNumber(series.y.front(), 3) + " on rows as they are to " +
                     formatNumber(series.y.back(), 3) + " at " +
                     (isNoise ? formatNumber(series.x.back(), 2) + " standard deviations"
                              : formatNumber(100 * series.x.back(), 2) + " %") +
                     "; bands are one standard deviation over folds.";
    chart.series.push_back(std::move(series));
    return chart;
}

BarChart shiftChart(const RobustnessReport& report, const MetricInfo& metric) {
    BarChart chart{.title = "Shifted columns",
                   .sentence = {},
                   .x = {.label = "loss of " + std::string(metric.label)},
                   .y = {},
                   .values = {},
                   .role = SeriesRole::Validation,
                   .horizontal = true};
    std::vector<std::pair<double, std::string>> losses;
    const double clean = report.clean.empty() ? 0 : mean(report.clean);
    for (const DamagedScore& score : report.scores)
        if (score.kind == Damage::ShiftedColumn && score.problem.empty() && std::isfinite(score.mean()))
            losses.emplace_back(
                metric.direction == Direction::HigherIsBetter ? clean - score.mean() : score.mean() - clean,
                score.column);
    std::stable_sort(losses.begin(), losses.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    constexpr std::size_t kMost = 15;
    if (losses.size() > kMost) losses.resize(kMost);
    for (const auto& [loss, column] : losses) {
        chart.values.push_back(loss);
        chart.y.categories.push_back(column);
    }
    if (!losses.empty() && losses.front().first <= 0)
        chart.sentence = "Each column in turn shifted by one standard deviation: none costs anything.";
    else if (!losses.empty())
        chart.sentence = "Each column in turn shifted by one standard deviation: " + losses.front().second +
                         " costs most, " + formatNumber(losses.front().first, 2) + ".";
    return chart;
}

RankChart criticalDifferenceChart(const std::vector<std::string>& models, const FriedmanResult& result,
                                  std::size_t dataSets) {
    RankChart chart{.title = "Mean ranks", .criticalDifference = result.criticalDifference};
    std::vector<std::size_t> order(models.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return result.meanRanks[a] < result.meanRanks[b]; });
    for (const std::size_t m : order) {
        chart.names.push_back(models[m]);
        chart.ranks.push_back(result.meanRanks[m]);
    }
    // The longest stretches of neighbours that cannot be told apart.
    std::size_t reached = 0;
    for (std::size_t first = 0; first < order.size(); ++first) {
        std::size_t last = first;
        while (last + 1 < order.size() && chart.ranks[last + 1] - chart.ranks[first] < result.criticalDifference) ++last;
        if (last > first && last > reached) chart.groups.emplace_back(first, last);
        reached = std::max(reached, last);
    }
    const double p = result.imanDavenport.pValue;
    chart.sentence = "Over " + std::to_string(dataSets) + " data sets; 1 is best. Friedman's test (Iman, Davenport): p " +
                     formatNumber(p, 2) + (p < 0.05 ? "." : ", so no difference is proven.") +
                     " A bar joins models that Nemenyi's test cannot tell apart (critical difference " +
                     formatNumber(result.criticalDifference, 3) + ").";
    return chart;
}

}  // namespace holdout
