// SPDX-License-Identifier: GPL-3.0-or-later
#include <QMouseEvent>
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "charts/chart_view.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr double kBoxHeight = 56, kWidestBox = 170, kNarrowestBox = 46;   // pixels
constexpr double kGap = 8;          // between neighbours
constexpr double kMostZoom = 40;

/// Boxes below one another, leaves evenly spread. Ctrl and the wheel, plus and minus zoom across; a drag and Shift with the
/// arrow keys move; 0 shows all.
class TreeDrawing : public ChartDrawing {
public:
    explicit TreeDrawing(QWidget* parent) : ChartDrawing(parent) {
        m_grid = Grid::None;
        m_hasAxes = false;
        m_yDown = true;
    }

protected:
    void take(const Chart& chart) override {
        const std::size_t before = m_tree.nodes.size();
        m_tree = std::get<TreeChart>(chart);
        if (m_tree.nodes.size() != before) m_zoom = 1, m_middle = 0.5;
        for (std::size_t k = 0; k < m_tree.classes.size(); ++k)
            m_legend.push_back({QString::fromStdString(m_tree.classes[k]), classColor(k)});
        placeNodes();
        showPart();
    }

    void paintBelow(QPainter& painter) const override {
        for (std::size_t i = 0; i < m_tree.nodes.size(); ++i) {
            const TreeChart::Node& node = m_tree.nodes[i];
            if (node.left >= 0) paintBranch(painter, i, static_cast<std::size_t>(node.left), tr("yes"));
            if (node.right >= 0) paintBranch(painter, i, static_cast<std::size_t>(node.right), tr("no"));
        }
        for (std::size_t i = 0; i < m_tree.nodes.size(); ++i) paintNode(painter, i);
        if (m_zoom > 1) return;
        painter.setPen(Theme::current().faint);
        if (boxWidth() < kNarrowestBox)
            painter.drawText(QRectF(plot().left(), plot().top(), plot().width(), 16), Qt::AlignRight,
                             tr("Ctrl + wheel zooms, a drag moves"));
    }

    std::size_t spotCount() const override { return m_tree.nodes.size(); }
    Spot spot(std::size_t index) const override {
        return {{m_at[index], m_tree.nodes[index].depth + 0.5}, wordsOf(index), static_cast<int>(index)};
    }

    std::optional<std::size_t> spotAt(const QPointF& where) const override {
        for (std::size_t i = 0; i < m_tree.nodes.size(); ++i)
            if (boxOf(i).adjusted(-2, -2, 2, 2).contains(where)) return i;
        return std::nullopt;
    }

    /// Up to the question before, down to the answer with more rows, left and right along one depth.
    std::size_t neighbour(std::size_t index, int key) const override {
        const TreeChart::Node& node = m_tree.nodes[index];
        if (key == Qt::Key_Up || key == Qt::Key_PageUp) return m_parents[index];
        if (key == Qt::Key_Down || key == Qt::Key_PageDown) {
            if (node.left < 0) return index;
            const auto left = static_cast<std::size_t>(node.left), right = static_cast<std::size_t>(node.right);
            return m_tree.nodes[right].rows > m_tree.nodes[left].rows ? right : left;
        }
        std::size_t found = index;
        double least = INFINITY;
        for (std::size_t i = 0; i < m_at.size(); ++i) {
            const double away = key == Qt::Key_Left ? m_at[index] - m_at[i] : m_at[i] - m_at[index];
            if (m_tree.nodes[i].depth != node.depth || !(away > 0) || away >= least) continue;
            least = away;
            found = i;
        }
        return found;
    }

    void wheelEvent(QWheelEvent* event) override {
        if (!(event->modifiers() & Qt::ControlModifier)) return ChartDrawing::wheelEvent(event);
        const double at = m_x.low() + (event->position().x() - plot().left()) / plot().width() * (m_x.high() - m_x.low());
        zoomBy(std::pow(1.2, event->angleDelta().y() / 120.0), at / leaves());
        event->accept();
    }

    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) return zoomBy(1.5, m_middle);
        if (event->key() == Qt::Key_Minus) return zoomBy(1 / 1.5, m_middle);
        if (event->key() == Qt::Key_0) return zoomBy(1 / m_zoom, 0.5);
        if (event->modifiers() & Qt::ShiftModifier && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right))
            return moveBy((event->key() == Qt::Key_Left ? -0.2 : 0.2) / m_zoom);
        ChartDrawing::keyPressEvent(event);
    }

    void mousePressEvent(QMouseEvent* event) override {
        m_dragFrom = event->position();
        m_isDragged = false;
    }
    void mouseMoveEvent(QMouseEvent* event) override {
        if (!(event->buttons() & Qt::LeftButton) || m_zoom <= 1) return ChartDrawing::mouseMoveEvent(event);
        m_isDragged = true;
        moveBy((m_dragFrom.x() - event->position().x()) / plot().width() / m_zoom);
        m_dragFrom = event->position();
    }
    void mouseReleaseEvent(QMouseEvent* event) override {
        if (!std::exchange(m_isDragged, false)) ChartDrawing::mouseReleaseEvent(event);
    }
    void mouseDoubleClickEvent(QMouseEvent* event) override {
        const double at = m_x.low() + (event->position().x() - plot().left()) / plot().width() * (m_x.high() - m_x.low());
        zoomBy(2, at / leaves());
    }

