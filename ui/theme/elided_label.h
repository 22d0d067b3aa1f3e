// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace holdout {

/// Words that are not wrapped; a line ends in dots where there is no room for all of it.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    using QLabel::QLabel;
    /// What is drawn.
    QString shownText() const;

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace holdout
