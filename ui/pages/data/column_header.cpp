// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/column_header.h"

#include <QHelpEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolTip>
#include <algorithm>

#include "base/format.h"
#include "forms/param_words.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr int sideMargin = 10;
constexpr int topMargin = 7;
constexpr int titleHeight = 18;
constexpr int barsHeight = 26;
constexpr int widestBars = 84;
constexpr int missingHeight = 18;
constexpr int bottomMargin = 6;
constexpr int tagPadding = 7;
constexpr int tagGap = 5;
constexpr int tagHeight = 17;
constexpr int arrowWidth = 9;
/// More bars than this say nothing at this size.
constexpr std::size_t mostBars = 12;
constexpr double barOpacity = 0.75;

/// The counts with neighbouring bins taken together until no more than `mostBars` are left.
std::vector<double> coarse(const std::vector<std::int64_t>& counts) {
    const std::size_t together = (counts.size() + mostBars - 1) / mostBars;
    std::vector<double> bars;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (i % together == 0) bars.push_back(0);
        bars.back() += static_cast<double>(counts[i]);
    }
    return bars;
}

/// The counts of the levels in the levels' own order; nothing when the profile does not hold them all.
std::vector<double> levelBars(const ColumnProfile& profile) {
    if (profile.type != ColumnType::Category || profile.distinct != static_cast<std::int64_t>(profile.top.size())) return {};
    std::vector<LevelCount> levels = profile.top;
    std::sort(levels.begin(), levels.end(),
              [](const LevelCount& a, const LevelCount& b) { return naturalLess(a.level, b.level); });
    std::vector<double> bars;
    for (const LevelCount& level : levels) bars.push_back(static_cast<double>(level.count));
    return bars;
}

QString missingWords(const ColumnProfile& profile) {
    if (profile.missing == 0) return QObject::tr("complete");
    const double share = 100.0 * static_cast<double>(profile.missing) / static_cast<double>(std::max<std::int64_t>(1, profile.rows));
    if (share < 0.1) return QObject::tr("%1 missing").arg(fromCore(formatCount(profile.missing)));
    return QObject::tr("%1 % missing").arg(share, 0, 'f', 1);
}

QFont sized(QFont font, int pixels, QFont::Weight weight) {
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

}  // namespace

std::vector<ColumnHead> columnHeads(const Table& table, const TableProfile* profile, const Roles& roles) {
    std::vector<ColumnHead> heads;
    heads.reserve(table.columnCount());
    for (std::size_t i = 0; i < table.columnCount(); ++i) {
        const Column& column = table.column(i);
        ColumnHead head;
        head.name = QString::fromStdString(column.name());
        const Role role = roles.of(column.name());
        head.isTarget = role == Role::Target;
        head.tag = fromCore(role == Role::Feature ? columnTypeName(column.type()) : roleName(role));
        if (profile && i < profile->columns.size()) {
            const ColumnProfile& known = profile->columns[i];
            head.bars = known.histogram.counts.empty() ? levelBars(known) : coarse(known.histogram.counts);
            const bool isPicture = known.type == ColumnType::Image;
            const std::int64_t count = isPicture ? known.rows - known.missing : known.distinct;
            if (head.bars.empty())
                head.words = (isPicture ? QObject::tr("%1 pictures") : QObject::tr("%1 distinct")).arg(fromCore(formatCount(count)));
            head.missing = missingWords(known);
            head.hasMissing = known.missing > 0;
        }
        heads.push_back(std::move(head));
    }
    return heads;
}

ColumnHeader::ColumnHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setSectionsClickable(true);
    setHighlightSections(false);
    setMinimumSectionSize(64);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignTop);
}

void ColumnHeader::setHeads(std::vector<ColumnHead> heads) {
    m_heads = std::move(heads);
    viewport()->update();
}

void ColumnHeader::setChosen(int column) {
    m_chosen = column;
    viewport()->update();
}

void ColumnHeader::setSorted(int column, SortOrder order) {
    m_sorted = column;
    m_order = order;
    viewport()->update();
}

QFont ColumnHeader::nameFont() const {
    return sized(font(), 12, QFont::DemiBold);
}

QFont ColumnHeader::tagFont() const {
    return sized(font(), 11, QFont::Normal);
}

QFont ColumnHeader::smallFont() const {
    return sized(font(), 12, QFont::Normal);
}

int ColumnHeader::neededWidth(int column) const {
    if (column < 0 || static_cast<std::size_t>(column) >= m_heads.size()) return widestBars;
    const ColumnHead& head = m_heads[static_cast<std::size_t>(column)];
    const int title = QFontMetrics(nameFont()).horizontalAdvance(head.name) + tagGap +
                      QFontMetrics(tagFont()).horizontalAdvance(head.tag) + 2 * tagPadding + arrowWidth + 3;
    return 2 * sideMargin + std::max({title, widestBars, QFontMetrics(smallFont()).horizontalAdvance(head.missing)}) + 2;
}

