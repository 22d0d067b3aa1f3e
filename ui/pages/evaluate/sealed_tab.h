// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace holdout {

class Card;

/// The sealed test set: opening it for the run that is shown, what its rows said, and every opening so far.
class SealedTab : public EvaluateTab {
    Q_OBJECT
public:
    SealedTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "sealed"; }
    QString title() const override { return tr("Sealed test set"); }
    QString refusal(const Run& run) const override;
    void showRun(const std::shared_ptr<const Run>& run) override;

private:
    void askToOpen();
    void refresh();
    void showScores();
    void showOpenings();

    std::shared_ptr<const Run> m_run;
    QLabel* m_state;
    QPushButton* m_open;
    Card *m_scoresCard, *m_openingsCard;
    QTableWidget *m_scores, *m_openings;
};

}  // namespace holdout
