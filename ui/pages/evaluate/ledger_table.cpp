// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/ledger_table.h"

#include <QHeaderView>

#include "base/format.h"
#include "forms/param_words.h"
#include "theme/theme.h"

namespace holdout {

namespace {

bool isNumber(int column) {
    return column == 0 || column == 2 || column == 3;
}

}  // namespace

LedgerTable::LedgerTable(QWidget* parent) : QTableWidget(parent) {
    setColumnCount(5);
    setHorizontalHeaderLabels({tr("Fold"), tr("Step"), tr("Rows seen"), tr("Held-out rows seen"), tr("What it learnt")});
    for (int column = 0; column < columnCount(); ++column)
        horizontalHeaderItem(column)->setTextAlignment((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    horizontalHeader()->setStretchLastSection(true);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(26);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setShowGrid(false);
    setMinimumHeight(180);
}

void LedgerTable::setFolds(const std::vector<FoldResult>& folds, const StepRegistry& steps) {
    std::size_t rows = 0;
    bool repeated = false;
    for (const FoldResult& fold : folds) {
        rows += fold.ledger.size();
        repeated |= fold.repeat > 0;
    }
    setRowCount(static_cast<int>(rows));
    int row = 0;
    const auto put = [&](int column, const QString& text) {
        auto* item = new QTableWidgetItem(text);
        item->setTextAlignment((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        setItem(row, column, item);
        return item;
    };
    for (const FoldResult& fold : folds)
        for (const LedgerEntry& entry : fold.ledger) {
            const StepInfo* info = steps.find(entry.step);
            put(0, repeated ? QString("%1.%2").arg(fold.repeat + 1).arg(fold.index + 1) : QString::number(fold.index + 1));
            put(1, info ? fromCore(info->label) : QString::fromStdString(entry.step));
            put(2, fromCore(formatCount(entry.rowsSeen)));
            const bool clean = entry.heldOutRowsSeen == 0;
            put(3, fromCore(formatCount(entry.heldOutRowsSeen)) + (clean ? " ✓" : " ✗"))
                ->setForeground(clean ? Theme::current().good : Theme::current().bad);
            QStringList learnt;
            for (const std::string& line : entry.learnt) learnt << QString::fromStdString(line);
            put(4, learnt.join(" · "))->setToolTip(learnt.join('\n'));
            ++row;
        }
    for (int column = 0; column < 4; ++column) resizeColumnToContents(column);
}

QString ledgerSentence(const std::vector<FoldResult>& folds) {
    std::int64_t fits = 0, seen = 0;
    for (const FoldResult& fold : folds)
        for (const LedgerEntry& entry : fold.ledger) {
            ++fits;
            seen += entry.heldOutRowsSeen;
        }
    if (fits == 0) return QObject::tr("No step learns anything from the rows.");
    return seen == 0 ? QObject::tr("No step saw a held-out row: checked for %1 fits in %2 folds.").arg(fits).arg(folds.size())
                     : QObject::tr("Held-out rows were seen %1 times: these scores are too good.").arg(seen);
}

}  // namespace holdout
