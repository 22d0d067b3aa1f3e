// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/page.h"

#include <utility>

namespace holdout {

void Page::showWhenSeen(std::function<void()> show) {
    if (isVisible())
        show();
    else
        m_waiting = std::move(show);
}

void Page::showEvent(QShowEvent* event) {
    if (const auto show = std::exchange(m_waiting, nullptr)) show();
    QWidget::showEvent(event);
}

}  // namespace holdout
