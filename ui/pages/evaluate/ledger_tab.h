// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

namespace holdout {

class Card;
class LedgerTable;

/// Which rows every step saw, fold by fold.
class LedgerTab : public EvaluateTab {
    Q_OBJECT
public:
    LedgerTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "ledger"; }
    QString title() const override { return tr("Ledger"); }
    void showRun(const std::shared_ptr<const Run>& run) override;
    void showLive(const LiveSnapshot& live) override;

private:
    void showFolds(const std::vector<FoldResult>& folds);

    Card* m_card;
    LedgerTable* m_table;
};

}  // namespace holdout
