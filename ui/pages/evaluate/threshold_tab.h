// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "insight/curve_charts.h"
#include "pages/evaluate/evaluate_tab.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace holdout {

class ChartCard;

/// From which probability on a row is said to be positive: a slider that moves a point along the curves and the counts
/// of the confusion matrix, and what wrong answers cost.
class ThresholdTab : public EvaluateTab {
    Q_OBJECT
public:
    ThresholdTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "threshold"; }
    QString title() const override { return tr("Threshold"); }
    bool isFor(const Run& run) const override { return run.task == Task::Classification; }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    QWidget* controls();
    void take();
    void draw();
    void goToLeastCost();
    double threshold() const;
    Costs costs() const;

    QComboBox* m_class = nullptr;
    QSlider* m_slider = nullptr;
    QLabel *m_value = nullptr, *m_sentence = nullptr;
    QDoubleSpinBox *m_falsePositive = nullptr, *m_falseNegative = nullptr;
    ChartCard *m_cost = nullptr, *m_confusion = nullptr, *m_roc = nullptr, *m_precision = nullptr;
    std::shared_ptr<const Run> m_run;
    ThresholdTable m_table;
};

}  // namespace holdout