QSize ColumnHeader::sizeHint() const {
    return {QHeaderView::sizeHint().width(), topMargin + titleHeight + 2 + barsHeight + 2 + missingHeight + bottomMargin};
}

void ColumnHeader::paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const {
    const Palette& colors = Theme::current();
    painter->save();
    painter->fillRect(rect, logicalIndex == m_chosen ? colors.accentSoft : colors.panel);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colors.line);
    if (logicalIndex >= 0 && static_cast<std::size_t>(logicalIndex) < m_heads.size()) {
        const ColumnHead& head = m_heads[static_cast<std::size_t>(logicalIndex)];
        painter->setClipRect(rect);
        painter->setRenderHint(QPainter::Antialiasing);
        const int left = rect.left() + sideMargin;
        const int width = rect.width() - 2 * sideMargin;
        int top = rect.top() + topMargin;
        const bool isSorted = logicalIndex == m_sorted;
        drawTitle(*painter, QRect(left, top, width - (isSorted ? arrowWidth + 3 : 0), titleHeight), head);
        if (isSorted) drawArrow(*painter, QRect(left + width - arrowWidth, top, arrowWidth, titleHeight));
        top += titleHeight + 2;
        drawBars(*painter, QRect(left, top, std::min(width, widestBars), barsHeight), head);
        top += barsHeight + 2;
        drawMissing(*painter, QRect(left, top, width, missingHeight), head);
    }
    painter->restore();
}

/// The name, shortened when the section is narrow, and the tag right behind it.
void ColumnHeader::drawTitle(QPainter& painter, const QRect& line, const ColumnHead& head) const {
    const Palette& colors = Theme::current();
    const int tagWidth = QFontMetrics(tagFont()).horizontalAdvance(head.tag) + 2 * tagPadding;
    const QFontMetrics names(nameFont());
    const QString name = names.elidedText(head.name, Qt::ElideRight, std::max(24, line.width() - tagWidth - tagGap));
    painter.setFont(nameFont());
    painter.setPen(colors.ink);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, name);
    const QRect tag(line.left() + names.horizontalAdvance(name) + tagGap, line.top() + (line.height() - tagHeight) / 2, tagWidth,
                    tagHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(head.isTarget ? colors.accentSoft : colors.chip);
    painter.drawRoundedRect(tag, tagHeight / 2.0, tagHeight / 2.0);
    painter.setFont(tagFont());
    painter.setPen(head.isTarget ? colors.accent : colors.muted);
    painter.drawText(tag, Qt::AlignCenter, head.tag);
}

void ColumnHeader::drawArrow(QPainter& painter, const QRect& place) const {
    const bool isUp = m_order == SortOrder::Ascending;
    const double top = place.center().y() - 2, tip = isUp ? top : top + 6, base = isUp ? top + 6 : top;
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::current().accent);
    painter.drawPolygon(QPolygonF({QPointF(place.left(), base), QPointF(place.right() + 1, base),
                                   QPointF((place.left() + place.right() + 1) / 2.0, tip)}));
}

void ColumnHeader::drawBars(QPainter& painter, const QRect& area, const ColumnHead& head) const {
    if (head.bars.empty()) {
        painter.setFont(tagFont());
        painter.setPen(Theme::current().faint);
        painter.drawText(area.adjusted(0, 0, widestBars, 0), Qt::AlignLeft | Qt::AlignVCenter, head.words);
        return;
    }
    const double most = *std::max_element(head.bars.begin(), head.bars.end());
    if (most <= 0) return;
    const double step = static_cast<double>(area.width()) / static_cast<double>(head.bars.size());
    QColor color = Theme::current().training;
    color.setAlphaF(barOpacity);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    for (std::size_t i = 0; i < head.bars.size(); ++i) {
        // What is there at all is seen, however few.
        const double height = head.bars[i] > 0 ? std::max(1.0, head.bars[i] / most * (barsHeight - 2)) : 0;
        painter.drawRect(QRectF(area.left() + static_cast<double>(i) * step + 0.5, area.bottom() + 1 - height,
                                std::max(1.0, step - 1.5), height));
    }
}

void ColumnHeader::drawMissing(QPainter& painter, const QRect& line, const ColumnHead& head) const {
    painter.setFont(smallFont());
    painter.setPen(head.hasMissing ? Theme::current().warn : Theme::current().faint);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, head.missing);
}

bool ColumnHeader::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QHeaderView::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int column = logicalIndexAt(help->pos());
    if (column < 0 || static_cast<std::size_t>(column) >= m_heads.size()) return QHeaderView::viewportEvent(event);
    const ColumnHead& head = m_heads[static_cast<std::size_t>(column)];
    QToolTip::showText(help->globalPos(), QStringList{head.name, head.tag, head.words, head.missing}
                                              .filter(QRegularExpression(QStringLiteral(".")))
                                              .join(QStringLiteral(" · ")),
                       this);
    return true;
}

}  // namespace holdout
