// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiment/score_curves.h"
#include "pages/evaluate/evaluate_tab.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace holdout {

class ChartCard;
class ScoreJob;

/// The learning curve with what more rows would bring, and the validation curve of any one parameter with bias and
/// variance in words. Each is a job of its own whose points appear as they are finished.
class LearningTab : public EvaluateTab {
    Q_OBJECT
public:
    LearningTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "learning"; }
    QString title() const override { return tr("Learning"); }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void fillParams();
    void startLearning();
    void startValidation();
    void refreshButtons();
    /// The experiment of the run that is shown, with the parameters that tuning chose.
    ExperimentSpec runSpec() const;

    QPushButton *m_learn = nullptr, *m_validate = nullptr;
    QComboBox* m_param = nullptr;
    QLabel* m_problem = nullptr;
    ChartCard *m_learning = nullptr, *m_validation = nullptr;
    ScoreJob *m_learningJob, *m_validationJob;
    std::shared_ptr<const Run> m_run;
};

}  // namespace holdout
