// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/no_stray_wheel.h"

#include <QEvent>
#include <QWidget>

namespace holdout {
namespace {

class WheelFilter : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::Wheel || static_cast<QWidget*>(watched)->hasFocus()) return false;
        event->ignore();  // so that it goes on to the scroll area
        return true;
    }
};

}  // namespace

void ignoreStrayWheel(QWidget* widget) {
    widget->setFocusPolicy(Qt::StrongFocus);
    widget->installEventFilter(new WheelFilter(widget));
}

}  // namespace holdout
