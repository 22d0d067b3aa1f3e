// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCharts/QChartView>
#include <optional>

#include "charts/axis_scale.h"

class QAbstractSeries;
class QValueAxis;

namespace holdout {

/// The drawing of one kind of chart. Qt Charts draws lines and dots; axes, grid, legend and what Qt Charts has no series
/// for are painted here, in coordinates that are linear on screen (log10 on log axes).
///
/// A person reads values from spots (points, bars, dots, cells): the pointer takes the nearest, the arrow keys walk them,
/// Home and End go to the ends, Return and a click tell `clicked`. The words of the spot are the accessible description.
class ChartDrawing : public QChartView {
    Q_OBJECT
public:
    explicit ChartDrawing(QWidget* parent = nullptr);

    /// `chart` is of the kind that the drawing was made for. Series are reused; the spot in focus stays where it still exists.
    void setChart(const Chart& chart);
    /// Words of the spot in hand: under the pointer, else in focus; empty when there is none.
    QString readOut() const;
    /// Paints what is on screen without marks of pointer and focus.
    void paintOn(QPainter& painter, const QRectF& target);
    /// Little: a drawing takes the room that is left, and does not make the page scroll for more.
    QSize sizeHint() const override { return {200, 96}; }

signals:
    void readOutChanged(const QString& words);
    void clicked(int index);
    /// A place of the plot that is no spot to click on was clicked: its values on the two axes.
    void pointed(double x, double y);

protected:
    struct Spot {
        QPointF at;            ///< in coordinates
        QString words;
        int clickIndex = -1;   ///< what `clicked` tells; negative: nothing
    };
    struct LegendEntry {
        QString name;
        QColor color;
        bool dashed = false;
    };
    enum class Grid { None, Horizontal, Vertical, Both };

    /// Takes the numbers: sets m_x, m_y, m_legend and what paint… and the series need.
    virtual void take(const Chart& chart) = 0;
    /// The plot's rectangle is known and may have changed: fills the series of Qt Charts.
    virtual void fillSeries() {}
    /// Painted under and over the series, clipped to the plot.
    virtual void paintBelow(QPainter&) const {}
    virtual void paintAbove(QPainter&) const {}
    /// Painted beside the plot (a colour bar), within `rightMargin`.
    virtual void paintBeside(QPainter&) const {}
    virtual double rightMargin() const { return 0; }
    virtual std::size_t spotCount() const = 0;
    virtual Spot spot(std::size_t index) const = 0;
    /// The spot that is meant by a place on screen.
    virtual std::optional<std::size_t> spotAt(const QPointF& place) const;
    /// Where an arrow or page key leads from a spot.
    virtual std::size_t neighbour(std::size_t index, int key) const;

    /// Screen place of coordinates.
    QPointF place(double x, double y) const;
    QPointF place(const QPointF& at) const { return place(at.x(), at.y()); }
    const QRectF& plot() const { return m_plot; }
    QFont smallFont() const;
    void paintMarkLine(QPainter& painter, double x, const QString& label) const;
    void paintDiagonal(QPainter& painter) const;
    /// Adds the series to the chart with the (hidden) axes of the plot.
    void adopt(QAbstractSeries* series);

    AxisScaling m_x, m_y;
    std::vector<LegendEntry> m_legend;
    Grid m_grid = Grid::Horizontal;
    bool m_hasAxes = true;                 ///< false: the drawing has no axes, and all of the room
    bool m_yDown = false;                  ///< the first row or category on top
    double m_xOffset = 0, m_yOffset = 0;   ///< of the ticks of categories

    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

    /// Lays the drawing out anew: its scales have changed.
    void layOut();

private:
    void tellReadOut();
    std::optional<std::size_t> spotInHand() const;
    std::vector<Tick> xTicks() const;
    std::vector<Tick> yTicks() const;
    void paintAxes(QPainter& painter) const;
    void paintXLabels(QPainter& painter) const;
    void fillLegendRows();
    void paintLegend(QPainter& painter) const;
    void paintSpotMark(QPainter& painter) const;

    Chart m_chart;
    QRectF m_plot;
    std::vector<std::size_t> m_legendRows;  ///< how many entries stand in each row
    QValueAxis* m_hiddenX;
    QValueAxis* m_hiddenY;
    std::optional<std::size_t> m_hovered, m_focused;
    QString m_told;
    bool m_bare = false;   ///< painting for a file
};

/// A drawing for charts of the kind of `chart`.
ChartDrawing* makeDrawing(const Chart& chart, QWidget* parent = nullptr);

ChartDrawing* makeLineDrawing(QWidget* parent);
ChartDrawing* makeScatterDrawing(QWidget* parent);
ChartDrawing* makeBarDrawing(QWidget* parent);
ChartDrawing* makeStripDrawing(QWidget* parent);
ChartDrawing* makeHeatMapDrawing(QWidget* parent);
ChartDrawing* makeParallelDrawing(QWidget* parent);
ChartDrawing* makeTreeDrawing(QWidget* parent);
ChartDrawing* makeBoundaryDrawing(QWidget* parent);
ChartDrawing* makeRankDrawing(QWidget* parent);

/// "name, x-label 3, y-label 0.2"
QString spotWords(const QString& name, const AxisScaling& x, double xValue, const AxisScaling& y, double yValue);

}  // namespace holdout
