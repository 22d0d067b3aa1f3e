// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr double kTop = 44;     // pixels above the axis, for the critical difference
constexpr double kPitch = 22;   // between the names
constexpr double kBarPitch = 8; // between the bars that join

/// The best rank is at the right, as in the paper; names stand at the two sides, the better half at the right.
class RankDrawing : public ChartDrawing {
public:
    explicit RankDrawing(QWidget* parent) : ChartDrawing(parent) {
        m_grid = Grid::None;
        m_hasAxes = false;
        m_yDown = true;
    }

protected:
    void take(const Chart& chart) override {
        m_ranks = std::get<RankChart>(chart);
        const auto count = static_cast<double>(m_ranks.names.size());
        m_x = AxisScaling(Axis{.low = -std::max(count, 2.0), .high = -1.0}, 0, 1, 0);
        m_y = AxisScaling(Axis{.low = 0.0, .high = 1.0}, 0, 1, 0);
    }

    void paintBelow(QPainter& painter) const override {
        const Palette& colors = Theme::current();
        paintRuler(painter);
        painter.setPen(QPen(colors.ink, 4, Qt::SolidLine, Qt::FlatCap));
        for (std::size_t g = 0; g < m_ranks.groups.size(); ++g) {
            const auto [first, last] = m_ranks.groups[g];
            const double y = axisY() + 9 + kBarPitch * static_cast<double>(g);
            painter.drawLine(QPointF(at(m_ranks.ranks[first]) + 4, y), QPointF(at(m_ranks.ranks[last]) - 4, y));
        }
        for (std::size_t i = 0; i < m_ranks.names.size(); ++i) paintName(painter, i);
    }

    std::size_t spotCount() const override { return m_ranks.names.size(); }
    Spot spot(std::size_t index) const override {
        const QString words = tr("%1 · mean rank %2").arg(QString::fromStdString(m_ranks.names[index]), rankWords(index));
        return {{-m_ranks.ranks[index], (axisY() - plot().top()) / plot().height()}, words};
    }
    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        for (std::size_t i = 0; i < m_ranks.names.size(); ++i)
            if (std::abs(nameY(i) - where.y()) < kPitch / 2 && isRight(i) == (where.x() > plot().center().x())) return i;
        return ChartDrawing::spotAt(where);
    }

private:
    double side() const { return std::min(190.0, plot().width() * 0.3); }
    double at(double rank) const {
        return plot().left() + side() + m_x.share(-rank) * (plot().width() - 2 * side());
    }
    double axisY() const { return plot().top() + kTop; }
    bool isRight(std::size_t i) const { return i < (m_ranks.names.size() + 1) / 2; }
    QString rankWords(std::size_t i) const { return QString::number(m_ranks.ranks[i], 'f', 2); }

    double nameY(std::size_t i) const {
        const std::size_t line = isRight(i) ? i : m_ranks.names.size() - 1 - i;
        return axisY() + 24 + kBarPitch * static_cast<double>(m_ranks.groups.size()) + kPitch * static_cast<double>(line);
    }

    void paintRuler(QPainter& painter) const {
        const Palette& colors = Theme::current();
        const auto count = static_cast<int>(std::max<std::size_t>(2, m_ranks.names.size()));
        painter.setPen(QPen(colors.muted, 1));
        painter.drawLine(QPointF(at(count), axisY()), QPointF(at(1), axisY()));
        for (int rank = 1; rank <= count; ++rank) {
            painter.drawLine(QPointF(at(rank), axisY() - 5), QPointF(at(rank), axisY()));
            painter.drawText(QRectF(at(rank) - 20, axisY() - 21, 40, 14), Qt::AlignCenter, QString::number(rank));
        }
        // The critical difference, as long as it is on the axis.
        const double left = at(count), right = std::min(plot().right(), at(count) + (at(0) - at(m_ranks.criticalDifference)));
        const double y = plot().top() + 8;
        painter.setPen(QPen(colors.accent, 2));
        painter.drawLine(QPointF(left, y), QPointF(right, y));
        for (const double x : {left, right}) painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4));
        painter.drawText(QRectF(right + 6, y - 8, 220, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("critical difference %1").arg(QString::number(m_ranks.criticalDifference, 'f', 2)));
    }

    void paintName(QPainter& painter, std::size_t i) const {
        const QFontMetricsF metrics(painter.font());
        const double x = at(m_ranks.ranks[i]), y = nameY(i), room = side() - 12;
        const double end = isRight(i) ? plot().right() - room : plot().left() + room;
        painter.setPen(QPen(Theme::current().faint, 1));
        painter.drawLine(QPointF(x, axisY()), QPointF(x, y));
        painter.drawLine(QPointF(x, y), QPointF(end, y));
        painter.setPen(Theme::current().ink);
        const QString rank = QStringLiteral("  ") + rankWords(i);
        const QString name =
            metrics.elidedText(QString::fromStdString(m_ranks.names[i]), Qt::ElideRight, room - 6 - metrics.horizontalAdvance(rank));
        if (isRight(i))
            painter.drawText(QRectF(end + 6, y - 9, room - 6, 18), Qt::AlignLeft | Qt::AlignVCenter, name + rank);
        else
            painter.drawText(QRectF(plot().left(), y - 9, room - 6, 18), Qt::AlignRight | Qt::AlignVCenter, name + rank);
    }

    RankChart m_ranks;
};

}  // namespace

ChartDrawing* makeRankDrawing(QWidget* parent) { return new RankDrawing(parent); }

}  // namespace holdout
