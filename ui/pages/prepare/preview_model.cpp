// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/preview_model.h"

#include <QColor>
#include <QFont>
#include <algorithm>

#include "base/format.h"
#include "forms/param_words.h"
#include "items/picture.h"
#include "items/table_model.h"
#include "theme/theme.h"

namespace holdout {

void PreviewModel::setTables(const Table& shown, const Table& other) {
    beginResetModel();
    m_shown = shown;
    m_other = other;
    endResetModel();
}

int PreviewModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_shown.rows()); }

int PreviewModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_shown.columnCount());
}

bool PreviewModel::hasPictures() const {
    const auto& columns = m_shown.columns();
    return std::any_of(columns.begin(), columns.end(), [](const ColumnPtr& column) { return column->type() == ColumnType::Image; });
}

bool PreviewModel::isChanged(int row, int column) const {
    const Column& mine = m_shown.column(static_cast<std::size_t>(column));
    const auto there = m_other.indexOf(mine.name());
    if (!there) return true;
    const Column& theirs = m_other.column(*there);
    const auto at = static_cast<std::size_t>(row);
    return &mine != &theirs && (mine.isMissing(at) != theirs.isMissing(at) || mine.cellText(at) != theirs.cellText(at));
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const {
    const Column& column = m_shown.column(static_cast<std::size_t>(index.column()));
    const auto row = static_cast<std::size_t>(index.row());
    const bool missing = column.isMissing(row);
    switch (role) {
        case Qt::DecorationRole:
            if (column.type() != ColumnType::Image || missing) return {};
            return fittedPicture(pictureImage(column, row), TableModel::PictureSize);
        case Qt::DisplayRole:
            if (missing) return tr("missing");
            if (column.type() == ColumnType::Sparse)
                return tr("%1 of %2").arg(fromCore(formatCount(static_cast<std::int64_t>(column.sparse().rows.columnsOf(row).size()))),
                                          fromCore(formatCount(static_cast<std::int64_t>(column.sparse().rows.width))));
            if (column.type() == ColumnType::Number) return fromCore(formatNumber(column.numbers()[row], 5));
            return QString::fromStdString(column.cellText(row));
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::AlignVCenter |
                                       (column.type() == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::FontRole:
            if (missing) {
                QFont italic;
                italic.setItalic(true);
                return italic;
            }
            return {};
        case Qt::ForegroundRole:
            return missing ? QVariant(Theme::current().warn) : QVariant();
        case Qt::BackgroundRole:
            return isChanged(index.row(), index.column()) ? QVariant(Theme::current().accentSoft) : QVariant();
        default:
            return {};
    }
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical) return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    const Column& column = m_shown.column(static_cast<std::size_t>(section));
    if (role == Qt::DisplayRole) return QString::fromStdString(column.name());
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (column.type() == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole) return fromCore(columnTypeName(column.type()));
    return {};
}

}  // namespace holdout
