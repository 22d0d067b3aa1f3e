// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/when_settled.h"

#include <QElapsedTimer>
#include <QThreadPool>
#include <QTimer>
#include <memory>

#include "jobs/job_queue.h"

namespace holdout {

namespace {
constexpr int kLookMs = 50;
constexpr int kQuietMs = 500;  // a view that asks again does so within
}  // namespace

void whenSettled(const JobQueue& jobs, QObject* owner, const std::function<void()>& act) {
    auto* look = new QTimer(owner);
    const auto quiet = std::make_shared<QElapsedTimer>();
    quiet->start();
    QObject::connect(look, &QTimer::timeout, owner, [&jobs, look, quiet, act] {
        if (!jobs.isIdle() || QThreadPool::globalInstance()->activeThreadCount() > 0) quiet->restart();
        if (quiet->elapsed() < kQuietMs) return;
        look->stop();
        look->deleteLater();
        act();
    });
    look->start(kLookMs);
}

}  // namespace holdout
