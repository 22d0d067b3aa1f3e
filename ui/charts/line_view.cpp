// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtCharts/QAreaSeries>
#include <QtCharts/QLineSeries>
#include <algorithm>
#include <cmath>

#include "charts/chart_view.h"
#include "charts/stamps.h"
#include "charts/thinning.h"
#include "theme/theme.h"

namespace holdout {

namespace {

/// A series in coordinates, and where it has gaps.
struct DrawnLine {
    QString name;
    QColor color;
    bool dashed = false;
    std::vector<double> x, y, low, high;
    std::size_t firstSpot = 0;

    bool isPoint(std::size_t i) const { return std::isfinite(x[i]) && std::isfinite(y[i]); }
    bool isBand(std::size_t i) const { return std::isfinite(x[i]) && std::isfinite(low[i]) && std::isfinite(high[i]); }
};

/// Calls `visit(first, end)` for each stretch without gap.
template <typename Holds, typename Visit>
void forStretches(std::size_t count, const Holds& holds, const Visit& visit) {
    for (std::size_t first = 0; first < count; ++first) {
        if (!holds(first)) continue;
        std::size_t end = first;
        while (end < count && holds(end)) ++end;
        visit(first, end);
        first = end;
    }
}

/// Whether gaps leave points without neighbours, which are drawn as dots.
bool isDotted(const Series& series) {
    const auto isGap = [&](std::size_t i) { return i >= series.y.size() || !std::isfinite(series.y[i]); };
    for (std::size_t i = 0; i < series.y.size(); ++i)
        if (!isGap(i) && isGap(i + 1) && (i == 0 || isGap(i - 1))) return true;
    return false;
}

constexpr double dotRadius = 3.5;

class LineDrawing : public ChartDrawing {
public:
    using ChartDrawing::ChartDrawing;

protected:
    void take(const Chart& chart) override {
        m_lineChart = std::get<LineChart>(chart);
        const LineChart& lines = m_lineChart;
        Extent xs, ys;
        for (const Series& series : lines.series) {
            xs.add(series.x, lines.x.scale);
            for (const auto* values : {&series.y, &series.low, &series.high}) ys.add(*values, lines.y.scale);
        }
        for (const Marker& marker : lines.markers) xs.add(marker.x, lines.x.scale);
        // Lines run from edge to edge; dots keep off it, so that none is cut in half.
        const bool hasDots = std::any_of(lines.series.begin(), lines.series.end(), [](const Series& s) { return isDotted(s); });
        // A category has its place around its point, at the ends too.
        Axis x = lines.x;
        if (!x.categories.empty()) {
            x.low = -0.5;
            x.high = static_cast<double>(x.categories.size()) - 0.5;
        }
        m_x = AxisScaling(x, xs.low, xs.high, hasDots ? 0.05 : 0);
        m_y = AxisScaling(lines.y, ys.low, ys.high, hasDots ? 0.12 : 0.05);
        m_drawn.clear();
        m_spots = 0;
        for (const Series& series : lines.series) takeSeries(series);
    }

    void takeSeries(const Series& series) {
        DrawnLine line{.name = QString::fromStdString(series.name),
                       .color = Theme::seriesColor(series.role, series.runIndex),
                       .dashed = series.dashed,
                       .x = m_x.coordinates(series.x),
                       .y = m_y.coordinates(series.y),
                       .low = m_y.coordinates(series.low),
                       .high = m_y.coordinates(series.high),
                       .firstSpot = m_spots};
        // Those of a run before stand back behind the same of this run.
        if (series.dashed && series.role != SeriesRole::Reference) line.color.setAlphaF(0.45F);
        const std::size_t count = std::min(line.x.size(), line.y.size());
        line.x.resize(count);
        line.y.resize(count);
        if (line.low.size() < count || line.high.size() < count) line.low.clear();
        m_legend.push_back({line.name, line.color, line.dashed});
        m_spots += count;
        m_drawn.push_back(std::move(line));
    }

    void fillSeries() override {
        m_usedLines = m_usedBands = 0;
        m_dots.clear();
        for (const DrawnLine& line : m_drawn)
            if (!line.low.empty())
                forStretches(line.x.size(), [&](std::size_t i) { return line.isBand(i); },
                             [&](std::size_t first, std::size_t end) { fillBand(line, first, end); });
        for (const DrawnLine& line : m_drawn) {
            QList<QPointF> dots;
            forStretches(line.x.size(), [&](std::size_t i) { return line.isPoint(i); },
                         [&](std::size_t first, std::size_t end) {
                             if (end - first == 1)
                                 dots.append({line.x[first], line.y[first]});
                             else
                                 fillLine(line, first, end);
                         });
            m_dots.push_back(std::move(dots));
        }
        for (std::size_t i = m_usedLines; i < m_lines.size(); ++i) m_lines[i]->replace(QList<QPointF>());
        for (std::size_t i = m_usedBands; i < m_bands.size(); ++i) m_bands[i]->hide();
    }

    void paintBelow(QPainter& painter) const override {
        if (m_lineChart.diagonal) paintDiagonal(painter);
        for (const Marker& marker : m_lineChart.markers)
            paintMarkLine(painter, m_x.coordinate(marker.x), QString::fromStdString(marker.label));
        for (const DrawnLine& line : m_drawn) paintWhiskers(painter, line);
    }

    /// Points without neighbours. Qt Charts would make an item of each, and take a second for thousands.
    void paintAbove(QPainter& painter) const override {
        painter.setRenderHint(QPainter::Antialiasing);
        for (std::size_t s = 0; s < std::min(m_dots.size(), m_drawn.size()); ++s) {
            QList<QPointF> places;
            for (const QPointF& at : m_dots[s]) places.append(place(at));
            paintStamps(painter, places, dotRadius, [&](QPainter& on, const QPointF& at) {
                on.setPen(Qt::NoPen);
                on.setBrush(m_drawn[s].color);
                on.drawEllipse(at, dotRadius, dotRadius);
            });
        }
    }

