// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/early_style.h"

#include <QElapsedTimer>
#include <QWidget>

namespace holdout {
namespace {

constexpr int turnMs = 4;  ///< a quarter of a frame

}  // namespace

EarlyStyle::EarlyStyle(QWidget& window, QObject* parent) : QObject(parent), m_window(window) {
    connect(&m_idle, &QTimer::timeout, this, &EarlyStyle::goOn);
    m_idle.start(0);
}

void EarlyStyle::goOn() {
    // Parents come before their children here, and are taken from the end: a parent that is styled styles what is in it too.
    if (m_left.empty())
        for (QWidget* widget : m_window.findChildren<QWidget*>()) m_left.emplace_back(widget);
    QElapsedTimer clock;
    clock.start();
    while (!m_left.empty() && !clock.hasExpired(turnMs)) {
        if (m_left.back()) m_left.back()->ensurePolished();
        m_left.pop_back();
    }
    if (!m_left.empty()) return;
    m_idle.stop();
    emit done();
}

}  // namespace holdout
