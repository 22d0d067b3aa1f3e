// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/layout_island.h"

#include <QEvent>

namespace holdout {

LayoutIsland::LayoutIsland(QWidget* content, QWidget* parent) : QWidget(parent), m_content(content) {
    m_content->setParent(this);
    setSizePolicy(m_content->sizePolicy());
    setMinimumSize(m_content->minimumSize());
    setMaximumSize(m_content->maximumSize());
}

QSize LayoutIsland::sizeHint() const {
    return m_content->sizeHint();
}

QSize LayoutIsland::minimumSizeHint() const {
    return m_content->minimumSizeHint();
}

bool LayoutIsland::event(QEvent* event) {
    // Sent to the parent of what has changed where that has no layout of its own.
    if (event->type() == QEvent::LayoutRequest) {
        m_content->setGeometry(rect());
        return true;
    }
    return QWidget::event(event);
}

void LayoutIsland::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_content->setGeometry(rect());
}

}  // namespace holdout
