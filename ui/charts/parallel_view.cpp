// SPDX-License-Identifier: GPL-3.0-or-later
#include <QMouseEvent>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr std::size_t kMostLines = 300;  // more are a grey mass, and slow
constexpr std::size_t kCrowd = 150;      // beyond which single lines are hardly told apart
constexpr double kMargin = 0.14;         // above and below the axes, for the words at their ends
constexpr double kDrag = 4;              // pixels beyond which a press is a drag

/// Lines are painted into an image once; brushing paints it anew.
class ParallelDrawing : public ChartDrawing {
public:
    explicit ParallelDrawing(QWidget* parent) : ChartDrawing(parent) { m_grid = Grid::None; }

protected:
    void take(const Chart& chart) override {
        const std::size_t before = m_chart.axes.size();
        m_chart = std::get<ParallelChart>(chart);
        if (m_chart.axes.size() != before) m_brushes.clear();
        m_brushes.resize(m_chart.axes.size());
        Axis names{.low = -0.35, .high = static_cast<double>(m_chart.axes.size()) - 0.65};
        for (const Axis& axis : m_chart.axes) names.categories.push_back(axis.label);
        m_x = AxisScaling(names, 0, 0, 0);
        m_y = AxisScaling(Axis{.low = -kMargin, .high = 1 + kMargin, .categories = {""}}, 0, 0, 0);
        m_scales.clear();
        for (std::size_t a = 0; a < m_chart.axes.size(); ++a) m_scales.push_back(scaleOf(a));
        chooseShown();
    }

    void fillSeries() override {
        m_image = QImage(std::max(1, static_cast<int>(plot().width())), std::max(1, static_cast<int>(plot().height())),
                         QImage::Format_ARGB32_Premultiplied);
        m_image.fill(Qt::transparent);
        QPainter painter(&m_image);
        // Hundreds of smooth lines take a fifth of a second; in a crowd their edges are not seen.
        painter.setRenderHint(QPainter::Antialiasing, !isCrowded());
        painter.translate(-plot().topLeft());
        for (const bool isKept : {false, true})
            for (const std::size_t i : m_shown)
                if (keeps(i) == isKept) paintLine(painter, i, isKept);
    }

    void paintBelow(QPainter& painter) const override {
        painter.drawImage(plot().topLeft(), m_image);
        if (m_chart.best && keeps(*m_chart.best)) paintBest(painter);
    }

    void paintAbove(QPainter& painter) const override {
        const QFontMetricsF metrics(painter.font());
        for (std::size_t a = 0; a < m_scales.size(); ++a) {
            painter.setPen(QPen(Theme::current().faint, 1.5));
            const QPointF bottom = place(static_cast<double>(a), 0), top = place(static_cast<double>(a), 1);
            painter.drawLine(bottom, top);
            painter.setPen(Theme::current().muted);
            paintWords(painter, metrics, endWords(a, 1), top.x(), top.y() - metrics.height() / 2 - 1);
            paintWords(painter, metrics, endWords(a, 0), bottom.x(), bottom.y() + metrics.height() / 2 + 1);
            if (!m_brushes[a]) continue;
            painter.setPen(Qt::NoPen);
            QColor brush = Theme::current().accent;
            brush.setAlpha(110);
            painter.setBrush(brush);
            const double low = place(0, m_brushes[a]->first).y(), high = place(0, m_brushes[a]->second).y();
            painter.drawRoundedRect(QRectF(QPointF(top.x() - 6, high), QPointF(top.x() + 6, low)), 3, 3);
        }
    }

    std::size_t spotCount() const override { return m_shown.size(); }

    Spot spot(std::size_t index) const override {
        const std::vector<double>& line = m_chart.lines[m_shown[index]];
        QStringList words;
        for (std::size_t a = 0; a < line.size(); ++a)
            if (!std::isnan(line[a]))
                words << QString::fromStdString(m_chart.axes[a].label) + ' ' + m_scales[a].words(line[a]);
        const std::size_t last = line.size() - 1;
        return {{static_cast<double>(last), share(last, line[last])},
                words.join(QStringLiteral(" · ")),
                static_cast<int>(m_shown[index])};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        std::optional<std::size_t> nearest;
        double least = 10;
        const double axis = m_x.low() + (where.x() - plot().left()) / plot().width() * (m_x.high() - m_x.low());
        const auto left = static_cast<std::ptrdiff_t>(std::floor(axis));
        if (left < 0 || left + 1 >= static_cast<std::ptrdiff_t>(m_scales.size()) || !plot().contains(where))
            return std::nullopt;
        const auto a = static_cast<std::size_t>(left);
        for (std::size_t i = 0; i < m_shown.size(); ++i) {
            if (!keeps(m_shown[i])) continue;
            const std::vector<double>& line = m_chart.lines[m_shown[i]];
            const double from = share(a, line[a]), to = share(a + 1, line[a + 1]);
            const double away =
                std::abs(place(axis, from + (axis - static_cast<double>(a)) * (to - from)).y() - where.y());
            if (!(away < least)) continue;
            least = away;
            nearest = i;
        }
        return nearest;
    }

    std::size_t neighbour(std::size_t index, int key) const override {
        const bool isForward = key == Qt::Key_Right || key == Qt::Key_Down || key == Qt::Key_PageDown;
        if (isForward) return std::min(index + 1, m_shown.size() - 1);
        return index - (index > 0);
    }

    void mousePressEvent(QMouseEvent* event) override {
        m_pressed = event->button() == Qt::LeftButton ? axisAt(event->position()) : std::nullopt;
        m_pressedAt = event->position();
    }

