// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_view.h"

#include <QAccessible>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QtCharts/QLegend>
#include <QtCharts/QValueAxis>
#include <cmath>

#include "theme/theme.h"

namespace holdout {

namespace {
constexpr double kNear = 28;   // pixels within which the pointer means a spot
constexpr double kLegendRow = 18, kLegendMark = 19, kLegendGap = 14;
constexpr double kLegendShare = 0.3;  // of the drawing's height at most, beyond the first row

double legendWidth(const QFontMetricsF& metrics, const QString& name) {
    return kLegendMark + metrics.horizontalAdvance(name) + 2;
}
}

ChartDrawing::ChartDrawing(QWidget* parent)
    : QChartView(new QChart, parent), m_hiddenX(new QValueAxis), m_hiddenY(new QValueAxis) {
    chart()->setBackgroundVisible(false);
    chart()->setMargins({});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->legend()->hide();
    chart()->addAxis(m_hiddenX, Qt::AlignBottom);
    chart()->addAxis(m_hiddenY, Qt::AlignLeft);
    m_hiddenX->setVisible(false);
    m_hiddenY->setVisible(false);
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);
    setBackgroundBrush(Qt::NoBrush);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(FullViewportUpdate);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumSize(120, 90);
}

void ChartDrawing::setChart(const Chart& chart) {
    m_chart = chart;
    m_legend.clear();
    take(m_chart);
    if (m_focused && *m_focused >= spotCount()) m_focused.reset();
    m_hovered.reset();
    layOut();
    tellReadOut();
}

void ChartDrawing::adopt(QAbstractSeries* series) {
    chart()->addSeries(series);
    series->attachAxis(m_hiddenX);
    series->attachAxis(m_hiddenY);
}

void ChartDrawing::layOut() {
    const QFontMetricsF metrics(smallFont());
    const double top = m_legend.size() > 1 ? kLegendRow + 6 : 8;
    const double bottom = !m_hasAxes ? 18 : metrics.height() + 8 + (m_x.label().isEmpty() ? 0 : metrics.height() + 2);
    double widest = 0;
    m_plot = QRectF(0, top, width(), std::max(10.0, height() - top - bottom));
    if (m_hasAxes)
        for (const Tick& tick : yTicks()) widest = std::max(widest, metrics.horizontalAdvance(tick.text));
    widest = std::min({widest, 170.0, width() * 0.4});
    const double left = !m_hasAxes ? 0 : widest + 10 + (m_y.label().isEmpty() ? 0 : metrics.height() + 2);
    m_plot.setLeft(left);
    fillLegendRows();
    if (m_legendRows.size() > 1) m_plot.setTop(top + kLegendRow * static_cast<double>(m_legendRows.size() - 1));
    m_plot.setRight(std::max(left + 10, width() - std::max(rightMargin(), m_hasAxes ? 12.0 : 0.0)));
    m_hiddenX->setRange(m_x.low(), m_x.high());
    m_hiddenY->setRange(m_y.low(), m_y.high());
    m_hiddenY->setReverse(m_yDown);
    chart()->setPlotArea(m_plot);
    fillSeries();
    viewport()->update();
}

QPointF ChartDrawing::place(double x, double y) const {
    const double up = m_y.share(y);
    return {m_plot.left() + m_x.share(x) * m_plot.width(),
            m_yDown ? m_plot.top() + up * m_plot.height() : m_plot.bottom() - up * m_plot.height()};
}

QFont ChartDrawing::smallFont() const {
    QFont small = font();
    small.setPixelSize(11);
    return small;
}

std::vector<Tick> ChartDrawing::xTicks() const {
    int most = static_cast<int>(m_plot.width() / 60);
    if (m_x.isCategorical()) most = std::max(most, static_cast<int>(m_plot.width() / 46));
    return m_x.ticks(std::min(most, m_x.isCategorical() ? 60 : 8), m_xOffset);
}

std::vector<Tick> ChartDrawing::yTicks() const {
    const double pitch = m_y.isCategorical() ? 15 : 42;
    return m_y.ticks(std::min(static_cast<int>(m_plot.height() / pitch), m_y.isCategorical() ? 100 : 6), m_yOffset);
}

