// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>
#include <memory>

#include "insight/chart.h"

namespace holdout {

/// A chart on a card: title, the sentence that says what it shows, the drawing, and a menu to open it as a table or
/// export it (PNG, SVG, PDF, CSV). Values are read on hover, and by keyboard: arrow keys walk the points of the focused chart.
/// Empty charts show `emptyText` instead.
class ChartCard : public QFrame {
    Q_OBJECT
public:
    explicit ChartCard(const QString& emptyText, QWidget* parent = nullptr);
    ~ChartCard() override;

    /// Draws `chart`; cheap enough for 30 calls a second. Keeps what the person has focused where that still exists.
    void setChart(const Chart& chart);
    /// Draws what `make` gives, which runs on another thread, for charts made from all rows of a run. The chart before
    /// stays until then; a later call, or `setChart`, takes the place of one still being made.
    void setChartLater(std::function<Chart()> make);
    const Chart& chart() const;
    void clear();

    /// Writes the drawing or its numbers; the ending of `path` decides (png, svg, pdf, csv). Throws Error.
    void exportTo(const QString& path) const;

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    /// A cell, point or column of the chart was clicked: its index in the chart's first series, or trial ring, or row-major cell.
    void clicked(int index);
    /// Another place of the plot was clicked: its values on the axes.
    void pointed(double x, double y);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace holdout
