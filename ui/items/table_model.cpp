// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/table_model.h"

#include <QFont>
#include <QImage>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "forms/param_words.h"
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

void TableModel::setTable(const Table& table) {
    beginResetModel();
    m_table = table;
    endResetModel();
}

int TableModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) return 0;
    return static_cast<int>(std::min<std::size_t>(m_table.rows(), std::numeric_limits<int>::max()));
}

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.columnCount());
}

QString TableModel::shown(const Column& column, std::size_t row) const {
    if (column.type() != ColumnType::Number) return textAt(column, row, longestText).simplified();
    const double value = column.numbers()[row];
    const bool isWhole = value == std::floor(value) && std::abs(value) < exactWhole;
    return fromCore(isWhole ? formatExact(value) : formatNumber(value, shownDigits));
}

QString TableModel::toolTip(const Column& column, std::size_t row) const {
    const QString where = tr("row %1").arg(fromCore(formatCount(static_cast<std::int64_t>(row) + 1)));
    const QString value = column.isMissing(row) ? tr("missing") : textAt(column, row, longestToolTip);
    // Text of the file, shown as text whatever it looks like.
    return QStringLiteral("<p>%1<br><i>%2</i></p>").arg(value.toHtmlEscaped(), where);
}

bool TableModel::hasPictures(int column) const {
    return m_table.column(static_cast<std::size_t>(column)).type() == ColumnType::Image;
}

/// Small ones are drawn larger by whole pixels, so that digits of 8 × 8 stay sharp.
QVariant TableModel::picture(const Column& column, std::size_t row) const {
    if (column.type() != ColumnType::Image || column.isMissing(row)) return {};
    const ImageValues& images = column.images();
    const ImageSize size = images.sizes[row];
    const QImage::Format format = images.channels == 3 ? QImage::Format_RGB888 : QImage::Format_Grayscale8;
    const QImage image(images.at(row).data(), size.width, size.height, size.width * images.channels, format);
    const bool isSmall = size.width <= PictureSize && size.height <= PictureSize;
    return image.scaled(PictureSize, PictureSize, Qt::KeepAspectRatio, isSmall ? Qt::FastTransformation : Qt::SmoothTransformation);
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Column& column = m_table.column(static_cast<std::size_t>(index.column()));
    const auto row = static_cast<std::size_t>(index.row());
    const bool isMissing = column.isMissing(row);
    switch (role) {
        case Qt::DecorationRole: return picture(column, row);
        case Qt::DisplayRole: return isMissing ? tr("missing") : shown(column, row);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::AlignVCenter | (column.type() == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::FontRole: return isMissing ? QVariant(italic()) : QVariant();
        case Qt::ForegroundRole: return isMissing ? QVariant(Theme::current().warn) : QVariant();
        case Qt::ToolTipRole: return toolTip(column, row);
        default: return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    const int count = orientation == Qt::Vertical ? rowCount() : columnCount();
    if (section < 0 || section >= count || role != Qt::DisplayRole) return {};
    if (orientation == Qt::Vertical) return section + 1;
    return QString::fromStdString(m_table.column(static_cast<std::size_t>(section)).name());
}

}  // namespace holdout