private:
    static QColor classColor(std::size_t k) { return Theme::seriesColor(SeriesRole::Run, static_cast<int>(k)); }
    double leaves() const { return static_cast<double>(m_leaves); }

    /// Leaves one after another, each question in the middle of its two answers.
    void placeNodes() {
        m_at.assign(m_tree.nodes.size(), 0);
        m_parents.assign(m_tree.nodes.size(), 0);
        m_leaves = 0;
        m_levels = 1;
        if (m_tree.nodes.empty()) return;
        std::vector<std::size_t> open{0}, order;
        while (!open.empty()) {
            const std::size_t i = open.back();
            open.pop_back();
            order.push_back(i);
            const TreeChart::Node& node = m_tree.nodes[i];
            m_levels = std::max(m_levels, node.depth + 1);
            if (node.left < 0) {
                m_at[i] = static_cast<double>(m_leaves++) + 0.5;
                continue;
            }
            for (const int child : {node.right, node.left}) {
                m_parents[static_cast<std::size_t>(child)] = i;
                open.push_back(static_cast<std::size_t>(child));
            }
        }
        for (std::size_t k = order.size(); k-- > 0;)
            if (const TreeChart::Node& node = m_tree.nodes[order[k]]; node.left >= 0)
                m_at[order[k]] = (m_at[static_cast<std::size_t>(node.left)] + m_at[static_cast<std::size_t>(node.right)]) / 2;
        Extent values;
        for (const TreeChart::Node& node : m_tree.nodes) values.add(node.value);
        m_low = values.low;
        m_high = values.high > values.low ? values.high : values.low + 1;
    }

    void showPart() {
        const double half = 0.5 / m_zoom;
        m_middle = std::clamp(m_middle, half, 1 - half);
        const double all = std::max(1.0, leaves());
        m_x = AxisScaling(Axis{.low = (m_middle - half) * all, .high = (m_middle + half) * all}, 0, 1, 0);
        m_y = AxisScaling(Axis{.low = 0.0, .high = static_cast<double>(m_levels)}, 0, 1, 0);
    }

    /// Whatever lies at `share` of the width stays where it is.
    void zoomBy(double factor, double share) {
        const double before = m_zoom;
        m_zoom = std::clamp(m_zoom * factor, 1.0, kMostZoom);
        m_middle = share + (m_middle - share) * before / m_zoom;
        showPart();
        layOut();
    }
    void moveBy(double share) {
        m_middle += share;
        showPart();
        layOut();
    }

    double pitch() const { return plot().width() / (m_x.high() - m_x.low()); }
    double boxWidth() const { return std::min(kWidestBox, pitch() - kGap); }

    /// Questions have more room than the leaves below them.
    QRectF boxOf(std::size_t i) const {
        const TreeChart::Node& node = m_tree.nodes[i];
        double wide = boxWidth();
        if (node.left >= 0) {
            const double apart = (m_at[static_cast<std::size_t>(node.right)] - m_at[static_cast<std::size_t>(node.left)]) * pitch();
            wide = std::clamp(apart, wide, kWidestBox);
        }
        wide = std::max(wide, 3.0);
        const double high = std::min(kBoxHeight, plot().height() / m_levels - 18);
        const QPointF middle = place(m_at[i], node.depth + 0.5);
        return {middle.x() - wide / 2, middle.y() - high / 2, wide, high};
    }

    void paintBranch(QPainter& painter, std::size_t from, std::size_t to, const QString& word) const {
        const QRectF above = boxOf(from), below = boxOf(to);
        const QPointF start(above.center().x(), above.bottom()), end(below.center().x(), below.top());
        const double rows = m_tree.nodes[to].rows, all = m_tree.nodes.front().rows;
        const double wide = std::isfinite(rows) && all > 0 ? 1 + 5 * rows / all : 1.5;
        painter.setPen(QPen(Theme::current().line, wide));
        painter.drawLine(start, end);
        if (m_tree.nodes[to].depth > 2 || above.width() < kNarrowestBox) return;
        painter.setPen(Theme::current().muted);
        const QPointF middle = (start + end) / 2;
        const bool isLeft = end.x() < start.x();
        painter.drawText(QRectF(isLeft ? middle.x() - 46 : middle.x() + 6, middle.y() - 8, 40, 16),
                         (isLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, word);
    }

    void paintNode(QPainter& painter, std::size_t i) const {
        const Palette& colors = Theme::current();
        const TreeChart::Node& node = m_tree.nodes[i];
        const QRectF box = boxOf(i);
        if (box.right() < plot().left() || box.left() > plot().right()) return;
        const bool isLeaf = node.question.empty();
        painter.setPen(QPen(node.hidden > 0 ? colors.faint : colors.line, 1, node.hidden > 0 ? Qt::DashLine : Qt::SolidLine));
        painter.setBrush(isLeaf ? colors.chip : colors.panel);
        painter.drawRoundedRect(box, 4, 4);
        const QRectF bar(box.left() + 4, box.bottom() - 9, box.width() - 8, 5);
        if (bar.width() > 1) paintShares(painter, node, bar);
        if (box.width() < kNarrowestBox) return;
        const QFontMetricsF metrics(painter.font());
        const double room = box.width() - 10, line = (box.height() - 12) / 2;
        const QString first = isLeaf ? answerOf(node) : QString::fromStdString(node.question);
        QFont bold = painter.font();
        bold.setWeight(QFont::DemiBold);
        painter.save();
        painter.setFont(bold);
        painter.setPen(colors.ink);
        painter.drawText(QRectF(box.left() + 5, box.top() + 2, room, line), Qt::AlignCenter,
                         QFontMetricsF(bold).elidedText(first, Qt::ElideMiddle, room));
        painter.restore();
        painter.setPen(colors.muted);
        painter.drawText(QRectF(box.left() + 5, box.top() + line, room, line), Qt::AlignCenter,
                         metrics.elidedText(secondLine(node, metrics, room), Qt::ElideRight, room));
    }

    void paintShares(QPainter& painter, const TreeChart::Node& node, const QRectF& bar) const {
        painter.setPen(Qt::NoPen);
        if (node.shares.empty()) {
            painter.setBrush(Theme::viridis((node.value - m_low) / (m_high - m_low)));
            painter.drawRect(bar);
            return;
        }
        double left = bar.left();
        for (std::size_t k = 0; k < node.shares.size(); ++k) {
            const double wide = bar.width() * node.shares[k];
            painter.setBrush(classColor(k));
            painter.drawRect(QRectF(left, bar.top(), wide, bar.height()));
            left += wide;
        }
    }

    /// "no 0.81", or the value.
    QString answerOf(const TreeChart::Node& node) const {
        if (node.shares.empty()) return QString::fromStdString(formatNumber(node.value, 4));
        const auto most = std::max_element(node.shares.begin(), node.shares.end());
        return QString::fromStdString(m_tree.classes[static_cast<std::size_t>(most - node.shares.begin())]) + ' ' +
               QString::number(*most, 'f', 2);
    }
    static QString rowsOf(const TreeChart::Node& node) {
        return std::isfinite(node.rows) ? tr("%1 rows").arg(QString::fromStdString(formatCount(std::llround(node.rows)))) : QString();
    }
    QString secondLine(const TreeChart::Node& node, const QFontMetricsF& metrics, double room) const {
        if (node.question.empty()) return rowsOf(node);
        QString words = rowsOf(node);
        if (node.hidden > 0) {
            words = tr("+ %1 below · %2").arg(node.hidden).arg(words);
            if (metrics.horizontalAdvance(words) > room) words = tr("+ %1 below").arg(node.hidden);
        }
        const QString longer = words + (words.isEmpty() ? QString() : QStringLiteral(" · ")) + answerOf(node);
        return metrics.horizontalAdvance(longer) <= room ? longer : words;
    }

    QString wordsOf(std::size_t i) const {
        QStringList way;
        for (std::size_t at = i; at != 0; at = m_parents[at]) {
            const TreeChart::Node& parent = m_tree.nodes[m_parents[at]];
            way.prepend(QString::fromStdString(parent.question) + (parent.left == static_cast<int>(at) ? tr(": yes") : tr(": no")));
        }
        const TreeChart::Node& node = m_tree.nodes[i];
        QStringList words;
        if (!way.isEmpty()) words << way.join(QStringLiteral(", "));
        if (!node.question.empty()) words << QString::fromStdString(node.question) + '?';
        if (const QString rows = rowsOf(node); !rows.isEmpty()) words << rows;
        if (node.shares.empty()) words << QString::fromStdString(m_tree.valueLabel) + ' ' + answerOf(node);
        for (std::size_t k = 0; k < node.shares.size(); ++k)
            words << QString::fromStdString(m_tree.classes[k]) + ' ' + QString::number(node.shares[k], 'f', 2);
        if (node.hidden > 0) words << tr("%1 questions below are not drawn").arg(node.hidden);
        return words.join(QStringLiteral(" · "));
    }

    TreeChart m_tree;
    std::vector<double> m_at;              ///< across, in leaves
    std::vector<std::size_t> m_parents;
    int m_leaves = 0, m_levels = 1;
    double m_low = 0, m_high = 1;
    double m_zoom = 1, m_middle = 0.5;     ///< what is shown, as a part of the whole width
    QPointF m_dragFrom;
    bool m_isDragged = false;
};

}  // namespace

ChartDrawing* makeTreeDrawing(QWidget* parent) { return new TreeDrawing(parent); }

}  // namespace holdout
