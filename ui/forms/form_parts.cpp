// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/form_parts.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace holdout {

QLabel* sectionHeading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "section");
    return label;
}

QLabel* settingsLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "muted");
    label->setFixedWidth(112);
    label->setMinimumHeight(27);
    label->setWordWrap(true);
    return label;
}

QLabel* quietLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "quiet");
    label->setWordWrap(true);
    return label;
}

QGridLayout* settingsGrid() {
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    return grid;
}

QVBoxLayout* settingsColumn(QWidget* panel) {
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(14);
    return column;
}

}  // namespace holdout
