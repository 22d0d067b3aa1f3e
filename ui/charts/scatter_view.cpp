// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtCharts/QScatterSeries>
#include <cmath>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr std::size_t kMostDots = 2000;   // more would hide one another: their density is drawn instead
constexpr int kDensityCell = 3;           // pixels

class ScatterDrawing : public ChartDrawing {
public:
    explicit ScatterDrawing(QWidget* parent) : ChartDrawing(parent) { m_grid = Grid::Both; }

protected:
    void take(const Chart& chart) override {
        m_scatter = std::get<ScatterChart>(chart);
        Extent xs, ys;
        for (const Series& series : m_scatter.series) {
            xs.add(series.x, m_scatter.x.scale);
            for (const std::vector<double>* values : {&series.y, &series.low, &series.high})
                ys.add(*values, m_scatter.y.scale);
            m_legend.push_back({QString::fromStdString(series.name), Theme::seriesColor(series.role, series.runIndex)});
        }
        if (m_scatter.zeroLine) ys.add(0.0, m_scatter.y.scale);
        m_x = AxisScaling(m_scatter.x, xs.low, xs.high, 0.05);
        m_y = AxisScaling(m_scatter.y, ys.low, ys.high, 0.05);
        m_points.clear();
        for (std::size_t s = 0; s < m_scatter.series.size(); ++s) {
            const Series& series = m_scatter.series[s];
            for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
                const QPointF at(m_x.coordinate(series.x[i]), m_y.coordinate(series.y[i]));
                if (std::isfinite(at.x()) && std::isfinite(at.y())) m_points.push_back({at, s, i});
            }
        }
    }

    void fillSeries() override {
        const bool dense = m_points.size() > kMostDots;
        std::vector<QList<QPointF>> dots(m_scatter.series.size());
        if (!dense)
            for (const Point& point : m_points) dots[point.series].append(point.at);
        while (m_dots.size() < dots.size()) adopt(m_dots.emplace_back(new QScatterSeries));
        for (std::size_t s = 0; s < m_dots.size(); ++s) {
            m_dots[s]->replace(s < dots.size() ? dots[s] : QList<QPointF>());
            if (s >= dots.size()) continue;
            QColor color = m_legend[s].color;
            color.setAlphaF(0.7F);
            m_dots[s]->setMarkerSize(7);
            m_dots[s]->setPen(Qt::NoPen);
            m_dots[s]->setBrush(color);
        }
        m_density = dense ? densityImage() : QImage();
    }

    void paintBelow(QPainter& painter) const override {
        if (!m_density.isNull()) painter.drawImage(plot(), m_density);
        if (m_density.isNull()) paintIntervals(painter);
        if (m_scatter.diagonal) paintDiagonal(painter);
        if (!m_scatter.zeroLine) return;
        painter.setPen(QPen(Theme::current().faint, 1, Qt::DashLine));
        painter.drawLine(place(m_x.low(), 0), place(m_x.high(), 0));
    }

    std::size_t spotCount() const override { return m_points.size(); }

    Spot spot(std::size_t index) const override {
        const Point& point = m_points[index];
        const Series& series = m_scatter.series[point.series];
        return {point.at,
                spotWords(m_legend.size() > 1 ? m_legend[point.series].name : QString(), m_x, series.x[point.index], m_y,
                          series.y[point.index]) +
                    intervalWords(series, point.index),
                point.series == 0 ? static_cast<int>(point.index) : -1};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        std::optional<std::size_t> found;
        double least = 20 * 20;
        for (std::size_t i = 0; i < m_points.size(); ++i) {
            const QPointF away = place(m_points[i].at) - where;
            const double distance = QPointF::dotProduct(away, away);
            if (distance >= least) continue;
            least = distance;
            found = i;
        }
        return found;
    }

private:
    QString intervalWords(const Series& series, std::size_t index) const {
        if (index >= std::min(series.low.size(), series.high.size())) return {};
        return " (" + m_y.words(series.low[index]) + " – " + m_y.words(series.high[index]) + ")";
    }

    struct Point {
        QPointF at;
        std::size_t series = 0, index = 0;
    };

    /// An upright line through each point that has an interval; many of them are fainter.
    void paintIntervals(QPainter& painter) const {
        const float strength = m_points.size() > 200 ? 0.16F : 0.32F;
        for (const Point& point : m_points) {
            const Series& series = m_scatter.series[point.series];
            if (point.index >= std::min(series.low.size(), series.high.size())) continue;
            const double low = m_y.coordinate(series.low[point.index]), high = m_y.coordinate(series.high[point.index]);
            if (!std::isfinite(low) || !std::isfinite(high)) continue;
            QColor color = m_legend[point.series].color;
            color.setAlphaF(strength);
            painter.setPen(QPen(color, 1.5));
            painter.drawLine(place(point.at.x(), low), place(point.at.x(), high));
        }
    }

    /// Each series' colour, more opaque (by the logarithm) where more points fall into a cell.
    QImage densityImage() const {
        const int wide = std::max(1, static_cast<int>(plot().width()) / kDensityCell);
        const int high = std::max(1, static_cast<int>(plot().height()) / kDensityCell);
        QImage image(wide, high, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        for (std::size_t s = 0; s < m_scatter.series.size(); ++s) {
            std::vector<int> counts(static_cast<std::size_t>(wide) * static_cast<std::size_t>(high));
            int most = 0;
            for (const Point& point : m_points) {
                if (point.series != s) continue;
                const int column = std::clamp(static_cast<int>(m_x.share(point.at.x()) * wide), 0, wide - 1);
                const int row = std::clamp(static_cast<int>((1 - m_y.share(point.at.y())) * high), 0, high - 1);
                most = std::max(most, ++counts[static_cast<std::size_t>(row * wide + column)]);
            }
            for (int row = 0; row < high; ++row)
                for (int column = 0; column < wide; ++column) {
                    const int count = counts[static_cast<std::size_t>(row * wide + column)];
                    if (count == 0) continue;
                    QColor color = m_legend[s].color;
                    color.setAlphaF(static_cast<float>(0.2 + 0.8 * std::log1p(count) / std::log1p(most)));
                    painter.fillRect(column, row, 1, 1, color);
                }
        }
        return image;
    }

    ScatterChart m_scatter;
    std::vector<Point> m_points;
    std::vector<QScatterSeries*> m_dots;   // owned by the QChart
    QImage m_density;
};

}  // namespace

ChartDrawing* makeScatterDrawing(QWidget* parent) { return new ScatterDrawing(parent); }

}  // namespace holdout