    std::size_t spotCount() const override { return m_spots; }

    Spot spot(std::size_t index) const override {
        const std::size_t s = seriesOf(index), i = index - m_drawn[s].firstSpot;
        const Series& series = m_lineChart.series[s];
        QString words = spotWords(m_drawn.size() > 1 ? m_drawn[s].name : QString(), m_x, series.x[i], m_y, series.y[i]);
        if (!m_drawn[s].low.empty() && m_drawn[s].isBand(i))
            words += QStringLiteral(" (%1 – %2)").arg(m_y.words(series.low[i]), m_y.words(series.high[i]));
        return {{m_drawn[s].x[i], m_drawn[s].y[i]}, words, s == 0 ? static_cast<int>(i) : -1};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        std::optional<std::size_t> found;
        double least = 40 * 40;
        for (const DrawnLine& line : m_drawn)
            for (std::size_t i = 0; i < line.x.size(); ++i) {
                if (!line.isPoint(i)) continue;
                const QPointF away = place(line.x[i], line.y[i]) - where;
                const double distance = QPointF::dotProduct(away, away);
                if (!(distance < least)) continue;
                least = distance;
                found = line.firstSpot + i;
            }
        return found;
    }

    /// Left and right along the line over its gaps; up and down to the nearest x of the other lines.
    std::size_t neighbour(std::size_t index, int key) const override {
        const std::size_t s = seriesOf(index), i = index - m_drawn[s].firstSpot;
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const std::size_t count = m_drawn.size();
            const std::size_t other = key == Qt::Key_Down ? (s + 1) % count : (s + count - 1) % count;
            return nearestAlong(m_drawn[other], m_drawn[s].x[i]).value_or(index);
        }
        const DrawnLine& line = m_drawn[s];
        std::size_t next = ChartDrawing::neighbour(index, key);
        next = std::clamp(next, line.firstSpot, line.firstSpot + line.x.size() - 1);
        const bool back = key == Qt::Key_Left || key == Qt::Key_PageUp;
        while (!line.isPoint(next - line.firstSpot)) {
            if (next == (back ? line.firstSpot : line.firstSpot + line.x.size() - 1)) return index;
            back ? --next : ++next;
        }
        return next;
    }

private:
    /// The band of a point without neighbours is a line up and down.
    void paintWhiskers(QPainter& painter, const DrawnLine& line) const {
        if (line.low.empty()) return;
        QColor soft = line.color;
        soft.setAlphaF(0.5F);
        painter.setPen(QPen(soft, 3, Qt::SolidLine, Qt::FlatCap));
        forStretches(line.x.size(), [&](std::size_t i) { return line.isBand(i); }, [&](std::size_t first, std::size_t end) {
            if (end - first == 1) painter.drawLine(place(line.x[first], line.low[first]), place(line.x[first], line.high[first]));
        });
    }

    std::size_t seriesOf(std::size_t spotIndex) const {
        std::size_t s = 0;
        while (s + 1 < m_drawn.size() && m_drawn[s + 1].firstSpot <= spotIndex) ++s;
        return s;
    }

    static std::optional<std::size_t> nearestAlong(const DrawnLine& line, double x) {
        std::optional<std::size_t> found;
        double least = INFINITY;
        for (std::size_t i = 0; i < line.x.size(); ++i)
            if (line.isPoint(i) && std::abs(line.x[i] - x) < least) {
                least = std::abs(line.x[i] - x);
                found = line.firstSpot + i;
            }
        return found;
    }

    QList<QPointF> points(const DrawnLine& line, const std::vector<double>& y, std::size_t first, std::size_t end) const {
        return thinned(std::span(line.x).subspan(first, end - first), std::span(y).subspan(first, end - first), m_x.low(), m_x.high(),
                       static_cast<int>(plot().width()));
    }

    void fillLine(const DrawnLine& line, std::size_t first, std::size_t end) {
        if (m_usedLines == m_lines.size()) adopt(m_lines.emplace_back(new QLineSeries));
        QLineSeries* series = m_lines[m_usedLines++];
        QPen pen(line.color, 2);
        pen.setJoinStyle(Qt::RoundJoin);
        if (line.dashed) pen.setDashPattern({3, 2});
        series->setPen(pen);
        series->replace(points(line, line.y, first, end));
    }

    void fillBand(const DrawnLine& line, std::size_t first, std::size_t end) {
        if (m_usedBands == m_bands.size()) {
            auto* area = m_bands.emplace_back(new QAreaSeries(new QLineSeries, new QLineSeries));
            area->upperSeries()->setParent(area);
            area->lowerSeries()->setParent(area);
            adopt(area);
        }
        QAreaSeries* area = m_bands[m_usedBands++];
        QColor soft = line.color;
        soft.setAlphaF(0.2F);
        area->setPen(Qt::NoPen);
        area->setBrush(soft);
        area->upperSeries()->replace(points(line, line.high, first, end));
        area->lowerSeries()->replace(points(line, line.low, first, end));
        area->show();
    }

    LineChart m_lineChart;
    std::vector<DrawnLine> m_drawn;
    std::size_t m_spots = 0;
    std::vector<QLineSeries*> m_lines;      // owned by the QChart, as all series
    std::vector<QList<QPointF>> m_dots;     // of each drawn line, those without neighbours
    std::vector<QAreaSeries*> m_bands;
    std::size_t m_usedLines = 0, m_usedBands = 0;
};

}  // namespace

ChartDrawing* makeLineDrawing(QWidget* parent) { return new LineDrawing(parent); }

}  // namespace holdout
