// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/page_parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

#include "forms/form_parts.h"
#include "theme/elided_label.h"
#include "theme/filling_stack.h"

namespace holdout {
namespace {

QScrollArea* bareScrollArea(QWidget* inside, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(inside);
    area->viewport()->setAutoFillBackground(false);
    inside->setAutoFillBackground(false);
    return area;
}

QLabel* labelOf(const char* role, QWidget* parent) {
    auto* label = new QLabel(parent);
    setRole(label, role);
    return label;
}

}  // namespace

PageBody::PageBody(const QString& title, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(22, 18, 22, 14);
    column->setSpacing(14);

    auto* head = new QHBoxLayout;
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* heading = labelOf("title", this);
    heading->setText(title);
    m_line = labelOf("muted", this);
    m_line->setWordWrap(true);
    m_line->setObjectName("pageLine");
    words->addWidget(heading);
    words->addWidget(m_line);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(10);
    head->addLayout(words, 1);
    head->addLayout(m_buttons);
    head->setAlignment(m_buttons, Qt::AlignTop);
    column->addLayout(head);

    auto* inside = new QWidget(this);
    m_content = new QVBoxLayout(inside);
    m_content->setContentsMargins(0, 0, 0, 0);
    m_content->setSpacing(14);

    auto* empty = new QWidget(this);
    empty->setObjectName("emptyState");
    auto* middle = new QVBoxLayout(empty);
    middle->setSpacing(8);
    m_emptyTitle = labelOf("title", empty);
    m_emptySentence = labelOf("muted", empty);
    m_emptySentence->setWordWrap(true);
    m_emptySentence->setFixedWidth(460);
    m_emptySentence->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_emptyButton = new QPushButton(empty);
    m_emptyButton->setObjectName("emptyAction");
    m_emptyButton->setProperty("primary", true);
    middle->addStretch(2);
    middle->addWidget(m_emptyTitle, 0, Qt::AlignHCenter);
    // Between stretches, not aligned: an aligned label would get the height of its text at the page's width.
    auto* sentence = new QHBoxLayout;
    sentence->addStretch(1);
    sentence->addWidget(m_emptySentence);
    sentence->addStretch(1);
    middle->addLayout(sentence);
    middle->addSpacing(6);
    middle->addWidget(m_emptyButton, 0, Qt::AlignHCenter);
    middle->addStretch(3);
    connect(m_emptyButton, &QPushButton::clicked, this, [this] {
        if (m_emptyAction) m_emptyAction();
    });

    m_stack = new FillingStack(this);
    m_stack->addWidget(bareScrollArea(inside, m_stack));
    m_stack->addWidget(empty);
    column->addWidget(m_stack, 1);
}

void PageBody::setLine(const QString& text) {
    if (m_line->text() != text) m_line->setText(text);
}

QPushButton* PageBody::addButton(const QString& text, const QString& name) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(name);
    m_buttons->addWidget(button);
    return button;
}

void PageBody::addHeaderWidget(QWidget* widget) { m_buttons->addWidget(widget); }

void PageBody::addFixed(QWidget* widget) {
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(m_stack), widget);
    m_fixed.push_back(widget);
}

void PageBody::showContent() {
    for (QWidget* widget : m_fixed) widget->show();
    m_stack->setCurrentIndex(0);
}

void PageBody::showEmpty(const QString& title, const QString& sentence, const QString& button, std::function<void()> action) {
    for (QWidget* widget : m_fixed) widget->hide();
    m_emptyTitle->setText(title);
    m_emptySentence->setText(sentence);
    m_emptyButton->setText(button);
    m_emptyButton->setVisible(!button.isEmpty());
    m_emptyAction = std::move(action);
    m_stack->setCurrentIndex(1);
}

bool PageBody::isShowingContent() const { return m_stack->currentIndex() == 0; }

TileStrip::TileStrip(QWidget* parent) : QFrame(parent), m_row(new QHBoxLayout(this)) {
    setRole(this, "card");
    m_row->setContentsMargins(16, 12, 16, 12);
    m_row->setSpacing(32);
    m_row->addStretch(1);
}

void TileStrip::setTiles(const std::vector<Tile>& tiles) {
    if (tiles == m_tiles) return;
    m_tiles = tiles;
    while (m_labels.size() < tiles.size()) {
        auto* box = new QWidget(this);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(1);
        auto* value = labelOf("tileValue", box);
        auto* caption = new ElidedLabel(box);
        setRole(caption, "quiet");
        // Where there is no room for all words the page must not become wider than the window.
        caption->setMinimumWidth(1);
        column->addWidget(value);
        column->addWidget(caption);
        column->addStretch(1);
        m_row->insertWidget(static_cast<int>(m_labels.size()), box);
        m_labels.push_back({box, value, caption});
    }
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        const Labels& labels = m_labels[i];
        labels.box->setVisible(i < tiles.size());
        if (i >= tiles.size()) continue;
        const Tile& tile = tiles[i];
        labels.value->setText(tile.value);
        labels.caption->setText(tile.caption);
        labels.box->setToolTip(tile.tooltip);
        const QString style = tile.color.isValid() ? "color: " + tile.color.name() : QString();
        if (labels.value->styleSheet() != style) labels.value->setStyleSheet(style);
    }
}

QLabel* noteLabel(const QString& lead, const QString& text, QWidget* parent) {
    auto* note = labelOf("note", parent);
    note->setWordWrap(true);
    note->setTextFormat(Qt::RichText);
    setNote(note, lead, text);
    return note;
}

void setNote(QLabel* note, const QString& lead, const QString& text) {
    const QString html = lead.isEmpty() ? text.toHtmlEscaped()
                                        : "<b>" + lead.toHtmlEscaped() + "</b> " + text.toHtmlEscaped();
    if (note->text() != html) note->setText(html);
}

QLabel* problemLabel(QWidget* parent) {
    auto* label = labelOf("problem", parent);
    label->setWordWrap(true);
    label->hide();
    return label;
}

QWidget* settingsPanel(QWidget* owner) {
    // Without a parent until the window takes it, so that it never lies on the page.
    auto* panel = new QWidget;
    QObject::connect(owner, &QObject::destroyed, panel, [panel] {
        if (!panel->parent()) delete panel;
    });
    settingsColumn(panel);
    return panel;
}

}  // namespace holdout
