// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QComboBox;
class QWidget;

namespace holdout {

class ChartCard;

/// ROC, precision-recall, calibration, gain and lift of one class, with bands over folds.
class CurvesTab : public EvaluateTab {
    Q_OBJECT
public:
    CurvesTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "curves"; }
    QString title() const override { return tr("Curves"); }
    bool isFor(const Run& run) const override { return run.task == Task::Classification; }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void draw();

    QWidget* m_choice;
    QComboBox* m_class;
    ChartCard *m_roc, *m_precision, *m_calibration, *m_gain, *m_lift;
    std::shared_ptr<const Run> m_run;
};

/// Fills `box` with the classes of the run; the second of two is chosen, or what was.
void fillClasses(QComboBox* box, const Run& run);

}  // namespace holdout
