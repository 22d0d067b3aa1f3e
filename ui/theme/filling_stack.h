// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>

namespace holdout {

/// Pages of which one is seen, in a place whose size is given. A QStackedWidget asks all of its pages, hidden ones too, how
/// large they would be whenever something around it is laid out: every text of the window is shaped for that, over and over.
/// Here the page that is seen is asked alone, and not how high it would be in a width: it gets what there is.
class FillingStack : public QStackedWidget {
public:
    using QStackedWidget::QStackedWidget;

    bool hasHeightForWidth() const override { return false; }
    int heightForWidth(int) const override { return -1; }
    QSize sizeHint() const override { return currentWidget() ? currentWidget()->sizeHint() : QSize(0, 0); }
    QSize minimumSizeHint() const override { return currentWidget() ? currentWidget()->minimumSizeHint() : QSize(0, 0); }
};

}  // namespace holdout
