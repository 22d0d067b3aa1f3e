// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <vector>

class QWidget;

namespace holdout {

/// Gives the widgets of a window their style before they are seen, a few at a time, while the window has nothing else to do. Qt
/// does it when a page is shown for the first time, all at once: a tenth of a second in which nothing moves.
class EarlyStyle : public QObject {
    Q_OBJECT
public:
    /// Begins when the event loop is idle. `window` must outlive this.
    explicit EarlyStyle(QWidget& window, QObject* parent = nullptr);

signals:
    /// All widgets that were there have their style.
    void done();

private:
    void goOn();

    QWidget& m_window;
    std::vector<QPointer<QWidget>> m_left;
    QTimer m_idle;
};

}  // namespace holdout
