// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/picture_grid.h"

#include <QPainter>
#include <algorithm>

#include "items/picture.h"
#include "theme/theme.h"

namespace holdout {

namespace {
constexpr int gap = 8;
constexpr int wideGap = 22;   // between the original and what was made of it
constexpr int headHeight = 20;
constexpr int leastSide = 36, mostSide = 104;
}  // namespace

PictureGrid::PictureGrid(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Originals, and beside each what was made of it"));
}

void PictureGrid::setRows(std::vector<Row> rows) {
    const bool isAsLarge = rows.size() == m_rows.size();
    m_rows = std::move(rows);
    if (!isAsLarge) updateGeometry();
    setMinimumHeight(heightForWidth(width()));
    update();
}

int PictureGrid::columns() const {
    std::size_t most = 0;
    for (const Row& row : m_rows) most = std::max(most, row.made.size());
    return static_cast<int>(most) + 1;
}

int PictureGrid::side(int width) const {
    const int room = width - wideGap - gap * (columns() - 2);
    return std::clamp(room / std::max(1, columns()), leastSide, mostSide);
}

int PictureGrid::heightForWidth(int width) const {
    const int rows = static_cast<int>(m_rows.size());
    return rows == 0 ? 0 : headHeight + rows * (side(width) + gap) - gap;
}

QSize PictureGrid::sizeHint() const {
    return {500, heightForWidth(500)};
}

void PictureGrid::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    setMinimumHeight(heightForWidth(width()));
}

void PictureGrid::paintEvent(QPaintEvent*) {
    if (m_rows.empty()) return;
    QPainter painter(this);
    const Palette& colors = Theme::current();
    const int side = this->side(width());
    const auto left = [&](int column) { return column == 0 ? 0 : side + wideGap + (column - 1) * (side + gap); };
    QFont small = font();
    small.setPixelSize(12);
    painter.setFont(small);
    painter.setPen(colors.muted);
    const QFontMetrics metrics(small);
    painter.drawText(QRect(0, 0, side + wideGap, headHeight - 4), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(tr("Original"), Qt::ElideRight, side + wideGap - 4));
    painter.drawText(QRect(left(1), 0, width() - left(1), headHeight - 4), Qt::AlignLeft | Qt::AlignVCenter, tr("What is made of it"));
    for (std::size_t r = 0; r < m_rows.size(); ++r) {
        const int top = headHeight + static_cast<int>(r) * (side + gap);
        for (int c = 0; c <= static_cast<int>(m_rows[r].made.size()); ++c) {
            const QImage& picture = c == 0 ? m_rows[r].original : m_rows[r].made[static_cast<std::size_t>(c) - 1];
            const QRect place(left(c), top, side, side);
            painter.fillRect(place, colors.background);
            const QImage fitted = fittedPicture(picture, side);
            painter.drawImage(place.left() + (side - fitted.width()) / 2, place.top() + (side - fitted.height()) / 2, fitted);
            if (c > 0) continue;
            painter.setPen(QPen(colors.line, 1));
            painter.drawRect(place.adjusted(0, 0, -1, -1));
        }
    }
}

}  // namespace holdout
