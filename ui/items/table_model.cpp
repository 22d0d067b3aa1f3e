// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/table_model.h"

#include <QFont>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "forms/param_words.h"
#include "items/picture.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr int shownDigits = 6;
/// Below this every whole number is written in full.
constexpr double exactWhole = 1e15;
/// What fits into a cell of a text; the rest is in the tool tip.
constexpr qsizetype longestText = 200;
constexpr qsizetype longestToolTip = 2000;

QString cut(const QString& text, qsizetype longest) {
    return text.size() <= longest ? text : text.left(longest) + QChar(0x2026);
}

/// A prefix that surely holds `longest` characters: a long text is not decoded whole for each look at it.
QString textAt(const Column& column, std::size_t row, qsizetype longest) {
    if (column.type() != ColumnType::Text) return cut(QString::fromStdString(column.cellText(row)), longest);
    const auto bytes = static_cast<std::size_t>(4 * (longest + 1));
    const QString text = fromCore(column.texts().at(row).substr(0, bytes));
    return cut(text, longest);
}

QFont italic() {
    QFont font;
    font.setItalic(true);
    return font;
}

}  // namespace

void TableModel::setTable(const Table& table, std::shared_ptr<const RowIds> fileRows) {
    beginResetModel();
    m_table = table;
    m_fileRows = std::move(fileRows);
    m_order.reset();
    m_shown = std::min<std::size_t>(m_table.rows(), std::numeric_limits<int>::max());
    endResetModel();
}

/// Rows go or come at the end, and those that stay are told to have changed: a view that is reset would lay out a million
/// rows anew in one turn.
void TableModel::setOrder(std::shared_ptr<const RowIds> order) {
    if (order == m_order) return;
    const std::size_t before = m_shown, now = std::min<std::size_t>(order ? order->size() : m_table.rows(), std::numeric_limits<int>::max());
    if (now < before) {
        beginRemoveRows({}, static_cast<int>(now), static_cast<int>(before) - 1);
        m_shown = now;
        endRemoveRows();
    }
    m_order = std::move(order);
    tellOfChanged(static_cast<int>(std::min(now, before)));
    if (now > before) {
        beginInsertRows({}, static_cast<int>(before), static_cast<int>(now) - 1);
        m_shown = now;
        endInsertRows();
    }
}

void TableModel::tellOfChanged(int rows) {
    if (rows == 0 || columnCount() == 0) return;
    // Their numbers too. headerDataChanged would say so, but Qt's header looks at each of a million rows then: ours
    // (RowNumbers) draws itself anew with the cells.
    emit dataChanged(index(0, 0), index(rows - 1, columnCount() - 1));
}

std::size_t TableModel::rowNumber(int row) const {
    const std::size_t inTable = tableRow(row);
    return (m_fileRows ? (*m_fileRows)[inTable] : inTable) + 1;
}

std::size_t TableModel::lastRowNumber() const {
    return m_fileRows && !m_fileRows->empty() ? m_fileRows->back() + std::size_t{1} : m_table.rows();
}

int TableModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) return 0;
    return static_cast<int>(m_shown);
}

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.columnCount());
}

QString TableModel::shown(const Column& column, std::size_t row) const {
    if (column.type() != ColumnType::Number) return textAt(column, row, longestText).simplified();
    const double value = column.numbers()[row];
    const bool isWhole = value == std::floor(value) && std::abs(value) < exactWhole;
    return isWhole ? QString::number(value, 'f', 0) : fromCore(formatNumber(value, shownDigits));
}

QString TableModel::toolTip(const Column& column, std::size_t row, std::size_t number) const {
    const QString where = tr("row %1").arg(fromCore(formatCount(static_cast<std::int64_t>(number))));
    const QString value = column.isMissing(row) ? tr("missing") : textAt(column, row, longestToolTip);
    // Text of the file, shown as text whatever it looks like.
    return QStringLiteral("<p>%1<br><i>%2</i></p>").arg(value.toHtmlEscaped(), where);
}

bool TableModel::hasPictures(int column) const {
    return m_table.column(static_cast<std::size_t>(column)).type() == ColumnType::Image;
}

QVariant TableModel::picture(const Column& column, std::size_t row) const {
    if (column.type() != ColumnType::Image || column.isMissing(row)) return {};
    return fittedPicture(pictureImage(column, row), PictureSize);
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Column& column = m_table.column(static_cast<std::size_t>(index.column()));
    const std::size_t row = tableRow(index.row());
    const bool isMissing = column.isMissing(row);
    switch (role) {
        case Qt::DecorationRole: return picture(column, row);
        case Qt::DisplayRole: return isMissing ? tr("missing") : shown(column, row);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::AlignVCenter | (column.type() == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::FontRole: return isMissing ? QVariant(italic()) : QVariant();
        case Qt::ForegroundRole: return isMissing ? QVariant(Theme::current().warn) : QVariant();
        case Qt::ToolTipRole: return toolTip(column, row, rowNumber(index.row()));
        default: return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    const int count = orientation == Qt::Vertical ? rowCount() : columnCount();
    if (section < 0 || section >= count || role != Qt::DisplayRole) return {};
    if (orientation == Qt::Vertical) return static_cast<qulonglong>(rowNumber(section));
    return QString::fromStdString(m_table.column(static_cast<std::size_t>(section)).name());
}

}  // namespace holdout
