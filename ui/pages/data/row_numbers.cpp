// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/row_numbers.h"

#include <QPainter>

#include "theme/theme.h"

namespace holdout {

namespace {
constexpr int sideMargin = 8;
}

RowNumbers::RowNumbers(QWidget* parent) : QHeaderView(Qt::Vertical, parent) {
    setSectionResizeMode(QHeaderView::Fixed);
    setSectionsClickable(false);
    setHighlightSections(false);
    setAccessibleName(tr("Row numbers"));
}

QFont RowNumbers::numberFont() const {
    QFont small = font();
    small.setPixelSize(11);
    small.setWeight(QFont::Normal);
    return small;
}

void RowNumbers::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles) {
    QHeaderView::dataChanged(topLeft, bottomRight, roles);
    viewport()->update();
}

void RowNumbers::setLast(std::size_t last) {
    m_last = last;
    setFixedWidth(sizeHint().width());
}

QSize RowNumbers::sizeHint() const {
    const QString widest(static_cast<qsizetype>(QString::number(static_cast<qulonglong>(m_last)).size()), u'0');
    // Qt's own hint measures the words of two hundred rows after each change; of a column of numbers only the width counts.
    return {QFontMetrics(numberFont()).horizontalAdvance(widest) + 2 * sideMargin, defaultSectionSize()};
}

void RowNumbers::paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const {
    const Palette& colors = Theme::current();
    painter->save();
    painter->fillRect(rect, colors.panel);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colors.line);
    painter->setFont(numberFont());
    painter->setPen(colors.faint);
    painter->drawText(rect.adjusted(0, 0, -sideMargin, 0), Qt::AlignRight | Qt::AlignVCenter,
                      model()->headerData(logicalIndex, Qt::Vertical).toString());
    painter->restore();
}

}  // namespace holdout