void ChartDrawing::drawBackground(QPainter* painter, const QRectF& rect) {
    QChartView::drawBackground(painter, rect);
    painter->save();
    painter->setFont(smallFont());
    if (m_hasAxes) paintAxes(*painter);
    paintLegend(*painter);
    paintBeside(*painter);
    painter->setClipRect(m_plot.adjusted(-1, -1, 1, 1), Qt::IntersectClip);
    paintBelow(*painter);
    painter->restore();
}

void ChartDrawing::drawForeground(QPainter* painter, const QRectF& rect) {
    QChartView::drawForeground(painter, rect);
    painter->save();
    painter->setFont(smallFont());
    painter->setClipRect(m_plot.adjusted(-7, -7, 7, 7), Qt::IntersectClip);  // rings at the edge are whole
    paintAbove(*painter);
    painter->restore();
    if (m_bare) return;
    painter->save();
    paintSpotMark(*painter);
    if (hasFocus()) {
        painter->setPen(QPen(Theme::current().accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(rect.intersected(QRectF(0, 0, width(), height()))).adjusted(1, 1, -1, -1), 5, 5);
    }
    painter->restore();
}

void ChartDrawing::paintAxes(QPainter& painter) const {
    const Palette& colors = Theme::current();
    const QFontMetricsF metrics(painter.font());
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(colors.line, 1));
    if (m_grid == Grid::Vertical || m_grid == Grid::Both)
        for (const Tick& tick : xTicks())
            painter.drawLine(QPointF(place(tick.at, 0).x(), m_plot.top()), QPointF(place(tick.at, 0).x(), m_plot.bottom()));
    const double labelLeft = m_y.label().isEmpty() ? 0 : metrics.height() + 2;
    const double room = m_plot.left() - labelLeft - 6;
    for (const Tick& tick : yTicks()) {
        const double y = place(0, tick.at).y();
        painter.setPen(QPen(colors.line, 1));
        if (m_grid == Grid::Horizontal || m_grid == Grid::Both)
            painter.drawLine(QPointF(m_plot.left(), y), QPointF(m_plot.right(), y));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(labelLeft, y - 9, room, 18), Qt::AlignRight | Qt::AlignVCenter,
                         metrics.elidedText(tick.text, Qt::ElideRight, room));
    }
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(m_plot.topLeft(), m_plot.bottomLeft());
    painter.drawLine(m_plot.bottomLeft(), m_plot.bottomRight());
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintXLabels(painter);
    if (m_y.label().isEmpty()) return;
    painter.save();
    painter.translate(metrics.height() / 2, m_plot.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-m_plot.height() / 2 - 8, -metrics.height() / 2, m_plot.height() + 16, metrics.height()), Qt::AlignCenter,
                     metrics.elidedText(m_y.label(), Qt::ElideRight, m_plot.height() + 16));
    painter.restore();
}

void ChartDrawing::paintXLabels(QPainter& painter) const {
    const QFontMetricsF metrics(painter.font());
    painter.setPen(Theme::current().muted);
    const std::vector<Tick> ticks = xTicks();
    const double pitch = ticks.size() > 1 ? std::abs(place(ticks[1].at, 0).x() - place(ticks[0].at, 0).x()) : m_plot.width();
    for (const Tick& tick : ticks) {
        const QString text = metrics.elidedText(tick.text, Qt::ElideRight, std::max(pitch - 6, 20.0));
        const double wide = metrics.horizontalAdvance(text) + 2;
        // The labels at the ends stay on the drawing.
        const double x = std::clamp(place(tick.at, 0).x() - wide / 2, 0.0, std::max(0.0, width() - wide));
        painter.drawText(QRectF(x, m_plot.bottom() + 4, wide, metrics.height()), Qt::AlignCenter, text);
    }
    painter.drawText(QRectF(m_plot.left(), m_plot.bottom() + 6 + metrics.height(), m_plot.width(), metrics.height()), Qt::AlignCenter,
                     metrics.elidedText(m_x.label(), Qt::ElideRight, m_plot.width()));
}

/// As many rows as show all names whole; where the drawing is too low for them, as many as it has room for, evenly filled.
void ChartDrawing::fillLegendRows() {
    m_legendRows.clear();
    if (m_legend.size() < 2) return;
    const QFontMetricsF metrics(smallFont());
    const double room = width() - m_plot.left();
    double x = 0;
    for (const LegendEntry& entry : m_legend) {
        const double wide = legendWidth(metrics, entry.name);
        if (m_legendRows.empty() || x + wide > room) {
            m_legendRows.push_back(0);
            x = 0;
        }
        ++m_legendRows.back();
        x += wide + kLegendGap;
    }
    const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(height() * kLegendShare / kLegendRow));
    if (m_legendRows.size() <= most) return;
    m_legendRows.assign(most, 0);
    for (std::size_t i = 0; i < m_legend.size(); ++i) ++m_legendRows[i * most / m_legend.size()];
}

