// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/path_study.h"
#include "pages/evaluate/evaluate_tab.h"

class QLabel;
class QPushButton;

namespace holdout {

class ChartCard;
class ScoreJob;

/// Coefficients and cross-validated score against the strength of the regularisation, and the two strengths that the folds
/// speak for, to be taken over. Begins by itself where that is quick.
class PathTab : public EvaluateTab {
    Q_OBJECT
public:
    PathTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "path"; }
    QString title() const override { return tr("Path"); }
    bool isFor(const Run& run) const override;
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;
    void setMetric(const std::string& metric) override;

private:
    void start();
    void refreshButtons();
    void draw();
    /// Sets the strength at a position of the path, as an undo step.
    void use(std::size_t position);

    std::shared_ptr<const Run> m_run;
    std::shared_ptr<const PathStudy> m_study;
    ScoreJob* m_job;
    QPushButton *m_start, *m_best, *m_simplest;
    QLabel *m_problem, *m_said;
    ChartCard *m_coefficients, *m_scores;
};

}  // namespace holdout