    void mouseMoveEvent(QMouseEvent* event) override {
        if (!m_pressed || std::abs(event->position().y() - m_pressedAt.y()) < kDrag)
            return ChartDrawing::mouseMoveEvent(event);
        const double from = shareAt(m_pressedAt), to = shareAt(event->position());
        m_brushes[*m_pressed] = std::minmax(std::clamp(from, 0.0, 1.0), std::clamp(to, 0.0, 1.0));
        repaintLines();
    }

    /// A press without a drag takes the axis's brush away.
    void mouseReleaseEvent(QMouseEvent* event) override {
        const auto pressed = std::exchange(m_pressed, std::nullopt);
        if (!pressed) return ChartDrawing::mouseReleaseEvent(event);
        if (std::abs(event->position().y() - m_pressedAt.y()) >= kDrag) return;
        if (!m_brushes[*pressed]) return ChartDrawing::mouseReleaseEvent(event);
        m_brushes[*pressed].reset();
        repaintLines();
    }

private:
    AxisScaling scaleOf(std::size_t a) const {
        Axis axis = m_chart.axes[a];
        Extent extent;
        for (const std::vector<double>& line : m_chart.lines) extent.add(line[a], axis.scale);
        if (!axis.categories.empty()) {
            axis.low = 0;
            axis.high = std::max(1.0, static_cast<double>(axis.categories.size()) - 1);
        }
        return AxisScaling(axis, extent.low, extent.high, 0);
    }

    /// The best lines and an even part of the others, the best on top.
    void chooseShown() {
        m_shown.resize(m_chart.lines.size());
        std::iota(m_shown.begin(), m_shown.end(), std::size_t{0});
        std::stable_sort(m_shown.begin(), m_shown.end(), [&](std::size_t a, std::size_t b) {
            const double x = m_chart.lines[a].back(), y = m_chart.lines[b].back();
            return m_chart.higherIsBetter ? x < y : x > y;
        });
        if (m_shown.size() <= kMostLines) return;
        std::vector<std::size_t> kept;
        const std::size_t best = m_shown.size() - kMostLines / 2, step = best / (kMostLines / 2) + 1;
        for (std::size_t i = 0; i < best; i += step) kept.push_back(m_shown[i]);
        kept.insert(kept.end(), m_shown.begin() + static_cast<std::ptrdiff_t>(best), m_shown.end());
        m_shown = std::move(kept);
    }

    bool isCrowded() const { return m_shown.size() > kCrowd; }
    double share(std::size_t a, double value) const { return m_scales[a].share(m_scales[a].coordinate(value)); }
    double shareAt(const QPointF& where) const {
        return m_y.low() + (plot().bottom() - where.y()) / plot().height() * (m_y.high() - m_y.low());
    }

    bool keeps(std::size_t i) const {
        for (std::size_t a = 0; a < m_brushes.size(); ++a) {
            if (!m_brushes[a]) continue;
            const double at = share(a, m_chart.lines[i][a]);
            if (!(at >= m_brushes[a]->first && at <= m_brushes[a]->second)) return false;
        }
        return true;
    }

    QPolygonF polyline(std::size_t i) const {
        QPolygonF points;
        for (std::size_t a = 0; a < m_scales.size(); ++a) {
            const double value = m_chart.lines[i][a];
            if (!std::isnan(value)) points << place(static_cast<double>(a), share(a, value));
        }
        return points;
    }

    void paintLine(QPainter& painter, std::size_t i, bool isKept) const {
        QColor color = Theme::current().line;
        if (isKept) {
            const double at = share(m_scales.size() - 1, m_chart.lines[i].back());
            color = Theme::viridis(m_chart.higherIsBetter ? at : 1 - at);
            color.setAlpha(isCrowded() ? 110 : 190);
        }
        QPen pen(color, isKept && !isCrowded() ? 1.2 : 1);
        pen.setCosmetic(isCrowded());
        painter.setPen(pen);
        painter.drawPolyline(polyline(i));
    }

    void paintBest(QPainter& painter) const {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor(0xf0, 0x5a, 0x5a), 2));
        painter.drawPolyline(polyline(*m_chart.best));
    }

    QString endWords(std::size_t a, int end) const {
        const std::vector<std::string>& categories = m_chart.axes[a].categories;
        if (!categories.empty()) return QString::fromStdString(end ? categories.back() : categories.front());
        return m_scales[a].words(m_scales[a].value(end ? m_scales[a].high() : m_scales[a].low()));
    }

    void paintWords(QPainter& painter, const QFontMetricsF& metrics, const QString& words, double x, double y) const {
        const double wide = metrics.horizontalAdvance(words) + 4;
        const double left = std::clamp(x - wide / 2, plot().left(), std::max(plot().left(), plot().right() - wide));
        painter.drawText(QRectF(left, y - 9, wide, 18), Qt::AlignCenter, words);
    }

    std::optional<std::size_t> axisAt(const QPointF& where) const {
        for (std::size_t a = 0; a < m_scales.size(); ++a)
            if (std::abs(place(static_cast<double>(a), 0).x() - where.x()) < 10) return a;
        return std::nullopt;
    }

    void repaintLines() {
        fillSeries();
        viewport()->update();
    }

    ParallelChart m_chart;
    std::vector<AxisScaling> m_scales;
    std::vector<std::size_t> m_shown;                                 ///< lines that are drawn, the best last
    std::vector<std::optional<std::pair<double, double>>> m_brushes;  ///< of each axis, in shares of it
    std::optional<std::size_t> m_pressed;
    QPointF m_pressedAt;
    QImage m_image;
};

}  // namespace

ChartDrawing* makeParallelDrawing(QWidget* parent) {
    return new ParallelDrawing(parent);
}

}  // namespace holdout
