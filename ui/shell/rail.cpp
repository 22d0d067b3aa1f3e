// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/rail.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr int railWidth = 208;
constexpr int entryHeight = 34;

}  // namespace

/// One entry: dot, title, summary. Painted, because a style sheet cannot draw the dot's three states.
class RailEntry : public QAbstractButton {
public:
    RailEntry(const QString& title, QWidget* parent) : QAbstractButton(parent) {
        setText(title);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setFixedHeight(entryHeight);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
    }

    void setState(const QString& summary, bool isDone) {
        m_summary = summary;
        m_isDone = isDone;
        setAccessibleName(summary.isEmpty() ? text() : tr("%1, %2").arg(text(), summary));
        setAccessibleDescription(isDone ? tr("done") : QString());
        update();
    }

protected:
    /// The rail moves between entries: a button's own arrow keys stop where a heading stands between two.
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) return event->ignore();
        QAbstractButton::keyPressEvent(event);
    }

    void paintEvent(QPaintEvent*) override {
        const Palette& colours = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
        if (isChecked() || underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(isChecked() ? colours.accentSoft : colours.chip);
            painter.drawRoundedRect(frame, 6, 6);
        }
        if (hasFocus()) {
            painter.setPen(QPen(colours.accent, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(frame, 6, 6);
        }
        paintDot(painter, colours);
        QFont font = this->font();
        font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(isChecked() ? colours.accent : colours.ink);
        const QRect words = rect().adjusted(28, 0, -10, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, text());
        paintSummary(painter, colours, words.adjusted(painter.fontMetrics().horizontalAdvance(text()) + 8, 0, 0, 0));
    }

private:
    void paintDot(QPainter& painter, const Palette& colours) const {
        const QPointF centre(14, height() / 2.0);
        if (isChecked() || m_isDone) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(isChecked() ? colours.accent : colours.good);
            painter.drawEllipse(centre, 4, 4);
        } else {
            painter.setPen(QPen(colours.faint, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(centre, 3.25, 3.25);
        }
    }

    void paintSummary(QPainter& painter, const Palette& colours, const QRect& space) const {
        QFont font = this->font();
        font.setPixelSize(11);
        painter.setFont(font);
        painter.setPen(isChecked() ? colours.muted : colours.faint);
        painter.drawText(space, Qt::AlignVCenter | Qt::AlignRight,
                         painter.fontMetrics().elidedText(m_summary, Qt::ElideRight, space.width()));
    }

    QString m_summary;
    bool m_isDone = false;
};

Rail::Rail(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)), m_group(new QButtonGroup(this)) {
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(railWidth);
    setAccessibleName(tr("Pages"));
    m_layout->setContentsMargins(10, 12, 10, 12);
    m_layout->setSpacing(2);
    m_layout->addStretch();
}

void Rail::addPage(const QString& id, const QString& title, const QString& heading) {
    const int end = m_layout->count() - 1;  // before the stretch
    if (heading != m_lastHeading) {
        QLabel* label = makeLabel(heading.toUpper(), "heading", "rail");
        label->setContentsMargins(10, 10, 10, 4);
        m_layout->insertWidget(end, label);
        m_lastHeading = heading;
    }
    auto* entry = new RailEntry(title, this);
    entry->setObjectName("rail." + id);
    entry->setState({}, false);
    m_layout->insertWidget(m_layout->count() - 1, entry);
    m_group->addButton(entry);
    m_entries[id] = entry;
    connect(entry, &QAbstractButton::clicked, this, [this, id] { emit chosen(id); });
}

void Rail::setState(const QString& id, const QString& summary, bool isDone) {
    if (const auto found = m_entries.find(id); found != m_entries.end()) found->second->setState(summary, isDone);
}

void Rail::setCurrent(const QString& id) {
    if (const auto found = m_entries.find(id); found != m_entries.end()) {
        found->second->setChecked(true);
    } else if (QAbstractButton* checked = m_group->checkedButton()) {
        m_group->setExclusive(false);
        checked->setChecked(false);
        m_group->setExclusive(true);
    }
}

void Rail::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const QList<QAbstractButton*> entries = m_group->buttons();
    const auto focused = std::find_if(entries.begin(), entries.end(), [](const auto* entry) { return entry->hasFocus(); });
    if (step == 0 || focused == entries.end()) return QWidget::keyPressEvent(event);
    const qsizetype next = std::distance(entries.begin(), focused) + step;
    if (next < 0 || next >= entries.size()) return;
    entries[next]->setFocus(Qt::TabFocusReason);
    entries[next]->click();
}

}  // namespace holdout
