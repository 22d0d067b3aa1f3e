// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiment/run.h"
#include "insight/chart.h"

namespace holdout {

// What the held-out rows of a classification say of one class against the rest (`positive` indexes the target's
// labels), with bands over folds: one standard deviation to each side of the folds' mean. Empty charts where a run has
// no probabilities.

/// True positive rate by false positive rate: folds averaged at equal false positive rates (Fawcett 2006, section 8.1).
LineChart rocBandChart(const Run& run, int positive);
/// Precision by recall, averaged at equal recalls; at each recall the precision of the step that reaches it.
LineChart precisionRecallBandChart(const Run& run, int positive);
/// Share that is positive by predicted probability, as it is and recalibrated by Platt's and by isotonic maps; each
/// fold's maps are fitted on the held-out rows of the other folds. The sentence tells the expected calibration errors.
LineChart calibrationChart(const Run& run, int positive);
/// Share of the positive rows found by share of rows looked at, the most probable first.
LineChart gainChart(const Run& run, int positive);
/// How many times more positive rows than by chance, by share of rows looked at.
LineChart liftChart(const Run& run, int positive);

/// What a wrong answer costs.
struct Costs {
    double falsePositive = 1;
    double falseNegative = 1;
};

/// Counts of held-out rows at a threshold: a row is said to be positive when its probability is at least that.
struct ThresholdCounts {
    double threshold = 0;
    double truePositives = 0, falsePositives = 0, trueNegatives = 0, falseNegatives = 0;

    double cost(const Costs& costs) const {
        return costs.falsePositive * falsePositives + costs.falseNegative * falseNegatives;
    }
};

/// All thresholds that part the held-out rows of a run, from the highest (nobody is positive) down. Immutable.
class ThresholdTable {
public:
    ThresholdTable() = default;
    ThresholdTable(const Run& run, int positive);

    bool isEmpty() const { return m_steps.empty(); }
    ThresholdCounts at(double threshold) const;
    /// The least costly threshold; the highest of several.
    ThresholdCounts best(const Costs& costs) const;

    LineChart costChart(const Costs& costs, double threshold) const;
    /// The pooled ROC and precision-recall curves with the threshold's point on them.
    LineChart rocChart(double threshold) const;
    LineChart precisionRecallChart(double threshold) const;
    HeatMap confusion(double threshold) const;
    /// "At 0.35, 41 of 50 are found (recall 0.82), and 12 of 53 said to be yes are not (precision 0.77)."
    std::string sentence(double threshold) const;

private:
    std::vector<ThresholdCounts> m_steps;
    std::string m_positive, m_other;
};

}  // namespace holdout
