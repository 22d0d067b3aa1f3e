// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/ledger_tab.h"

#include <QVBoxLayout>

#include "pages/evaluate/ledger_table.h"
#include "theme/widgets.h"

namespace holdout {

LedgerTab::LedgerTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent), m_card(new Card(tr("Ledger"), {}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_table = new LedgerTable(m_card);
    m_card->body()->addWidget(m_table);
    column->addWidget(m_card);
}

void LedgerTab::showRun(const std::shared_ptr<const Run>& run) {
    showFolds(run->evaluation.folds);
}

void LedgerTab::showLive(const LiveSnapshot& live) {
    showFolds(live.folds);
}

void LedgerTab::showFolds(const std::vector<FoldResult>& folds) {
    m_card->setSentence(ledgerSentence(folds));
    m_table->setFolds(folds, document().catalog().steps);
}

}  // namespace holdout
