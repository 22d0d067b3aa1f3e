// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/step_list.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "forms/form_parts.h"
#include "forms/param_words.h"
#include "theme/elided_label.h"

namespace holdout {

StepCard::StepCard(QWidget* parent) : QFrame(parent) {
    setRole(this, "card");
    setFocusPolicy(Qt::StrongFocus);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 8, 6);
    row->setSpacing(10);
    m_number = new QLabel(this);
    setRole(m_number, "quiet");
    m_number->setFixedWidth(14);
    m_title = new QLabel(this);
    setRole(m_title, "section");
    m_summary = new ElidedLabel(this);
    m_summary->setObjectName("summary");
    setRole(m_summary, "quiet");
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_switch = new QCheckBox(this);
    m_switch->setObjectName("enabled");
    m_switch->setToolTip(tr("Use this step"));
    m_switch->setAccessibleName(tr("Use this step"));
    row->addWidget(m_switch);
    row->addWidget(m_number);
    row->addWidget(m_title);
    row->addWidget(m_summary, 1);
    row->addWidget(m_up = button("↑", "up", tr("Earlier (Alt+Up)")));
    row->addWidget(m_down = button("↓", "down", tr("Later (Alt+Down)")));
    row->addWidget(m_remove = button("✕", "remove", tr("Remove (Delete)")));
    connect(m_switch, &QCheckBox::clicked, this, &StepCard::switched);
    connect(m_up, &QToolButton::clicked, this, [this] { emit moved(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { emit moved(1); });
    connect(m_remove, &QToolButton::clicked, this, &StepCard::removed);
}

QToolButton* StepCard::button(const QString& text, const QString& name, const QString& tip) {
    auto* made = new QToolButton(this);
    made->setText(text);
    made->setObjectName(name);
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setAutoRaise(true);
    return made;
}

void StepCard::show(int number, int count, const QString& title, const QString& summary, bool enabled, bool selected) {
    m_number->setText(QString::number(number));
    m_title->setText(title);
    m_title->setEnabled(enabled);
    m_summary->setText(enabled ? summary : tr("switched off"));
    m_summary->setToolTip(summary);
    m_switch->setChecked(enabled);
    m_up->setEnabled(number > 1);
    m_down->setEnabled(number < count);
    setAccessibleName(tr("Step %1: %2").arg(number).arg(title));
    if (property("selected").toBool() == selected) return;
    setProperty("selected", selected);
    style()->unpolish(this);
    style()->polish(this);
}

void StepCard::mousePressEvent(QMouseEvent* event) {
    QFrame::mousePressEvent(event);
    emit selected();
}

void StepCard::keyPressEvent(QKeyEvent* event) {
    const bool alt = event->modifiers() & Qt::AltModifier;
    if (alt && event->key() == Qt::Key_Up && m_up->isEnabled())
        emit moved(-1);
    else if (alt && event->key() == Qt::Key_Down && m_down->isEnabled())
        emit moved(1);
    else if (event->key() == Qt::Key_Delete)
        emit removed();
    else if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return)
        emit selected();
    else
        QFrame::keyPressEvent(event);
}

StepList::StepList(const StepRegistry& registry, QWidget* parent)
    : QWidget(parent), m_registry(registry), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(6);
}

StepCard* StepList::addCard() {
    auto* card = new StepCard(this);
    const int step = static_cast<int>(m_cards.size());
    card->setObjectName(QString("step%1").arg(step));
    connect(card, &StepCard::selected, this, [this, step] { emit selected(step); });
    connect(card, &StepCard::switched, this, [this, step](bool on) { emit switched(step, on); });
    connect(card, &StepCard::moved, this, [this, step](int by) { emit moved(step, step + by); });
    connect(card, &StepCard::removed, this, [this, step] { emit removed(step); });
    m_column->addWidget(card);
    m_cards.push_back(card);
    return card;
}

void StepList::setSteps(const std::vector<StepSpec>& steps, int selectedStep) {
    while (m_cards.size() < steps.size()) addCard();
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setVisible(i < steps.size());
        if (i >= steps.size()) continue;
        const StepInfo* info = m_registry.find(steps[i].id);
        const QString title = info ? fromCore(info->label) : QString::fromStdString(steps[i].id);
        const QString summary = info ? paramSummary(info->params, steps[i].params) : QString();
        m_cards[i]->show(static_cast<int>(i) + 1, static_cast<int>(steps.size()), title, summary, steps[i].enabled,
                         static_cast<int>(i) == selectedStep);
    }
}

}  // namespace holdout
