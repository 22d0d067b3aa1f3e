// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QComboBox;
class QLabel;

namespace holdout {

class ChartCard;

/// Whether groups of rows are treated alike: selection, true and false positive rates and calibration by any column,
/// with the gaps and their intervals.
class FairnessTab : public EvaluateTab {
    Q_OBJECT
public:
    FairnessTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "fairness"; }
    QString title() const override { return tr("Fairness"); }
    bool isFor(const Run& run) const override { return run.task == Task::Classification; }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void fillColumns(const Run& run);
    void draw();

    QComboBox *m_column = nullptr, *m_class = nullptr;
    QLabel* m_sentence = nullptr;
    ChartCard *m_selection = nullptr, *m_truePositive = nullptr, *m_falsePositive = nullptr, *m_calibration = nullptr;
    std::shared_ptr<const Run> m_run;
};

}  // namespace holdout
