// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLinearGradient>
#include <array>
#include <cmath>

#include "charts/chart_view.h"
#include "charts/contours.h"
#include "charts/stamps.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr double kRing = 4;   // pixels, the radius of a trial's

class HeatMapDrawing : public ChartDrawing {
public:
    explicit HeatMapDrawing(QWidget* parent) : ChartDrawing(parent) { m_grid = Grid::None; }

protected:
    void take(const Chart& chart) override {
        m_map = std::get<HeatMap>(chart);
        m_yDown = m_map.showNumbers;   // as a matrix is written: the first row on top
        m_xOffset = m_yOffset = 0.5;   // the cell of category i lies between i and i + 1
        m_x = scaling(m_map.x, m_map.xEdges, m_map.values.cols(), m_xEdges);
        m_y = scaling(m_map.y, m_map.yEdges, m_map.values.rows(), m_yEdges);
        Extent extent;
        extent.add(std::span(m_map.values.data(), static_cast<std::size_t>(m_map.values.size())));
        m_low = std::isfinite(extent.low) ? extent.low : 0;
        m_high = std::isfinite(extent.high) ? extent.high : 1;
        if (m_map.showNumbers) m_low = std::min(m_low, 0.0);
        m_trials.clear();
        for (std::size_t i = 0; i < std::min(m_map.trials.x.size(), m_map.trials.y.size()); ++i)
            m_trials.emplace_back(m_x.coordinate(m_map.trials.x[i]) + (m_x.isCategorical() ? 0.5 : 0),
                                  m_y.coordinate(m_map.trials.y[i]) + (m_y.isCategorical() ? 0.5 : 0));
    }

    void fillSeries() override {
        m_image = cellImage();
        if (m_map.contours) paintContours();
    }
    double rightMargin() const override { return m_map.showNumbers ? 0 : 76; }

    void paintBelow(QPainter& painter) const override {
        painter.fillRect(plot(), QBrush(Theme::current().line, Qt::BDiagPattern));   // seen where nothing is known
        painter.drawImage(plot(), m_image);
        if (m_map.showNumbers) paintNumbers(painter);
    }

    void paintAbove(QPainter& painter) const override {
        const double radius = ringRadius(), wide = radius < kRing ? 1 : 1.6;
        QList<QPointF> places;
        for (std::size_t i = 0; i < m_trials.size(); ++i)
            if (i != m_map.best && std::isfinite(m_trials[i].x()) && std::isfinite(m_trials[i].y())) places.append(place(m_trials[i]));
        paintStamps(painter, places, radius + wide + 1.4, [&](QPainter& on, const QPointF& at) { paintRing(on, at, radius, Qt::white, wide); });
        if (m_map.best && *m_map.best < m_trials.size() && std::isfinite(m_trials[*m_map.best].x()) && std::isfinite(m_trials[*m_map.best].y()))
            paintRing(painter, place(m_trials[*m_map.best]), 6, QColor(0xf0, 0x5a, 0x5a), 2.4);
    }

    void paintBeside(QPainter& painter) const override {
        if (m_map.showNumbers) return;
        const QRectF bar(plot().right() + 12, plot().top(), 9, plot().height());
        QLinearGradient colors(bar.bottomLeft(), bar.topLeft());
        for (int i = 0; i <= 10; ++i) colors.setColorAt(i / 10.0, color(m_low + (m_high - m_low) * i / 10.0));
        painter.fillRect(bar, colors);
        painter.setPen(Theme::current().muted);
        const AxisScaling scale(Axis{.low = m_low, .high = m_high}, m_low, m_high, 0);
        const double left = bar.right() + 4;
        for (const Tick& tick : scale.ticks(static_cast<int>(bar.height() / 45)))
            painter.drawText(QRectF(left, bar.bottom() - scale.share(tick.at) * bar.height() - 9, width() - left, 18),
                             Qt::AlignLeft | Qt::AlignVCenter, tick.text);
        const QFontMetricsF metrics(painter.font());
        painter.drawText(QRectF(plot().right() - 40, plot().bottom() + 4, width() - plot().right() + 40, 16), Qt::AlignRight | Qt::AlignVCenter,
                         metrics.elidedText(QString::fromStdString(m_map.valueLabel), Qt::ElideRight, width() - plot().right() - 8));
    }

