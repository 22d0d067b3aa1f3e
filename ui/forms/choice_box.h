// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace holdout {

/// A combo box that ends a choice too long for it in dots, and has the whole of it in its tooltip where there is no other.
class ChoiceBox : public QComboBox {
    Q_OBJECT
public:
    using QComboBox::QComboBox;
    /// What is drawn: the current text, or its beginning and dots.
    QString shownText() const;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace holdout
