// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/form_parts.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace holdout {

void setRole(QWidget* widget, const char* role) {
    const QLatin1String name(role);
    if (name == QLatin1String("title")) widget->setProperty("heading", "page");
    if (name == QLatin1String("section")) widget->setProperty("heading", "section");
    if (name == QLatin1String("muted") || name == QLatin1String("quiet")) widget->setProperty("muted", true);
    if (name == QLatin1String("quiet") || name == QLatin1String("problem")) widget->setProperty("small", true);
    if (name == QLatin1String("problem")) widget->setProperty("state", "bad");
    if (name == QLatin1String("tileValue")) widget->setProperty("number", true);
    if (name == QLatin1String("card")) widget->setProperty("card", true);
    if (name == QLatin1String("note")) {
        widget->setProperty("note", true);
        widget->setContentsMargins(12, 10, 12, 10);
    }
}

QLabel* sectionHeading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    setRole(label, "section");
    return label;
}

QLabel* settingsLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    setRole(label, "muted");
    label->setFixedWidth(112);
    label->setMinimumHeight(27);
    label->setWordWrap(true);
    return label;
}

QLabel* quietLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    setRole(label, "quiet");
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
