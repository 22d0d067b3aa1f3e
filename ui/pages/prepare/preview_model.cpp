// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/preview_model.h"

#include <QColor>
#include <QFont>

#include "base/format.h"
#include "forms/param_words.h"
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
        case Qt::DisplayRole:
            if (missing) return tr("missing");
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
