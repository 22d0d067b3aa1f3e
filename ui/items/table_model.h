// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "data/table.h"

namespace holdout {

/// The cells of a table, read where they lie: nothing is copied or computed for rows that nobody looks at, so millions
/// of rows cost nothing. Missing cells say so; pictures stand as they are, small. The tool tip of a cell tells its row and its exact value.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Pixels that a picture fills in its cell at most.
    static constexpr int PictureSize = 40;

    void setTable(const Table& table);
    bool hasPictures(int column) const;
    const Table& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString shown(const Column& column, std::size_t row) const;
    QString toolTip(const Column& column, std::size_t row) const;
    QVariant picture(const Column& column, std::size_t row) const;

    Table m_table;
};

}  // namespace holdout
