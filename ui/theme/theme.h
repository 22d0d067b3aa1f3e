// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
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

/// Colours, fonts and the style sheet of the whole window. One object, made by `app`, set on the application;
/// widgets reach it through `Theme::of(widget)`'s palette, so a change repaints everything.
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QApplication& application);

    void setAppearance(Appearance appearance);
    Appearance appearance() const { return m_appearance; }
    bool isDark() const { return m_dark; }
    const Palette& palette() const { return m_palette; }

    /// The palette in force for the application that runs (light before a Theme exists).
    static const Palette& current();
    /// Training blue, validation orange, test purple, runs in a colour-blind-safe sequence (Okabe, Ito 2008).
    static QColor seriesColor(SeriesRole role, int runIndex);
    /// viridis at 0 … 1 (van der Walt, Smith 2015).
    static QColor viridis(double t);

signals:
    void changed();

private:
    void apply();
    QApplication& m_application;
    Appearance m_appearance = Appearance::System;
    bool m_dark = false;
    Palette m_palette;
};

}  // namespace holdout
