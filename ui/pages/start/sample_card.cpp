// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/sample_card.h"

#include <QPainter>

#include "base/format.h"
#include "theme/theme.h"

namespace holdout {

SampleCard::SampleCard(const Sample& sample, QWidget* parent) : QAbstractButton(parent), m_sample(sample) {
    setObjectName("sample." + sample.file);
    setText(sample.name);
    setAccessibleName(tr("Open the sample %1").arg(sample.name));
    setAccessibleDescription(sample.sentence);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setMinimumHeight(140);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SampleCard::paintEvent(QPaintEvent*) {
    const Palette& colours = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isLit = underMouse() || hasFocus();
    painter.setPen(QPen(isLit ? colours.accent : colours.line, hasFocus() ? 2 : 1));
    painter.setBrush(colours.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);

    const QRect words = rect().adjusted(14, 12, -14, -12);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(colours.ink);
    painter.drawText(words, Qt::AlignTop | Qt::AlignLeft, m_sample.name);

    painter.setFont(font());
    painter.setPen(colours.muted);
    painter.drawText(words.adjusted(0, 22, 0, -18), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_sample.sentence);

    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    painter.drawText(words, Qt::AlignBottom | Qt::AlignLeft,
                     tr("%1 × %2 · %3").arg(QString::fromStdString(formatCount(m_sample.rows))).arg(m_sample.columns).arg(m_sample.kind));
}

}  // namespace holdout