    /// Cells row by row, then the trials.
    std::size_t spotCount() const override { return cells() + m_trials.size(); }

    Spot spot(std::size_t index) const override {
        if (index >= cells()) return trialSpot(index - cells());
        const auto row = static_cast<Eigen::Index>(index) / m_map.values.cols(), column = static_cast<Eigen::Index>(index) % m_map.values.cols();
        const double value = m_map.values(row, column);
        const QString words = QStringLiteral("%1 %2 · %3 %4 · %5 %6")
                                  .arg(m_x.label(), cellWords(m_x, m_map.x, m_map.xEdges, column), m_y.label(),
                                       cellWords(m_y, m_map.y, m_map.yEdges, row), QString::fromStdString(m_map.valueLabel),
                                       std::isfinite(value) ? m_plain.words(value) : tr("not known"));
        const auto middle = [](const std::vector<double>& edges, Eigen::Index i) {
            return (edges[static_cast<std::size_t>(i)] + edges[static_cast<std::size_t>(i) + 1]) / 2;
        };
        return {{middle(m_xEdges, column), middle(m_yEdges, row)}, words, m_trials.empty() ? static_cast<int>(index) : -1};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        std::optional<std::size_t> ring;
        double least = 9 * 9;
        for (std::size_t i = 0; i < m_trials.size(); ++i) {
            const QPointF away = place(m_trials[i]) - where;
            if (!(QPointF::dotProduct(away, away) < least)) continue;
            least = QPointF::dotProduct(away, away);
            ring = cells() + i;
        }
        if (ring || !plot().contains(where) || cells() == 0) return ring;
        const double down = (where.y() - plot().top()) / plot().height();
        const int column = cellOf(m_xEdges, m_x.low() + (where.x() - plot().left()) / plot().width() * (m_x.high() - m_x.low()));
        const int row = cellOf(m_yEdges, m_y.low() + (m_yDown ? down : 1 - down) * (m_y.high() - m_y.low()));
        if (row < 0 || column < 0) return std::nullopt;
        return static_cast<std::size_t>(row * m_map.values.cols() + column);
    }

    /// Arrows walk the cells as they lie on screen; page keys walk the trials.
    std::size_t neighbour(std::size_t index, int key) const override {
        const bool onTrial = index >= cells(), paging = key == Qt::Key_PageDown || key == Qt::Key_PageUp;
        if (onTrial || (paging && !m_trials.empty())) {
            const std::size_t trial = onTrial ? index - cells() : 0, last = m_trials.size() - 1;
            if (!onTrial) return cells() + (key == Qt::Key_PageUp ? last : 0);
            if (paging) return cells() + (key == Qt::Key_PageUp ? (trial == 0 ? last : trial - 1) : (trial == last ? 0 : trial + 1));
            return spotAtCell(m_trials[trial]);
        }
        const auto columns = static_cast<std::size_t>(m_map.values.cols()), rows = static_cast<std::size_t>(m_map.values.rows());
        std::size_t row = index / columns, column = index % columns;
        const bool further = (key == Qt::Key_Down || key == Qt::Key_PageDown) == m_yDown;
        if (key == Qt::Key_Left) column -= column > 0;
        else if (key == Qt::Key_Right) column += column + 1 < columns;
        else if (further) row += row + 1 < rows;
        else row -= row > 0;
        return row * columns + column;
    }

private:
    std::size_t cells() const { return static_cast<std::size_t>(m_map.values.size()); }

