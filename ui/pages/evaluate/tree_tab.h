// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QLabel;
class QSpinBox;

namespace holdout {

class ChartCard;

/// The decision tree that was trained on all rows, drawn; of a forest or of boosting, one that is chosen.
class TreeTab : public EvaluateTab {
    Q_OBJECT
public:
    TreeTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "tree"; }
    QString title() const override { return tr("Tree"); }
    bool isFor(const Run& run) const override { return run.model && run.model->model().treeCount() > 0; }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void draw();

    std::shared_ptr<const Run> m_run;
    QSpinBox *m_tree, *m_depth;
    QLabel* m_of;
    ChartCard* m_chart;
};

}  // namespace holdout
