// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/top_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>

#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

TopBar::TopBar(QWidget* parent)
    : QWidget(parent), m_menus(new QMenuBar), m_project(makeLabel({}, "muted")), m_undo(new QPushButton(tr("Undo"))),
      m_run(new QPushButton(Theme::primaryIcon("play"), tr("Run"))) {
    setObjectName("topBar");
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(44);
    m_menus->setNativeMenuBar(false);
    m_undo->setObjectName("undo");
    m_run->setObjectName("run");
    m_run->setProperty("primary", true);
    QLabel* name = makeLabel(tr("Holdout"), "heading", "section");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->setSpacing(12);
    layout->addWidget(name);
    layout->addWidget(m_menus, 1, Qt::AlignVCenter);
    layout->addWidget(m_project);
    layout->addWidget(m_undo);
    layout->addWidget(m_run);
    connect(m_undo, &QPushButton::clicked, this, &TopBar::undoClicked);
    connect(m_run, &QPushButton::clicked, this, &TopBar::runClicked);
}

void TopBar::setProject(const QString& words) { m_project->setText(words); }

void TopBar::setUndo(bool canUndo, const QString& what) {
    m_undo->setEnabled(canUndo);
    m_undo->setToolTip(canUndo ? tr("Undo: %1").arg(what) : tr("Nothing to undo"));
}

void TopBar::setRun(const QString& caption, bool isEnabled, const QString& why) {
    m_run->setText(caption);
    m_run->setEnabled(isEnabled);
    m_run->setToolTip(why);
}

}  // namespace holdout