    static AxisScaling scaling(const Axis& axis, const std::vector<double>& edges, Eigen::Index count, std::vector<double>& coordinates) {
        std::vector<double> values = edges;
        if (values.size() != static_cast<std::size_t>(count) + 1) {
            values.clear();
            for (Eigen::Index i = 0; i <= count; ++i) values.push_back(static_cast<double>(i));
        }
        Axis exact = axis;
        exact.low = values.front();
        exact.high = values.back();
        const AxisScaling result(exact, 0, 0, 0);
        coordinates = result.coordinates(values);
        return result;
    }

    static QString cellWords(const AxisScaling& scaling, const Axis& axis, const std::vector<double>& edges, Eigen::Index i) {
        if (scaling.isCategorical() || static_cast<std::size_t>(i) + 1 >= edges.size()) return scaling.words(static_cast<double>(i));
        const double low = edges[static_cast<std::size_t>(i)], high = edges[static_cast<std::size_t>(i) + 1];
        return scaling.words(axis.scale == AxisScale::Log ? std::sqrt(low * high) : (low + high) / 2);
    }

    Spot trialSpot(std::size_t i) const {
        const QString words = tr("trial %1").arg(i + 1) + (m_map.best == i ? tr(" (best)") : QString());
        return {m_trials[i], spotWords(words, m_x, m_map.trials.x[i], m_y, m_map.trials.y[i]), static_cast<int>(i)};
    }

    std::size_t spotAtCell(const QPointF& at) const {
        const int column = std::max(0, cellOf(m_xEdges, at.x())), row = std::max(0, cellOf(m_yEdges, at.y()));
        return static_cast<std::size_t>(row * m_map.values.cols() + column);
    }

    static int cellOf(const std::vector<double>& edges, double at) {
        const auto above = std::upper_bound(edges.begin(), edges.end(), at);
        if (above == edges.begin()) return -1;
        if (above == edges.end()) return at <= edges.back() ? static_cast<int>(edges.size()) - 2 : -1;
        return static_cast<int>(above - edges.begin()) - 1;
    }

    QColor color(double value) const {
        const double t = m_high > m_low ? (value - m_low) / (m_high - m_low) : 0.5;
        return Theme::viridis(m_map.higherIsBetter ? t : 1 - t);
    }

    /// A pixel of screen a pixel of image, each in the colour of its cell: as quick for a fine grid as for a coarse one.
    QImage cellImage() const {
        const int wide = std::max(1, static_cast<int>(plot().width())), high = std::max(1, static_cast<int>(plot().height()));
        QImage image(wide, high, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        if (cells() == 0) return image;
        std::vector<QRgb> colors(cells(), 0);
        for (Eigen::Index row = 0; row < m_map.values.rows(); ++row)
            for (Eigen::Index column = 0; column < m_map.values.cols(); ++column)
                if (const double value = m_map.values(row, column); std::isfinite(value))
                    colors[static_cast<std::size_t>(row * m_map.values.cols() + column)] = color(value).rgba();
        std::vector<int> columns(static_cast<std::size_t>(wide));
        for (int x = 0; x < wide; ++x)
            columns[static_cast<std::size_t>(x)] = cellOf(m_xEdges, m_x.low() + (x + 0.5) / wide * (m_x.high() - m_x.low()));
        for (int y = 0; y < high; ++y) {
            const double down = (y + 0.5) / high;
            const int row = cellOf(m_yEdges, m_y.low() + (m_yDown ? down : 1 - down) * (m_y.high() - m_y.low()));
            if (row < 0) continue;
            auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
            for (int x = 0; x < wide; ++x)
                if (const int column = columns[static_cast<std::size_t>(x)]; column >= 0)
                    line[x] = colors[static_cast<std::size_t>(row * m_map.values.cols() + column)];
        }
        return image;
    }

    /// On the image, so that they cost nothing when rings are drawn anew.
    void paintContours() {
        constexpr int levels = 8;
        QPainter painter(&m_image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor(255, 255, 255, 70), 1));
        painter.translate(-plot().topLeft());
        const auto middles = [](const std::vector<double>& edges) {
            std::vector<double> result;
            for (std::size_t i = 0; i + 1 < edges.size(); ++i) result.push_back((edges[i] + edges[i + 1]) / 2);
            return result;
        };
        const std::vector<double> xs = middles(m_xEdges), ys = middles(m_yEdges);
        for (int level = 1; level < levels; ++level)
            for (const QLineF& line : contourLines(m_map.values, xs, ys, m_low + (m_high - m_low) * level / levels))
                painter.drawLine(place(line.p1()), place(line.p2()));
    }

