// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableWidget>
#include <vector>

#include "evaluate/evaluation.h"

namespace holdout {

/// A line for every fold and fitted step: how many rows it saw, and how many held-out rows among them.
class LedgerTable : public QTableWidget {
    Q_OBJECT
public:
    explicit LedgerTable(QWidget* parent);
    void setFolds(const std::vector<FoldResult>& folds, const StepRegistry& steps);
};

/// "No step saw a held-out row: 40 fits in 10 folds." Empty without a fitted step.
QString ledgerSentence(const std::vector<FoldResult>& folds);

}  // namespace holdout
