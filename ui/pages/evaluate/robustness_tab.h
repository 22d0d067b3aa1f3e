// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QLabel;
class QPushButton;

namespace holdout {

class ChartCard;
class ScoreJob;

/// How the score falls when held-out rows are spoilt: noise, missing cells, shifted columns. A job of its own.
class RobustnessTab : public EvaluateTab {
    Q_OBJECT
public:
    RobustnessTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "robustness"; }
    QString title() const override { return tr("Robustness"); }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void start();

    QPushButton* m_start = nullptr;
    QLabel *m_sentence = nullptr, *m_problem = nullptr;
    ChartCard *m_noise = nullptr, *m_missing = nullptr, *m_shift = nullptr;
    ScoreJob* m_job;
    std::shared_ptr<const Run> m_run;
};

}  // namespace holdout
