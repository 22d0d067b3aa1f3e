// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "data/table.h"

namespace holdout {

/// The numbers of a chart as a table to read and to copy (the selected cells, or all, as tab-separated text).
class ChartTableDialog : public QDialog {
    Q_OBJECT
public:
    ChartTableDialog(const QString& title, const Table& table, QWidget* parent = nullptr);
};

}  // namespace holdout
