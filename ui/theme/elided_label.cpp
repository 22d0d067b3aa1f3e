// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/elided_label.h"

#include <QPainter>
#include <QStyle>

namespace holdout {

QString ElidedLabel::shownText() const {
    QStringList lines = text().split(u'\n');
    for (QString& line : lines) line = fontMetrics().elidedText(line, Qt::ElideRight, contentsRect().width());
    return lines.join(u'\n');
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), palette(), isEnabled(), shownText(),
                          foregroundRole());
}

}  // namespace holdout
