// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "data/table.h"

namespace holdout {

/// The cells of a table, read where they lie: nothing is copied or computed for rows that nobody looks at, so millions
/// of rows cost nothing. Missing cells say so; pictures stand as they are, small. The tool tip of a cell tells its row and its exact value.
/// Rows may be shown in another order, or only some of them; their numbers stay those that they have in the file.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Pixels that a picture fills in its cell at most.
    static constexpr int PictureSize = 40;

    /// Shows all rows of `table` in its order. `fileRows`: where they stand in the file; null: there are no others.
    void setTable(const Table& table, std::shared_ptr<const RowIds> fileRows = nullptr);
    /// Shows these rows of the table in this order; null: all, in the table's.
    void setOrder(std::shared_ptr<const RowIds> order);
    const std::shared_ptr<const RowIds>& order() const { return m_order; }
    bool hasPictures(int column) const;
    const Table& table() const { return m_table; }
    /// The number in the file, from 1, of a row that is shown.
    std::size_t rowNumber(int row) const;
    /// The greatest of these numbers; 0 without rows.
    std::size_t lastRowNumber() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void tellOfChanged(int rows);
    /// The row of the table that is shown in `row`.
    std::size_t tableRow(int row) const { return m_order ? (*m_order)[static_cast<std::size_t>(row)] : static_cast<std::size_t>(row); }
    QString shown(const Column& column, std::size_t row) const;
    QString toolTip(const Column& column, std::size_t row, std::size_t number) const;
    QVariant picture(const Column& column, std::size_t row) const;

    Table m_table;
    std::shared_ptr<const RowIds> m_fileRows, m_order;
    std::size_t m_shown = 0;  ///< rows from the first on; fewer than there are only while the order changes
};

}  // namespace holdout
