// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace holdout {

/// Holds a widget that fills it, and lays out that alone when something in it changes its size, shows or hides: without it, Qt
/// lays out all around anew, up to the window, which takes longer than a frame. What the content would like to be is looked at
/// when what is around it is laid out for a reason of its own.
class LayoutIsland : public QWidget {
    Q_OBJECT
public:
    explicit LayoutIsland(QWidget* content, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* m_content;
};

}  // namespace holdout
