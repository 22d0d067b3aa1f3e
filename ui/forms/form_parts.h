// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QGridLayout;
class QLabel;
class QVBoxLayout;
class QWidget;

namespace holdout {

// The small parts that settings panels are put together from, so that all have the same spacing.

/// Gives `widget` the look of its part on the page, by the theme's properties: title, section, muted, quiet, problem,
/// tileValue, note, card.
void setRole(QWidget* widget, const char* role);

/// Bold, 13 px: "Regularisation".
QLabel* sectionHeading(const QString& text, QWidget* parent);
/// Muted, of the width that aligns the fields of all sections.
QLabel* settingsLabel(const QString& text, QWidget* parent);
/// Muted and small; wraps.
QLabel* quietLabel(const QString& text, QWidget* parent);
/// Labels at the left, fields at the right.
QGridLayout* settingsGrid();
/// The column of a settings panel: its margins and the space between its sections.
QVBoxLayout* settingsColumn(QWidget* panel);

}  // namespace holdout
