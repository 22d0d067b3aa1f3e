// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr double kDot = 3.5;   // pixels, the radius of a row's
constexpr std::size_t kManyDots = 300;   // beyond which dots are smaller

class BoundaryDrawing : public ChartDrawing {
public:
    explicit BoundaryDrawing(QWidget* parent) : ChartDrawing(parent) { m_grid = Grid::None; }

protected:
    void take(const Chart& chart) override {
        m_boundary = std::get<BoundaryChart>(chart);
        m_x = scaling(m_boundary.x, m_boundary.xEdges);
        m_y = scaling(m_boundary.y, m_boundary.yEdges);
        m_dots.clear();
        for (std::size_t s = 0; s < m_boundary.rows.size(); ++s) {
            const Series& series = m_boundary.rows[s];
            m_legend.push_back({QString::fromStdString(series.name), Theme::seriesColor(SeriesRole::Run, series.runIndex)});
            for (std::size_t i = 0; i < series.x.size(); ++i)
                m_dots.push_back({{m_x.coordinate(series.x[i]), m_y.coordinate(series.y[i])}, s, i});
        }
    }

    void fillSeries() override {
        const auto columns = static_cast<int>(m_boundary.winner.cols()), rows = static_cast<int>(m_boundary.winner.rows());
        m_image = QImage(std::max(1, columns), std::max(1, rows), QImage::Format_ARGB32_Premultiplied);
        m_image.fill(Qt::transparent);
        const double chance = 1.0 / std::max<double>(2.0, static_cast<double>(m_boundary.classes.size()));
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                QColor color = Theme::seriesColor(SeriesRole::Run, m_boundary.winner(row, column));
                const double sure = std::clamp((m_boundary.share(row, column) - chance) / (1 - chance), 0.0, 1.0);
                color.setAlphaF(static_cast<float>(0.07 + 0.38 * sure));
                m_image.setPixelColor(column, rows - 1 - row, color);
            }
    }

    void paintBelow(QPainter& painter) const override {
        painter.save();
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(plot(), m_image);
        painter.restore();
    }

    void paintAbove(QPainter& painter) const override {
        painter.setPen(QPen(Theme::current().panel, 1));
        for (const Dot& dot : m_dots) {
            painter.setBrush(m_legend[dot.series].color);
            const double radius = m_dots.size() > kManyDots ? kDot * 0.7 : kDot;
            painter.drawEllipse(place(dot.at), radius, radius);
        }
    }

    /// Cells row by row, then the rows.
    std::size_t spotCount() const override { return cells() + m_dots.size(); }

    Spot spot(std::size_t index) const override {
        if (index >= cells()) {
            const Dot& dot = m_dots[index - cells()];
            const Series& series = m_boundary.rows[dot.series];
            return {dot.at, spotWords(tr("row of %1").arg(QString::fromStdString(series.name)), m_x, series.x[dot.index], m_y, series.y[dot.index])};
        }
        const auto row = static_cast<Eigen::Index>(index) / m_boundary.winner.cols(), column = static_cast<Eigen::Index>(index) % m_boundary.winner.cols();
        const double x = middle(m_boundary.xEdges, column), y = middle(m_boundary.yEdges, row);
        const QString name = tr("%1 (%2)").arg(QString::fromStdString(m_boundary.classes[static_cast<std::size_t>(m_boundary.winner(row, column))]),
                                               QString::number(m_boundary.share(row, column), 'f', 2));
        return {{x, y}, spotWords(name, m_x, x, m_y, y)};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        std::optional<std::size_t> found;
        double least = 8 * 8;
        for (std::size_t i = 0; i < m_dots.size(); ++i) {
            const QPointF away = place(m_dots[i].at) - where;
            if (!(QPointF::dotProduct(away, away) < least)) continue;
            least = QPointF::dotProduct(away, away);
            found = cells() + i;
        }
        if (found || cells() == 0 || !plot().contains(where)) return found;
        const auto part = [](double share, Eigen::Index count) {
            return std::clamp<Eigen::Index>(static_cast<Eigen::Index>(share * static_cast<double>(count)), 0, count - 1);
        };
        const Eigen::Index column = part((where.x() - plot().left()) / plot().width(), m_boundary.winner.cols());
        const Eigen::Index row = part((plot().bottom() - where.y()) / plot().height(), m_boundary.winner.rows());
        return static_cast<std::size_t>(row * m_boundary.winner.cols() + column);
    }

    /// Arrows walk the cells as they lie on screen; page keys walk the rows.
    std::size_t neighbour(std::size_t index, int key) const override {
        const bool isForward = key == Qt::Key_PageDown, isPaging = isForward || key == Qt::Key_PageUp;
        if (isPaging || index >= cells()) {
            if (m_dots.empty()) return index;
            if (index < cells()) return cells();
            const bool on = isForward || key == Qt::Key_Right || key == Qt::Key_Up;
            return on ? std::min(index + 1, spotCount() - 1) : std::max(index - 1, cells());
        }
        const auto columns = static_cast<std::size_t>(m_boundary.winner.cols()), rows = static_cast<std::size_t>(m_boundary.winner.rows());
        std::size_t row = index / columns, column = index % columns;
        if (key == Qt::Key_Left) column -= column > 0;
        if (key == Qt::Key_Right) column += column + 1 < columns;
        if (key == Qt::Key_Down) row -= row > 0;
        if (key == Qt::Key_Up) row += row + 1 < rows;
        return row * columns + column;
    }

private:
    struct Dot {
        QPointF at;
        std::size_t series = 0, index = 0;
    };

    static AxisScaling scaling(Axis axis, const std::vector<double>& edges) {
        if (!edges.empty()) {
            axis.low = edges.front();
            axis.high = edges.back();
        }
        return AxisScaling(axis, 0, 1, 0);
    }
    static double middle(const std::vector<double>& edges, Eigen::Index i) {
        return (edges[static_cast<std::size_t>(i)] + edges[static_cast<std::size_t>(i) + 1]) / 2;
    }
    std::size_t cells() const { return static_cast<std::size_t>(m_boundary.winner.size()); }

    BoundaryChart m_boundary;
    std::vector<Dot> m_dots;
    QImage m_image;
};

}  // namespace

ChartDrawing* makeBoundaryDrawing(QWidget* parent) { return new BoundaryDrawing(parent); }

}  // namespace holdout
