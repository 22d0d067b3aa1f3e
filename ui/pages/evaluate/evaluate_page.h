// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/page.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace holdout {

class ChartCard;
class LedgerTable;
class PageBody;
class TileStrip;
class Card;
class ValidationSettings;

/// What the held-out rows say: scores with their intervals, folds, errors, and which rows every step saw.
class EvaluatePage : public Page {
    Q_OBJECT
public:
    explicit EvaluatePage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "evaluate"; }
    QString title() const override { return tr("Evaluate"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

private:
    void buildBody();
    void refresh();
    void showRun(const std::shared_ptr<const Run>& shared);
    void showLive(const LiveSnapshot& live);
    void showScores(const Run& run);
    void showWarnings(const Warnings& warnings);
    std::string chosenMetric() const;
    void fillMetrics(const std::vector<std::string>& metrics);

    PageBody* m_body;
    QComboBox* m_metric = nullptr;
    TileStrip* m_tiles = nullptr;
    QLabel *m_method = nullptr, *m_warnings = nullptr;
    ChartCard *m_folds = nullptr, *m_left = nullptr, *m_right = nullptr;
    Card* m_ledgerCard = nullptr;
    LedgerTable* m_ledger = nullptr;
    QWidget* m_settings;
    std::shared_ptr<const Run> m_shown;
};

}  // namespace holdout