void ChartDrawing::paintLegend(QPainter& painter) const {
    const QFontMetricsF metrics(painter.font());
    double y = 1;
    std::size_t i = 0;
    for (const std::size_t inRow : m_legendRows) {
        double x = m_plot.left(), wanted = -kLegendGap;
        for (std::size_t k = i; k < i + inRow; ++k) wanted += legendWidth(metrics, m_legend[k].name) + kLegendGap;
        const bool isWhole = x + wanted <= width();
        for (std::size_t left = inRow; left > 0; --left, ++i) {
            const LegendEntry& entry = m_legend[i];
            // Those that are short leave their room to those after them.
            const double gaps = kLegendGap * static_cast<double>(left - 1);
            const double room = (width() - x - gaps) / static_cast<double>(left) - legendWidth(metrics, {});
            if (room < 20 && !isWhole) continue;
            const QString text = isWhole ? entry.name : metrics.elidedText(entry.name, Qt::ElideRight, room);
            QPen pen(entry.color, 2);
            if (entry.dashed) pen.setDashPattern({2, 2});
            painter.setPen(pen);
            painter.drawLine(QPointF(x, y + 9), QPointF(x + 14, y + 9));
            painter.setPen(entry.color);
            const double wide = legendWidth(metrics, text);
            painter.drawText(QRectF(x + kLegendMark, y, wide - kLegendMark, kLegendRow), Qt::AlignLeft | Qt::AlignVCenter, text);
            x += wide + kLegendGap;
        }
        y += kLegendRow;
    }
}

void ChartDrawing::paintMarkLine(QPainter& painter, double x, const QString& label) const {
    const QColor color = Theme::current().good;
    const double at = place(x, 0).x(), wide = QFontMetricsF(painter.font()).horizontalAdvance(label) + 4;
    painter.setPen(QPen(color, 1.5));
    painter.drawLine(QPointF(at, m_plot.top()), QPointF(at, m_plot.bottom()));
    const double left = at + 5 + wide > m_plot.right() ? at - 5 - wide : at + 5;
    painter.drawText(QRectF(left, m_plot.top() + 1, wide, 14), Qt::AlignCenter, label);
}

void ChartDrawing::paintDiagonal(QPainter& painter) const {
    const double from = std::max(m_x.low(), m_y.low()), to = std::min(m_x.high(), m_y.high());
    if (!(to > from)) return;
    painter.setPen(QPen(Theme::current().faint, 1, Qt::DashLine));
    painter.drawLine(place(from, from), place(to, to));
}

void ChartDrawing::paintSpotMark(QPainter& painter) const {
    const auto index = spotInHand();
    if (!index) return;
    const QPointF at = place(spot(*index).at);
    painter.setPen(QPen(Theme::current().panel, 4));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(at, 6, 6);
    painter.setPen(QPen(Theme::current().ink, 2));
    painter.drawEllipse(at, 6, 6);
}

void ChartDrawing::paintOn(QPainter& painter, const QRectF& target) {
    m_bare = true;
    render(&painter, target, viewport()->rect());
    m_bare = false;
}

std::optional<std::size_t> ChartDrawing::spotAt(const QPointF& where) const {
    std::optional<std::size_t> found;
    double least = kNear * kNear;
    for (std::size_t i = 0; i < spotCount(); ++i) {
        const QPointF away = place(spot(i).at) - where;
        const double distance = QPointF::dotProduct(away, away);
        if (!(distance < least)) continue;
        least = distance;
        found = i;
    }
    return found;
}

std::size_t ChartDrawing::neighbour(std::size_t index, int key) const {
    const std::size_t page = std::max<std::size_t>(1, spotCount() / 10), last = spotCount() - 1;
    switch (key) {
        case Qt::Key_Left:
        case Qt::Key_Up: return index == 0 ? 0 : index - 1;
        case Qt::Key_PageUp: return index < page ? 0 : index - page;
        case Qt::Key_PageDown: return std::min(last, index + page);
        default: return std::min(last, index + 1);
    }
}