    void paintNumbers(QPainter& painter) const {
        const QFont font = numberFont(painter.font());
        painter.setFont(font);
        const QFontMetricsF metrics(font);
        for (Eigen::Index row = 0; row < m_map.values.rows(); ++row)
            for (Eigen::Index column = 0; column < m_map.values.cols(); ++column) {
                const auto r = static_cast<std::size_t>(row), c = static_cast<std::size_t>(column);
                const QRectF cell = QRectF(place(m_xEdges[c], m_yEdges[r]), place(m_xEdges[c + 1], m_yEdges[r + 1])).normalized();
                painter.setPen(QPen(Theme::current().panel, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(cell);
                const double value = m_map.values(row, column);
                const QString text = m_plain.words(value);
                if (!std::isfinite(value) || metrics.horizontalAdvance(text) > cell.width() - 4 || cell.height() < 12) continue;
                painter.setPen(inkOn(color(value)));
                painter.drawText(cell, Qt::AlignCenter, text);
            }
    }

    /// As large as lets all numbers into their cells: some with and some without would be read as known and unknown.
    QFont numberFont(QFont font) const {
        constexpr int largest = 13, smallest = 9;
        double narrowest = INFINITY;
        for (std::size_t c = 0; c + 1 < m_xEdges.size(); ++c)
            narrowest = std::min(narrowest, std::abs(place(m_xEdges[c + 1], 0).x() - place(m_xEdges[c], 0).x()));
        for (int pixels = largest; pixels >= smallest; --pixels) {
            font.setPixelSize(pixels);
            const QFontMetricsF metrics(font);
            double widest = 0;
            for (Eigen::Index i = 0; i < m_map.values.size(); ++i)
                if (std::isfinite(m_map.values(i))) widest = std::max(widest, metrics.horizontalAdvance(m_plain.words(m_map.values(i))));
            if (widest <= narrowest - 4) break;
        }
        return font;
    }

    /// Black or white, whichever stands out more (relative luminance as in WCAG 2).
    static QColor inkOn(const QColor& ground) {
        const auto linear = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
        const double light = 0.2126 * linear(ground.redF()) + 0.7152 * linear(ground.greenF()) + 0.0722 * linear(ground.blueF());
        return light > 0.179 ? QColor(0x10, 0x14, 0x1a) : QColor(Qt::white);
    }

    /// Smaller where trials lie close together: the colours below them are what is read.
    double ringRadius() const {
        const double room = std::sqrt(plot().width() * plot().height() / std::max(1.0, static_cast<double>(m_trials.size())));
        return std::clamp(room / 8, 1.0, kRing);
    }

    static void paintRing(QPainter& painter, const QPointF& at, double radius, const QColor& color, double width) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0, 0, 0, 150), width + 1.4));
        painter.drawEllipse(at, radius, radius);
        painter.setPen(QPen(color, width));
        painter.drawEllipse(at, radius, radius);
    }

    HeatMap m_map;
    AxisScaling m_plain;   // writes values as numbers
    std::vector<double> m_xEdges, m_yEdges;
    std::vector<QPointF> m_trials;
    double m_low = 0, m_high = 1;
    QImage m_image;
};

}  // namespace

ChartDrawing* makeHeatMapDrawing(QWidget* parent) { return new HeatMapDrawing(parent); }

}  // namespace holdout
