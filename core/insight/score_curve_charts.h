// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/fairness.h"
#include "evaluate/paired_tests.h"
#include "evaluate/refits.h"
#include "evaluate/robustness.h"
#include "insight/chart.h"

namespace holdout {

/// Training and validation score by training rows, with bands of one standard deviation over folds; when there is an
/// extrapolation, the law as a dashed line beyond the last point, and what more rows would bring in words.
LineChart learningChart(const std::vector<ScoredPoint>& points, const MetricInfo& metric,
                        const std::optional<Extrapolation>& extrapolation);

/// The same by one parameter, named `label`. The best value is marked, and the sentence reads bias and variance.
LineChart validationChart(const std::vector<ScoredPoint>& points, const std::string& label, AxisScale scale,
                          const MetricInfo& metric);

/// "200 more rows would raise accuracy by about 0.012 (0.004 to 0.021)." Empty without an extrapolation.
std::string extrapolationSentence(const std::optional<Extrapolation>& extrapolation, const MetricInfo& metric);
/// Whether the model is too simple (high bias), too flexible (high variance) or about right, from the scores at the
/// chosen point. The gap between training and validation counts as wide when it exceeds two of its standard errors.
std::string biasVarianceSentence(const ScoredPoint& chosen, const ScoredPoint& best, const MetricInfo& metric);
/// The best point by mean validation score; none when no point has one.
const ScoredPoint* bestPoint(const std::vector<ScoredPoint>& points, const MetricInfo& metric);

/// One rate of each group with its interval. `rate` of GroupRates; `what` names it.
StripChart groupRateChart(const FairnessReport& report, const Rate GroupRates::*rate, const std::string& what);
/// Mean predicted probability and observed share of each group.
LineChart groupCalibrationChart(const FairnessReport& report);

/// Score by amount of noise or of missing cells.
LineChart damageChart(const RobustnessReport& report, Damage kind, const MetricInfo& metric);
/// By how much the score gets worse when a column is shifted, the worst first.
BarChart shiftChart(const RobustnessReport& report, const MetricInfo& metric);

/// Mean ranks of models over data sets on one axis; a bar joins those whose ranks differ by less than Nemenyi's critical
/// difference (Demšar 2006, figure 1).
RankChart criticalDifferenceChart(const std::vector<std::string>& models, const FriedmanResult& result,
                                  std::size_t dataSets);

}  // namespace holdout
