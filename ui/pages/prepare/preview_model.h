// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "data/table.h"

namespace holdout {

/// The cells of a small table, pictures as they are, small; what differs from another table (new columns, changed cells) is
/// set off.
class PreviewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setTables(const Table& shown, const Table& other);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool hasPictures() const;
    /// Whether the cell is not what it is in the other table.
    bool isChanged(int row, int column) const;

private:
    Table m_shown, m_other;
};

}  // namespace holdout
