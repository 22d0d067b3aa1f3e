// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/curve_charts.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "evaluate/statistics.h"
#include "metric/calibration.h"
#include "metric/curves.h"

namespace holdout {
namespace {

constexpr int kGrid = 100;
constexpr std::size_t kBins = 10;

/// The held-out rows of one fold: whether each is positive, and how probable it was said to be.
struct HeldOut {
    std::vector<bool> isPositive;
    std::vector<double> probability;

    bool hasBoth() const {
        return std::find(isPositive.begin(), isPositive.end(), true) != isPositive.end() &&
               std::find(isPositive.begin(), isPositive.end(), false) != isPositive.end();
    }
    void add(const HeldOut& other) {
        isPositive.insert(isPositive.end(), other.isPositive.begin(), other.isPositive.end());
        probability.insert(probability.end(), other.probability.begin(), other.probability.end());
    }
};

std::vector<HeldOut> heldOutOf(const Run& run, int positive) {
    std::vector<HeldOut> folds;
    if (run.task != Task::Classification || positive < 0 || positive >= run.truth.classCount()) return folds;
    for (const FoldResult& fold : run.evaluation.folds) {
        if (fold.predictions.probabilities.cols() != run.truth.classCount()) return {};
        const PooledPredictions rows = pool(run.truth, {}, run.truthRows, {fold});
        HeldOut held;
        for (std::size_t i = 0; i < rows.truth.size(); ++i) {
            const double p = rows.predictions.probabilities(static_cast<Eigen::Index>(i), positive);
            if (!std::isfinite(p)) return {};
            held.isPositive.push_back(rows.truth.classes[i] == positive);
            held.probability.push_back(p);
        }
        folds.push_back(std::move(held));
    }
    return folds;
}

HeldOut together(const std::vector<HeldOut>& folds) {
    HeldOut all;
    for (const HeldOut& fold : folds) all.add(fold);
    return all;
}

/// Folds of a few rows have no curve of their own: then all rows together are the one curve.
std::vector<HeldOut> curveFolds(const std::vector<HeldOut>& folds) {
    std::vector<HeldOut> usable;
    for (const HeldOut& fold : folds)
        if (fold.hasBoth() && fold.isPositive.size() >= 5) usable.push_back(fold);
    if (usable.size() == folds.size()) return usable;
    HeldOut all = together(folds);
    if (!all.hasBoth()) return {};
    return {std::move(all)};
}

std::vector<CurvePoint> curveOf(const HeldOut& rows, bool isRoc) {
    Target truth{.task = Task::Classification, .name = {}, .values = {}, .classes = {}, .labels = {"no", "yes"}};
    for (const bool is : rows.isPositive) truth.classes.push_back(is ? 1 : 0);
    const Eigen::VectorXd score =
        Eigen::Map<const Eigen::VectorXd>(rows.probability.data(), static_cast<Eigen::Index>(rows.probability.size()));
    return isRoc ? holdout::rocCurve(truth, score, 1) : precisionRecallCurve(truth, score, 1);
}

/// Of a ROC curve: linear between points, the upper end of a vertical stretch.
double linearAt(const std::vector<CurvePoint>& curve, double x) {
    const auto after =
        std::upper_bound(curve.begin(), curve.end(), x, [](double v, const CurvePoint& p) { return v < p.x; });
    if (after == curve.begin()) return curve.front().y;
    if (after == curve.end()) return curve.back().y;
    const CurvePoint& before = *(after - 1);
    return before.y + (after->y - before.y) * (x - before.x) / (after->x - before.x);
}

/// Of a precision-recall curve: the step that first reaches the recall.
double stepAt(const std::vector<CurvePoint>& curve, double recall) {
    for (std::size_t i = 1; i < curve.size(); ++i)
        if (curve[i].x >= recall - 1e-12) return curve[i].y;
    return curve.back().y;
}

/// The mean of the curves on a grid from 0 to 1, with a band where there are several.
Series bandOf(const std::vector<std::vector<CurvePoint>>& curves,
              double (*at)(const std::vector<CurvePoint>&, double)) {
    Series series{.name = "mean", .role = SeriesRole::Validation};
    for (int i = 0; i <= kGrid; ++i) {
        const double x = static_cast<double>(i) / kGrid;
        std::vector<double> values;
        for (const auto& curve : curves) values.push_back(at(curve, x));
        const double centre = mean(values), sd = values.size() > 1 ? sampleSd(values) : 0;
        series.x.push_back(x);
        series.y.push_back(centre);
        if (curves.size() < 2) continue;
        series.low.push_back(std::max(0.0, centre - sd));
        series.high.push_back(std::min(1.0, centre + sd));
    }
    return series;
}

std::string ofFolds(std::size_t folds) {
    return folds < 2 ? "All held-out rows together"
                     : "Mean of " + std::to_string(folds) + " folds, band one standard deviation";
}

LineChart unitChart(std::string title, std::string x, std::string y) {
    return {.title = std::move(title),
            .sentence = {},
            .x = {.label = std::move(x), .low = 0.0, .high = 1.0},
            .y = {.label = std::move(y), .low = 0.0, .high = 1.0},
            .series = {},
            .markers = {}};
}

double averagePrecisionOf(const std::vector<CurvePoint>& curve) {
    double area = 0;
    for (std::size_t i = 1; i < curve.size(); ++i) area += (curve[i].x - curve[i - 1].x) * curve[i].y;
    return area;
}

Series reliabilitySeries(std::string name, int color, bool dashed, const HeldOut& rows, double& error) {
    const auto bins = reliabilityBins(rows.isPositive, rows.probability, kBins, Binning::EqualWidth);
    error = expectedCalibrationError(bins);
    Series series{.name = std::move(name), .role = SeriesRole::Run, .runIndex = color, .dashed = dashed};
    for (const ReliabilityBin& bin : bins) {
        series.x.push_back(bin.predicted);
        series.y.push_back(bin.observed);
    }
    return series;
}

/// Each fold's probabilities through maps that the other folds' rows have fitted.
void recalibrate(const std::vector<HeldOut>& folds, HeldOut& platt, HeldOut& isotonic) {
    for (std::size_t f = 0; f < folds.size(); ++f) {
        HeldOut others;
        for (std::size_t g = 0; g < folds.size(); ++g)
            if (g != f) others.add(folds[g]);
        std::vector<double> scores;
        for (const double p : others.probability) scores.push_back(logit(p));
        const PlattMap sigmoid = fitPlatt(others.isPositive, scores);
        const IsotonicMap steps = fitIsotonic(others.isPositive, others.probability);
        for (std::size_t i = 0; i < folds[f].isPositive.size(); ++i) {
            platt.isPositive.push_back(folds[f].isPositive[i]);
            isotonic.isPositive.push_back(folds[f].isPositive[i]);
            platt.probability.push_back(sigmoid.at(logit(folds[f].probability[i])));
            isotonic.probability.push_back(steps.at(folds[f].probability[i]));
        }
    }
}

/// Share of the positives found after each row, the most probable first; rows of equal probability join evenly.
std::vector<CurvePoint> gainCurve(const HeldOut& rows) {
    std::vector<CurvePoint> gain;
    const std::vector<CurvePoint> roc = curveOf(rows, true);
    const auto positives = static_cast<double>(std::count(rows.isPositive.begin(), rows.isPositive.end(), true));
    const double all = static_cast<double>(rows.isPositive.size());
    for (const CurvePoint& point : roc)
        gain.push_back({(point.y * positives + point.x * (all - positives)) / all, point.y, point.threshold});
    return gain;
}

std::vector<std::vector<CurvePoint>> curvesOf(const std::vector<HeldOut>& folds,
                                              std::vector<CurvePoint> (*make)(const HeldOut&)) {
    std::vector<std::vector<CurvePoint>> curves;
    for (const HeldOut& fold : folds) curves.push_back(make(fold));
    return curves;
}

std::string positiveName(const Run& run, int positive) {
    return run.truth.labels[static_cast<std::size_t>(positive)];
}

}  // namespace

LineChart rocBandChart(const Run& run, int positive) {
    LineChart chart = unitChart("ROC", "false positive rate", "true positive rate");
    chart.diagonal = true;
    const std::vector<HeldOut> folds = curveFolds(heldOutOf(run, positive));
    if (folds.empty()) return chart;
    const auto curves = curvesOf(folds, [](const HeldOut& rows) { return curveOf(rows, true); });
    std::vector<double> areas;
    for (const auto& curve : curves) areas.push_back(areaUnder(curve));
    chart.series.push_back(bandOf(curves, &linearAt));
    chart.series.back().x.insert(chart.series.back().x.begin(), 0);
    chart.series.back().y.insert(chart.series.back().y.begin(), 0);
    if (!chart.series.back().low.empty()) {
        chart.series.back().low.insert(chart.series.back().low.begin(), 0);
        chart.series.back().high.insert(chart.series.back().high.begin(), 0);
    }
    chart.sentence =
        ofFolds(folds.size()) + "; area " + formatNumber(mean(areas), 3) + " for " + positiveName(run, positive) + ".";
    return chart;
}

LineChart precisionRecallBandChart(const Run& run, int positive) {
    LineChart chart = unitChart("Precision and recall", "recall", "precision");
    const std::vector<HeldOut> folds = curveFolds(heldOutOf(run, positive));
    if (folds.empty()) return chart;
    const auto curves = curvesOf(folds, [](const HeldOut& rows) { return curveOf(rows, false); });
    std::vector<double> averages;
    for (const auto& curve : curves) averages.push_back(averagePrecisionOf(curve));
    const HeldOut all = together(folds);
    const double share = static_cast<double>(std::count(all.isPositive.begin(), all.isPositive.end(), true)) /
                         static_cast<double>(all.isPositive.size());
    chart.series.push_back(bandOf(curves, &stepAt));
    chart.series.push_back({.name = "chance",
                            .role = SeriesRole::Reference,
                            .x = {0, 1},
                            .y = {share, share},
                            .low = {},
                            .high = {},
                            .dashed = true});
    chart.sentence = ofFolds(folds.size()) + "; average precision " + formatNumber(mean(averages), 3) + ", by chance " +
                     formatNumber(share, 3) + ".";
    return chart;
}

LineChart calibrationChart(const Run& run, int positive) {
    LineChart chart = unitChart("Calibration", "predicted probability", "share that is");
    chart.diagonal = true;
    const std::vector<HeldOut> folds = heldOutOf(run, positive);
    const HeldOut all = together(folds);
    if (!all.hasBoth()) return chart;
    double error = 0, plattError = 0, isotonicError = 0;
    chart.series.push_back(reliabilitySeries("as it is", 0, false, all, error));
    chart.sentence = "Calibration error (ECE, " + std::to_string(kBins) + " bins) " + formatNumber(error, 2);
    HeldOut platt, isotonic;
    const bool canRecalibrate = folds.size() >= 2 && std::all_of(folds.begin(), folds.end(), [&](const HeldOut& fold) {
                                    HeldOut others;
                                    for (const HeldOut& other : folds)
                                        if (&other != &fold) others.add(other);
                                    return others.hasBoth();
                                });
    // Leave-one-out would fit as many maps as there are rows, for nothing that ten folds do not show.
    if (canRecalibrate && folds.size() <= 200) {
        recalibrate(folds, platt, isotonic);
        chart.series.push_back(reliabilitySeries("Platt", 1, true, platt, plattError));
        chart.series.push_back(reliabilitySeries("isotonic", 2, true, isotonic, isotonicError));
        chart.sentence += "; recalibrated out of fold by Platt " + formatNumber(plattError, 2) + ", isotonic " +
                          formatNumber(isotonicError, 2);
    }
    chart.sentence += ". On the dashed line probabilities are what they say.";
    return chart;
}

LineChart gainChart(const Run& run, int positive) {
    LineChart chart = unitChart("Gain", "share of rows looked at", "share of positives found");
    chart.diagonal = true;
    const std::vector<HeldOut> folds = curveFolds(heldOutOf(run, positive));
    if (folds.empty()) return chart;
    chart.series.push_back(bandOf(curvesOf(folds, &gainCurve), &linearAt));
    const double fifth = chart.series.front().y[kGrid / 5];
    chart.sentence = "The most probable 20 % of the rows hold " + formatNumber(100 * fifth, 3) + " % of " +
                     positiveName(run, positive) + ".";
    return chart;
}

LineChart liftChart(const Run& run, int positive) {
    LineChart chart{.title = "Lift",
                    .sentence = {},
                    .x = {.label = "share of rows looked at", .low = 0.0, .high = 1.0},
                    .y = {.label = "times chance", .low = 0.0},
                    .series = {},
                    .markers = {}};
    LineChart gain = gainChart(run, positive);
    if (gain.series.empty()) return chart;
    const Series& found = gain.series.front();
    Series lift{.name = found.name, .role = found.role};
    for (std::size_t i = 1; i < found.x.size(); ++i) {
        lift.x.push_back(found.x[i]);
        lift.y.push_back(found.y[i] / found.x[i]);
        if (found.low.empty()) continue;
        lift.low.push_back(found.low[i] / found.x[i]);
        lift.high.push_back(found.high[i] / found.x[i]);
    }
    chart.sentence = "Among the most probable 10 % of the rows, " + positiveName(run, positive) + " is " +
                     formatNumber(lift.y[kGrid / 10 - 1], 3) + " times as frequent as among all.";
    chart.series.push_back(std::move(lift));
    chart.series.push_back({.name = "chance",
                            .role = SeriesRole::Reference,
                            .x = {0, 1},
                            .y = {1, 1},
                            .low = {},
                            .high = {},
                            .dashed = true});
    return chart;
}

ThresholdTable::ThresholdTable(const Run& run, int positive) {
    const HeldOut all = together(heldOutOf(run, positive));
    if (!all.hasBoth()) return;
    m_positive = positiveName(run, positive);
    m_other =
        run.truth.classCount() == 2 ? run.truth.labels[static_cast<std::size_t>(1 - positive)] : "not " + m_positive;
    const auto positives = static_cast<double>(std::count(all.isPositive.begin(), all.isPositive.end(), true));
    const double negatives = static_cast<double>(all.isPositive.size()) - positives;
    for (const CurvePoint& point : curveOf(all, true)) {
        const double found = std::round(point.y * positives), wrong = std::round(point.x * negatives);
        m_steps.push_back({std::isinf(point.threshold) ? 1.0 + 1e-9 : point.threshold, found, wrong, negatives - wrong,
                           positives - found});
    }
}

ThresholdCounts ThresholdTable::at(double threshold) const {
    // Steps fall; the last that is not below the threshold holds all rows at or above it.
    const auto after = std::partition_point(m_steps.begin(), m_steps.end(),
                                            [&](const ThresholdCounts& s) { return s.threshold >= threshold; });
    ThresholdCounts counts = after == m_steps.begin() ? m_steps.front() : *(after - 1);
    counts.threshold = threshold;
    return counts;
}

ThresholdCounts ThresholdTable::best(const Costs& costs) const {
    return *std::min_element(m_steps.begin(), m_steps.end(), [&](const ThresholdCounts& a, const ThresholdCounts& b) {
        return a.cost(costs) < b.cost(costs);
    });
}

LineChart ThresholdTable::costChart(const Costs& costs, double threshold) const {
    LineChart chart{.title = "Cost by threshold",
                    .sentence = {},
                    .x = {.label = "threshold", .low = 0.0, .high = 1.0},
                    .y = {.label = "cost a row", .low = 0.0},
                    .series = {},
                    .markers = {}};
    if (isEmpty()) return chart;
    const double rows = m_steps.front().trueNegatives + m_steps.front().falseNegatives;
    Series series{.name = "cost", .role = SeriesRole::Validation};
    for (int i = 0; i <= 2 * kGrid; ++i) {
        const double t = static_cast<double>(i) / (2 * kGrid);
        series.x.push_back(t);
        series.y.push_back(at(t).cost(costs) / rows);
    }
    const ThresholdCounts least = best(costs);
    const double here = at(threshold).cost(costs) / rows;
    chart.series.push_back(std::move(series));
    chart.markers = {{threshold, formatNumber(threshold, 2)}};
    chart.sentence = "Costs " + formatNumber(here, 3) + " a row here; least, " +
                     formatNumber(least.cost(costs) / rows, 3) + ", at " +
                     formatNumber(std::min(1.0, least.threshold), 3) +
                     ". Chosen on these very rows, that is a little too good.";
    return chart;
}

LineChart ThresholdTable::rocChart(double threshold) const {
    LineChart chart = unitChart("ROC", "false positive rate", "true positive rate");
    chart.diagonal = true;
    if (isEmpty()) return chart;
    const auto rates = [](const ThresholdCounts& c) {
        return std::pair{c.falsePositives / (c.falsePositives + c.trueNegatives),
                         c.truePositives / (c.truePositives + c.falseNegatives)};
    };
    Series series{.name = "all thresholds", .role = SeriesRole::Validation};
    for (const ThresholdCounts& step : m_steps) {
        series.x.push_back(rates(step).first);
        series.y.push_back(rates(step).second);
    }
    const auto [x, y] = rates(at(threshold));
    chart.series = {std::move(series),
                    {.name = "chosen", .role = SeriesRole::Test, .x = {x}, .y = {y}, .low = {}, .high = {}}};
    chart.sentence =
        "True positive rate " + formatNumber(y, 3) + " at a false positive rate of " + formatNumber(x, 3) + ".";
    return chart;
}

LineChart ThresholdTable::precisionRecallChart(double threshold) const {
    LineChart chart = unitChart("Precision and recall", "recall", "precision");
    if (isEmpty()) return chart;
    const auto place = [](const ThresholdCounts& c) {
        const double said = c.truePositives + c.falsePositives;
        return std::pair{c.truePositives / (c.truePositives + c.falseNegatives),
                         said > 0 ? c.truePositives / said : 1.0};
    };
    Series series{.name = "all thresholds", .role = SeriesRole::Validation};
    for (const ThresholdCounts& step : m_steps) {
        series.x.push_back(place(step).first);
        series.y.push_back(place(step).second);
    }
    const auto [x, y] = place(at(threshold));
    chart.series = {std::move(series),
                    {.name = "chosen", .role = SeriesRole::Test, .x = {x}, .y = {y}, .low = {}, .high = {}}};
    chart.sentence = "Precision " + formatNumber(y, 3) + " at a recall of " + formatNumber(x, 3) + ".";
    return chart;
}

HeatMap ThresholdTable::confusion(double threshold) const {
    HeatMap chart{.title = "Confusion matrix",
                  .sentence = {},
                  .x = {.label = "predicted"},
                  .y = {.label = "true"},
                  .xEdges = {0, 1, 2},
                  .yEdges = {0, 1, 2},
                  .values = {},
                  .valueLabel = "rows",
                  .trials = {},
                  .best = {}};
    if (isEmpty()) return chart;
    const ThresholdCounts counts = at(threshold);
    chart.x.categories = chart.y.categories = {m_other, m_positive};
    chart.values.resize(2, 2);
    chart.values << counts.trueNegatives, counts.falsePositives, counts.falseNegatives, counts.truePositives;
    chart.showNumbers = true;
    const double right = counts.trueNegatives + counts.truePositives, all = chart.values.sum();
    chart.sentence = formatCount(std::llround(right)) + " of " + formatCount(std::llround(all)) +
                     " held-out rows are right at " + formatNumber(threshold, 2) + ".";
    return chart;
}

std::string ThresholdTable::sentence(double threshold) const {
    if (isEmpty()) return {};
    const ThresholdCounts c = at(threshold);
    const auto words = [](double count) { return formatCount(std::llround(count)); };
    const double positives = c.truePositives + c.falseNegatives, said = c.truePositives + c.falsePositives;
    std::string text = "Said to be " + m_positive + " from a probability of " + formatNumber(threshold, 2) +
                       " on: " + words(c.truePositives) + " of " + words(positives) + " are found (recall " +
                       formatNumber(c.truePositives / positives, 2) + ")";
    if (said > 0)
        text += ", and " + words(c.falsePositives) + " of the " + words(said) + " found are " + m_other +
                " (precision " + formatNumber(c.truePositives / said, 2) + ")";
    return text + ".";
}

}  // namespace holdout
