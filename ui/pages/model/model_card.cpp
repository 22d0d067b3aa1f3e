// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/model/model_card.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

#include "forms/form_parts.h"
#include "forms/param_words.h"

namespace holdout {

ModelCard::ModelCard(const ModelInfo& info, QWidget* parent)
    : QFrame(parent), m_text(fromCore(info.sentence)), m_title(new QLabel(fromCore(info.label), this)), m_sentence(new QLabel(this)) {
    setObjectName(fromCore(info.id));
    setRole(this, "card");
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(fromCore(info.label));
    setRole(m_title, "section");
    setRole(m_sentence, "quiet");
    m_sentence->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 14, 10);
    column->setSpacing(3);
    column->addWidget(m_title);
    column->addWidget(m_sentence);
    column->addStretch(1);
}

void ModelCard::show(bool isChosen, const QString& refusal) {
    m_refused = !refusal.isEmpty() && !isChosen;
    m_sentence->setText(refusal.isEmpty() ? m_text : refusal);
    m_title->setEnabled(!m_refused);
    m_sentence->setEnabled(!m_refused);
    setCursor(m_refused ? Qt::ForbiddenCursor : Qt::PointingHandCursor);
    if (property("selected").toBool() == isChosen) return;
    setProperty("selected", isChosen);
    style()->unpolish(this);
    style()->polish(this);
}

void ModelCard::mousePressEvent(QMouseEvent* event) {
    QFrame::mousePressEvent(event);
    if (!m_refused) emit chosen();
}

void ModelCard::keyPressEvent(QKeyEvent* event) {
    const bool choose = event->key() == Qt::Key_Space || event->key() == Qt::Key_Return;
    if (choose && !m_refused)
        emit chosen();
    else
        QFrame::keyPressEvent(event);
}

}  // namespace holdout
