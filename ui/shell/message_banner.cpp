// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/message_banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

/// A run of failures must not push the page out of the window; the oldest goes.
constexpr int mostMessages = 3;
constexpr int tellMs = 12'000;

}  // namespace

MessageBanner::MessageBanner(QWidget* parent) : QFrame(parent), m_rows(new QVBoxLayout(this)) {
    setObjectName("messageBanner");
    m_rows->setContentsMargins(22, 12, 22, 0);
    m_rows->setSpacing(6);
    hide();
}

void MessageBanner::show(const QString& problem, const QString& where, const QString& remedy, const QString& action,
                         const std::function<void()>& act) {
    const QString text = (where.isEmpty() ? QString() : where.toHtmlEscaped() + ": ") + "<b>" + problem.toHtmlEscaped() +
                         "</b> " + remedy.toHtmlEscaped();
    addRow(text, action, act);
}

void MessageBanner::tell(const QString& message) {
    if (QFrame* row = addRow(message.toHtmlEscaped(), {}, {})) QTimer::singleShot(tellMs, row, [this, row] { remove(row); });
}

QFrame* MessageBanner::addRow(const QString& text, const QString& action, const std::function<void()>& act) {
    if (messages().contains(text)) return nullptr;
    while (m_rows->count() >= mostMessages) remove(m_rows->itemAt(0)->widget());

    auto* row = new QFrame;
    row->setProperty("note", true);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 8, 8);
    auto* label = new QLabel(text);
    label->setObjectName("message");
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(label, 1);
    if (!action.isEmpty()) {
        auto* button = new QPushButton(action);
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, row, act] {
            remove(row);
            act();
        });
    }
    auto* dismiss = new QPushButton(Theme::icon("close"), {});
    dismiss->setProperty("flat", true);
    dismiss->setAccessibleName(tr("Dismiss this message"));
    dismiss->setToolTip(tr("Dismiss"));
    layout->addWidget(dismiss, 0, Qt::AlignTop);
    connect(dismiss, &QPushButton::clicked, this, [this, row] { remove(row); });
    m_rows->addWidget(row);
    setVisible(true);
    return row;
}

void MessageBanner::clear() {
    while (m_rows->count() > 0) remove(m_rows->itemAt(0)->widget());
}

QStringList MessageBanner::messages() const {
    QStringList texts;
    for (int i = 0; i < m_rows->count(); ++i) texts << m_rows->itemAt(i)->widget()->findChild<QLabel*>("message")->text();
    return texts;
}

void MessageBanner::remove(QWidget* row) {
    m_rows->removeWidget(row);
    row->deleteLater();
    setVisible(m_rows->count() > 0);
}

}  // namespace holdout
