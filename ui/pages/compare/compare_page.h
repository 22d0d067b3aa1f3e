// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "experiment/run.h"
#include "insight/chart.h"
#include "insight/pair_methods.h"
#include "pages/page.h"

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace holdout {

class Card;
class ChartCard;
class DifferenceTable;
class PageBody;
class PairTable;
class RunChecklist;
class ScoreTable;

/// Curves of runs on top of one another, each in the colour of its place: ROC, or predicted against true. Only runs of the
/// same data can be laid so; the sentence says which of `runs` (one at least) are left out.
Chart curvesOf(const std::vector<std::shared_ptr<const Run>>& runs);

/// The chosen runs side by side: their scores, whether their differences are more than chance, and what sets them
/// apart.
class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "compare"; }
    QString title() const override { return tr("Compare"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void layOut(bool inTwoRows);
    void giveRoomToPairs();
    void buildBody();
    void buildSettings();
    void refresh();
    void showEmpty();
    void showRuns(const std::vector<const Run*>& runs);
    void showCurves(const std::vector<std::shared_ptr<const Run>>& runs);
    void fillMetrics(const std::vector<const Run*>& runs);
    void showRanks(const std::vector<const Run*>& runs);
    void buildMethod(QVBoxLayout* column);
    /// Runs the questions of the chosen runs again with the split, seed and data of the latest, so that they can be paired.
    void runOnSameFolds();
    PairMethod chosenMethod() const;
    std::string chosenMetric() const;

    PageBody* m_body;
    QGridLayout* m_grid = nullptr;
    std::optional<bool> m_inTwoRows;  ///< the pairs below the folds, not beside them
    ScoreTable* m_scores = nullptr;
    QLabel* m_warning = nullptr;
    ChartCard *m_folds = nullptr, *m_curves = nullptr;
    Card *m_pairsCard = nullptr, *m_differencesCard = nullptr;
    PairTable* m_pairs = nullptr;
    QLabel* m_verdict = nullptr;
    DifferenceTable* m_differences = nullptr;
    QWidget* m_settings;
    QComboBox *m_metric = nullptr, *m_method = nullptr;
    QDoubleSpinBox* m_rope = nullptr;
    QLabel *m_methodSentence = nullptr, *m_ropeLabel = nullptr;
    QPushButton* m_rerun = nullptr;
    ChartCard* m_ranks = nullptr;
    RunChecklist* m_runs = nullptr;
};

}  // namespace holdout
