// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/widgets.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPushButton>

#include "theme/theme.h"

namespace holdout {

namespace {

bool changesColors(const QEvent* event) {
    return event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange;
}

QString colored(const QString& text, const QColor& color) {
    return QStringLiteral("<b style=\"color:%1;font-weight:600\">%2</b>").arg(color.name(), text.toHtmlEscaped());
}

}  // namespace

QLabel* makeLabel(const QString& text, const char* property, const QVariant& value, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty(property, value);
    return label;
}

Card::Card(const QString& title, const QString& sentence, QWidget* parent)
    : QFrame(parent), m_title(makeLabel({}, "heading", QStringLiteral("card"))), m_sentence(makeLabel({}, "muted")) {
    setProperty("card", true);
    m_title->setTextFormat(Qt::PlainText);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setProperty("small", true);
    m_sentence->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(2);
    m_titleRow = new QHBoxLayout;
    m_titleRow->setSpacing(8);
    m_titleRow->addWidget(m_title, 1);
    column->addLayout(m_titleRow);
    column->addWidget(m_sentence);
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(0, 6, 0, 0);
    m_body->setSpacing(8);
    column->addLayout(m_body, 1);
    setTitle(title);
    setSentence(sentence);
}

void Card::setTitle(const QString& title) {
    if (m_title->text() != title) m_title->setText(title);
    setAccessibleName(title);
}

void Card::setSentence(const QString& sentence) {
    if (m_sentence->text() != sentence) m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    setAccessibleDescription(sentence);
}

Chip::Chip(const QString& strong, const QString& rest, QWidget* parent) : QLabel(parent) {
    setProperty("chip", true);
    setTextFormat(Qt::RichText);
    setWords(strong, rest);
}

void Chip::setWords(const QString& strong, const QString& rest) {
    m_strong = strong;
    m_rest = rest;
    refresh();
}

void Chip::setLead(const QString& lead) {
    m_lead = lead;
    refresh();
}

void Chip::setWarning(bool warning) {
    m_warning = warning;
    refresh();
}

void Chip::refresh() {
    const QString text = (m_lead.isEmpty() ? QString() : m_lead.toHtmlEscaped() + QLatin1Char(' ')) +
                         colored(m_strong, m_warning ? Theme::current().warn : Theme::current().ink) +
                         (m_rest.isEmpty() ? QString() : QLatin1Char(' ') + m_rest.toHtmlEscaped());
    if (text != this->text()) setText(text);
}

void Chip::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (changesColors(event)) refresh();
}

Note::Note(const QString& lead, const QString& text, QWidget* parent)
    : QFrame(parent), m_label(new QLabel), m_button(new QPushButton) {
    setProperty("note", true);
    m_label->setTextFormat(Qt::RichText);
    m_label->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->addWidget(m_label);
    column->addWidget(m_button, 0, Qt::AlignLeft);
    m_button->hide();
    connect(m_button, &QPushButton::clicked, this, &Note::actionTriggered);
    setWords(lead, text);
}

void Note::setWords(const QString& lead, const QString& text) {
    m_lead = lead;
    m_text = text;
    refresh();
}

void Note::setAction(const QString& caption) {
    m_button->setText(caption);
    m_button->setVisible(!caption.isEmpty());
}

void Note::refresh() {
    const QString lead = m_lead.isEmpty() ? QString() : colored(m_lead, Theme::current().accent) + QLatin1Char(' ');
    const QString text = lead + m_text.toHtmlEscaped();
    if (text != m_label->text()) m_label->setText(text);
}

void Note::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (changesColors(event)) refresh();
}

StatTile::StatTile(const QString& caption, const QString& number, QWidget* parent)
    : QWidget(parent), m_number(makeLabel(number, "number")), m_caption(makeLabel(caption, "muted")) {
    m_caption->setProperty("small", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    column->addWidget(m_number);
    column->addWidget(m_caption);
}

void StatTile::setNumber(const QString& number) {
    if (m_number->text() != number) m_number->setText(number);
}

void StatTile::setCaption(const QString& caption) {
    if (m_caption->text() != caption) m_caption->setText(caption);
}

void StatTile::setState(const QString& state) {
    if (m_number->property("state").toString() == state) return;
    m_number->setProperty("state", state);
    restyle(m_number);
}

PageHeader::PageHeader(const QString& title, QWidget* parent) : QWidget(parent), m_subtitle(makeLabel({}, "muted")) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_subtitle->setWordWrap(true);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(makeLabel(title, "heading", QStringLiteral("page")));
    words->addWidget(m_subtitle);
    row->addLayout(words, 1);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(12);
    row->addLayout(m_buttons);
    row->setAlignment(m_buttons, Qt::AlignTop);
}

void PageHeader::setSubtitle(const QString& subtitle) { m_subtitle->setText(subtitle); }

void PageHeader::addButton(QWidget* button) { m_buttons->addWidget(button); }

EmptyState::EmptyState(const QString& sentence, const QString& action, QWidget* parent)
    : QWidget(parent), m_sentence(makeLabel(sentence, "muted")), m_button(new QPushButton(action)) {
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_button->setProperty("primary", true);
    m_button->setVisible(!action.isEmpty());
    auto* column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addStretch();
    column->addWidget(m_sentence);
    column->addWidget(m_button, 0, Qt::AlignCenter);
    column->addStretch();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::actionTriggered);
}

void EmptyState::setSentence(const QString& sentence) { m_sentence->setText(sentence); }

}  // namespace holdout
