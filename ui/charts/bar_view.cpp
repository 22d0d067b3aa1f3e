// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr double thickest = 56;   // pixels, a bar

class BarDrawing : public ChartDrawing {
public:
    using ChartDrawing::ChartDrawing;

protected:
    void take(const Chart& chart) override {
        m_bars = std::get<BarChart>(chart);
        m_yDown = m_bars.horizontal;
        m_grid = m_bars.horizontal ? Grid::Vertical : Grid::Horizontal;
        const Axis& along = m_bars.horizontal ? m_bars.y : m_bars.x;
        const Axis& across = m_bars.horizontal ? m_bars.x : m_bars.y;
        m_isCategorical = !along.categories.empty();
        const double count = static_cast<double>(m_bars.values.size());
        m_first = m_isCategorical ? -0.5 : along.low.value_or(0);
        m_step = m_isCategorical ? 1 : (along.high.value_or(count) - m_first) / std::max(1.0, count);
        if (!(m_step > 0)) m_step = 1;   // a column of one value
        Axis exact = along;
        exact.scale = AxisScale::Linear;
        exact.low = m_first;
        exact.high = m_first + m_step * count;
        Extent extent;
        extent.add(0.0);
        extent.add(m_bars.values);
        Axis value = across;
        if (extent.low == 0 && !value.low) value.low = 0;
        if (extent.high == 0 && !value.high) value.high = 0;
        const double margin = m_bars.horizontal ? 0.36 : 0.05;   // room for the numbers at the bars' ends
        AxisScaling alongScaling(exact, 0, 0, 0), valueScaling(value, extent.low, extent.high, margin);
        m_x = m_bars.horizontal ? valueScaling : alongScaling;
        m_y = m_bars.horizontal ? alongScaling : valueScaling;
    }

    void paintBelow(QPainter& painter) const override {
        QColor color = Theme::seriesColor(m_bars.role, 0);
        painter.setRenderHint(QPainter::Antialiasing, true);
        for (std::size_t i = 0; i < m_bars.values.size(); ++i) {
            if (!std::isfinite(m_bars.values[i])) continue;
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            const QRectF bar = barAt(i);
            painter.drawRect(bar);
            if (m_bars.horizontal && bar.height() >= 8) paintNumber(painter, bar, m_bars.values[i]);
        }
        painter.setPen(QPen(Theme::current().faint, 1));
        if (m_bars.horizontal)
            painter.drawLine(place(0, m_y.low()), place(0, m_y.high()));
        else
            painter.drawLine(place(m_x.low(), 0), place(m_x.high(), 0));
    }

    std::size_t spotCount() const override { return m_bars.values.size(); }

    Spot spot(std::size_t index) const override {
        const double from = m_first + m_step * static_cast<double>(index), value = m_bars.values[index], middle = from + m_step / 2;
        const AxisScaling& along = m_bars.horizontal ? m_y : m_x;
        const AxisScaling& across = m_bars.horizontal ? m_x : m_y;
        const QString where = m_isCategorical ? along.words(middle) : along.words(from) + QStringLiteral(" – ") + along.words(from + m_step);
        const QString words = where + QStringLiteral(" · ") + across.label() + QLatin1Char(' ') + across.words(value);
        const double end = std::isfinite(value) ? value : 0;
        return {m_bars.horizontal ? QPointF(end, middle) : QPointF(middle, end), words, static_cast<int>(index)};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        if (!plot().contains(where) || m_bars.values.empty()) return std::nullopt;
        const double share = m_bars.horizontal ? (where.y() - plot().top()) / plot().height() : (where.x() - plot().left()) / plot().width();
        const double count = static_cast<double>(m_bars.values.size());
        return static_cast<std::size_t>(std::clamp(std::floor(share * count), 0.0, count - 1));
    }

private:
    QRectF barAt(std::size_t i) const {
        double gap = m_isCategorical ? 0.14 * m_step : 0.04 * m_step;
        if (m_isCategorical) {
            // Two bars need not fill a page.
            const double count = static_cast<double>(m_bars.values.size()), room = (m_bars.horizontal ? plot().height() : plot().width()) / count;
            if (room > 0) gap = std::max(gap, m_step * (1 - thickest / room) / 2);
        }
        const double from = m_first + m_step * static_cast<double>(i) + gap, to = from + m_step - 2 * gap;
        const QPointF a = m_bars.horizontal ? place(0, from) : place(from, 0);
        const QPointF b = m_bars.horizontal ? place(m_bars.values[i], to) : place(to, m_bars.values[i]);
        return QRectF(a, b).normalized();
    }

    void paintNumber(QPainter& painter, const QRectF& bar, double value) const {
        const QString text = m_x.words(value);
        const double wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 4;
        painter.setPen(Theme::current().muted);
        double left = value < 0 ? bar.left() - wide - 4 : bar.right() + 4;
        // Where there is no room beside the end of the bar: beyond its beginning, or on a long bar.
        if (value < 0 && left < plot().left()) left = bar.right() + 4;
        if (value < 0 && left + wide > plot().right()) {
            left = bar.left() + 2;
            painter.setPen(Theme::current().panel);
        }
        if (value >= 0 && left + wide > plot().right()) {
            left = bar.right() - wide - 2;
            painter.setPen(Theme::current().panel);
        }
        painter.drawText(QRectF(left, bar.center().y() - 9, wide, 18), Qt::AlignCenter, text);
    }

    BarChart m_bars;
    bool m_isCategorical = false;
    double m_first = 0, m_step = 1;   // where the first bar begins, and how far to the next
};

}  // namespace

ChartDrawing* makeBarDrawing(QWidget* parent) { return new BarDrawing(parent); }

}  // namespace holdout