std::optional<std::size_t> ChartDrawing::spotInHand() const { return m_hovered ? m_hovered : (hasFocus() ? m_focused : std::nullopt); }

QString ChartDrawing::readOut() const {
    const auto index = spotInHand();
    return index ? spot(*index).words : QString();
}

void ChartDrawing::tellReadOut() {
    const QString words = readOut();
    viewport()->update();
    if (words == m_told) return;
    m_told = words;
    setAccessibleDescription(words);
    emit readOutChanged(words);
}

void ChartDrawing::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    layOut();
}

void ChartDrawing::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) {
        if (!isEmpty(m_chart)) setChart(Chart(m_chart));
    }
}

void ChartDrawing::mouseMoveEvent(QMouseEvent* event) {
    m_hovered = spotAt(event->position());
    tellReadOut();
}

void ChartDrawing::mouseReleaseEvent(QMouseEvent* event) {
    const auto index = spotAt(event->position());
    if (event->button() != Qt::LeftButton || !index) return;
    m_focused = index;
    tellReadOut();
    if (const int told = spot(*index).clickIndex; told >= 0) {
        emit clicked(told);
    } else if (m_plot.contains(event->position())) {
        const double across = (event->position().x() - m_plot.left()) / m_plot.width();
        const double down = (event->position().y() - m_plot.top()) / m_plot.height();
        emit pointed(m_x.value(m_x.low() + across * (m_x.high() - m_x.low())),
                     m_y.value(m_y.low() + (m_yDown ? down : 1 - down) * (m_y.high() - m_y.low())));
    }
}

void ChartDrawing::leaveEvent(QEvent* event) {
    QChartView::leaveEvent(event);
    m_hovered.reset();
    tellReadOut();
}

void ChartDrawing::keyPressEvent(QKeyEvent* event) {
    const std::size_t count = spotCount();
    switch (event->key()) {
        case Qt::Key_Home: m_focused = 0; break;
        case Qt::Key_End: m_focused = count - 1; break;
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown: m_focused = m_focused && count > 0 ? neighbour(*m_focused, event->key()) : 0; break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_focused && spot(*m_focused).clickIndex >= 0) emit clicked(spot(*m_focused).clickIndex);
            return;
        default: return event->ignore();
    }
    if (count == 0) m_focused.reset();
    m_hovered.reset();
    tellReadOut();
    QAccessibleEvent change(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&change);
}

void ChartDrawing::focusInEvent(QFocusEvent* event) {
    QChartView::focusInEvent(event);
    tellReadOut();
}

void ChartDrawing::focusOutEvent(QFocusEvent* event) {
    QChartView::focusOutEvent(event);
    tellReadOut();
}

// The page scrolls, not the drawing.
void ChartDrawing::wheelEvent(QWheelEvent* event) { event->ignore(); }

ChartDrawing* makeDrawing(const Chart& chart, QWidget* parent) {
    struct Maker {
        QWidget* parent;
        ChartDrawing* operator()(const LineChart&) const { return makeLineDrawing(parent); }
        ChartDrawing* operator()(const ScatterChart&) const { return makeScatterDrawing(parent); }
        ChartDrawing* operator()(const BarChart&) const { return makeBarDrawing(parent); }
        ChartDrawing* operator()(const StripChart&) const { return makeStripDrawing(parent); }
        ChartDrawing* operator()(const HeatMap&) const { return makeHeatMapDrawing(parent); }
        ChartDrawing* operator()(const ParallelChart&) const { return makeParallelDrawing(parent); }
        ChartDrawing* operator()(const TreeChart&) const { return makeTreeDrawing(parent); }
        ChartDrawing* operator()(const BoundaryChart&) const { return makeBoundaryDrawing(parent); }
        ChartDrawing* operator()(const RankChart&) const { return makeRankDrawing(parent); }
    };
    return std::visit(Maker{parent}, chart);
}

QString spotWords(const QString& name, const AxisScaling& x, double xValue, const AxisScaling& y, double yValue) {
    const auto part = [](const AxisScaling& axis, double value) {
        return axis.label().isEmpty() ? axis.words(value) : axis.label() + QLatin1Char(' ') + axis.words(value);
    };
    const QString values = part(x, xValue) + QStringLiteral(" · ") + part(y, yValue);
    return name.isEmpty() ? values : name + QStringLiteral(" · ") + values;
}

}  // namespace holdout
