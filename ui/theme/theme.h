// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QObject>
#include <QString>

#include "insight/chart.h"

class QApplication;

namespace holdout {

/// The colours of one appearance, named for what they mean.
struct Palette {
    QColor background, panel, line, ink, muted, faint;
    QColor accent, accentSoft, accentInk;
    QColor training, validation, test;
    QColor good, bad, warn, chip;
};

enum class Appearance { System, Light, Dark };

/// Colours, fonts and the style sheet of the whole window. One object, made by `app` and set on the application.
///
/// The style sheet (ui/theme/holdout.qss) knows these dynamic properties; set them before the widget is first shown
/// (`widget->setProperty("card", true)`), or call `restyle(widget)` after a change:
///
///   QPushButton  primary=true   the page's one main action · flat=true   no frame until hovered (icon buttons)
///   QFrame       card=true      panel with a hairline and round corners · note=true   soft accent background
///                panel=true     rail, settings, job bar: panel colour without frame · rule=true   a hairline
///   QLabel       heading="page" | "section" | "card" | "rail"   19 px, 13 px, 13 px, 11 px capitals
///                chip=true      grey pill · tag=true  small pill · muted=true · faint=true · small=true (12 px)
///                state="good" | "bad" | "warn" | "training" | "validation"   colour of the text
///                number=true    20 px figure of a tile
///   QLineEdit, QComboBox, spin boxes   invalid=true   red frame
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QApplication& application);
    ~Theme() override;

    void setAppearance(Appearance appearance);
    Appearance appearance() const { return m_appearance; }
    bool isDark() const { return m_dark; }
    const Palette& palette() const { return m_palette; }

    /// The palette in force for the application that runs (light before a Theme exists).
    static const Palette& current();
    static const Palette& light();
    static const Palette& dark();
    /// Training blue, validation orange, test purple, runs in a colour-blind-safe sequence (Okabe, Ito 2008).
    static QColor seriesColor(SeriesRole role, int runIndex);
    /// viridis at 0 … 1 (van der Walt, Smith 2015).
    static QColor viridis(double t);
    /// A drawing of resources/icons ("play", "stop", "pause", "undo", "redo", "add", "remove", "close", "up", "down", "more",
    /// "open", "save", "export", "check"), always in the text colour of the appearance in force.
    static QIcon icon(const QString& name);
    /// The same on a primary button.
    static QIcon primaryIcon(const QString& name);

signals:
    void changed();

private:
    void apply();
    QApplication& m_application;
    Appearance m_appearance = Appearance::System;
    bool m_systemIsDark = false;
    bool m_dark = false;
    Palette m_palette;
};

/// Applies the style sheet again after a dynamic property of `widget` has changed.
void restyle(QWidget* widget);

}  // namespace holdout
