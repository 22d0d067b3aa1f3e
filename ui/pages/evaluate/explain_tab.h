// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/explain.h"
#include "pages/evaluate/evaluate_tab.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace holdout {

class ChartCard;
class ScoreJob;

/// What the model's answers rest on: what shuffling a column costs, how the answer moves with one column, and what each
/// feature adds for one row. Each is a job of its own, off the window's thread.
class ExplainTab : public EvaluateTab {
    Q_OBJECT
public:
    ExplainTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "explain"; }
    QString title() const override { return tr("Explain"); }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    class KeptDataset;

    void buildChoices();
    void buildCharts();
    QComboBox* addChoice(const QString& words, const char* name);
    void fillChoices(const Run& run);
    void startImportance();
    void startDependence();
    void startContributions();
    void drawContributions();

    QPushButton* m_start = nullptr;
    QComboBox *m_column = nullptr, *m_class = nullptr;
    QSpinBox* m_row = nullptr;
    QLabel* m_problem = nullptr;
    ChartCard *m_importance = nullptr, *m_dependence = nullptr, *m_sizes = nullptr, *m_one = nullptr;
    ScoreJob *m_importanceJob, *m_dependenceJob, *m_contributionJob;
    std::shared_ptr<const Run> m_run;
    std::shared_ptr<KeptDataset> m_kept;
    std::optional<Contributions> m_contributions;
    std::vector<std::string> m_features;
};

}  // namespace holdout
