// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

/// -1 … 1, the same for the same dot on every day: the golden ratio's multiples spread evenly.
double jitter(std::size_t i) {
    const double turned = static_cast<double>(i + 1) * 0.6180339887498949;
    return 2 * (turned - std::floor(turned)) - 1;
}

class StripDrawing : public ChartDrawing {
public:
    using ChartDrawing::ChartDrawing;

protected:
    void take(const Chart& chart) override {
        m_strip = std::get<StripChart>(chart);
        Extent extent;
        Axis columns;
        columns.low = -0.5;
        columns.high = static_cast<double>(m_strip.columns.size()) - 0.5;
        m_dots.clear();
        for (std::size_t c = 0; c < m_strip.columns.size(); ++c) {
            const StripChart::Column& column = m_strip.columns[c];
            columns.categories.push_back(column.name);
            extent.add(column.values);
            for (const double value : {column.mean, column.low, column.high})
                if (!column.values.empty()) extent.add(value);
            for (std::size_t i = 0; i < column.values.size(); ++i)
                if (std::isfinite(column.values[i])) m_dots.push_back({c, i});
        }
        m_x = AxisScaling(columns, 0, 0, 0);
        // Differences between folds are what is looked for: the scale need not begin at 0.
        const double room = 0.08 * (extent.high - extent.low);
        Axis y = m_strip.y;
        if (!y.low && room > 0) y.low = extent.low - room;
        if (!y.high && room > 0) y.high = extent.high + room;
        m_y = AxisScaling(y, extent.low, extent.high, 0.08);
    }

    void paintBelow(QPainter& painter) const override {
        for (std::size_t c = 0; c < m_strip.columns.size(); ++c) paintInterval(painter, c);
        painter.setPen(Qt::NoPen);
        for (const Dot& dot : m_dots) {
            painter.setBrush(color(dot.column));
            painter.drawEllipse(place(coordinates(dot)), 3, 3);
        }
    }

    std::size_t spotCount() const override { return m_dots.size(); }

    Spot spot(std::size_t index) const override {
        const Dot& dot = m_dots[index];
        const StripChart::Column& column = m_strip.columns[dot.column];
        QString words = QString::fromStdString(column.name) + QStringLiteral(" · ");
        if (!m_strip.dot.empty()) words += QStringLiteral("%1 %2 · ").arg(QString::fromStdString(m_strip.dot)).arg(dot.fold + 1);
        words += QStringLiteral("%1 %2").arg(m_y.label(), m_y.words(column.values[dot.fold]));
        if (!m_strip.dot.empty()) words += QStringLiteral(" · mean %1").arg(m_y.words(column.mean));
        if (column.high > column.low) words += QStringLiteral(" (%1 – %2)").arg(m_y.words(column.low), m_y.words(column.high));
        return {coordinates(dot), words, static_cast<int>(dot.column)};
    }

    std::size_t neighbour(std::size_t index, int key) const override {
        if (key == Qt::Key_Up) return ChartDrawing::neighbour(index, Qt::Key_Left);
        if (key == Qt::Key_Down) return ChartDrawing::neighbour(index, Qt::Key_Right);
        if (key != Qt::Key_Left && key != Qt::Key_Right) return ChartDrawing::neighbour(index, key);
        // To the same fold of the next column; within the only one, to the next fold.
        if (m_strip.columns.size() < 2) return ChartDrawing::neighbour(index, key);
        std::size_t found = index;
        for (std::size_t i = 0; i < m_dots.size(); ++i) {
            const bool beyond = key == Qt::Key_Right ? m_dots[i].column == m_dots[index].column + 1
                                                     : m_dots[i].column + 1 == m_dots[index].column;
            if (beyond && m_dots[i].fold <= m_dots[index].fold) found = i;
        }
        return found;
    }

private:
    struct Dot {
        std::size_t column = 0, fold = 0;
    };

    QColor color(std::size_t column) const { return Theme::seriesColor(SeriesRole::Run, m_strip.columns[column].runIndex); }
    /// Half the width of a column's box, as a share of the column.
    double half() const {
        const double pitch = plot().width() / std::max<double>(1, static_cast<double>(m_strip.columns.size()));
        return std::min(0.32, 26 / std::max(1.0, pitch));
    }
    QPointF coordinates(const Dot& dot) const {
        const double aside = m_strip.dot.empty() ? 0 : 0.75 * half() * jitter(dot.fold);
        return {static_cast<double>(dot.column) + aside, m_y.coordinate(m_strip.columns[dot.column].values[dot.fold])};
    }

    void paintInterval(QPainter& painter, std::size_t c) const {
        const StripChart::Column& column = m_strip.columns[c];
        if (column.values.empty()) return;
        const double middle = static_cast<double>(c);
        QColor soft = color(c);
        soft.setAlphaF(0.22F);
        if (column.high > column.low)
            painter.fillRect(QRectF(place(middle - half(), m_y.coordinate(column.high)), place(middle + half(), m_y.coordinate(column.low))), soft);
        if (!std::isfinite(column.mean)) return;
        painter.setPen(QPen(color(c), 2));
        painter.drawLine(place(middle - half(), m_y.coordinate(column.mean)), place(middle + half(), m_y.coordinate(column.mean)));
    }

    StripChart m_strip;
    std::vector<Dot> m_dots;
};

}  // namespace

ChartDrawing* makeStripDrawing(QWidget* parent) { return new StripDrawing(parent); }

}  // namespace holdout
