// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/score_job.h"

#include <QPointer>
#include <algorithm>

namespace holdout {
namespace {

constexpr int kPollMs = 33;

}  // namespace

ScoreJob::ScoreJob(ExperimentDocument& document, QObject* parent) : QObject(parent), m_document(document) {
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &ScoreJob::poll);
}

ScoreJob::~ScoreJob() = default;

void ScoreJob::start(const QString& title, Work work) {
    cancel();
    auto shared = std::make_shared<Shared>();
    m_shared = shared;
    const QPointer<ScoreJob> self(this);
    // What ends belongs to this start alone: a job that was cancelled for a later one says nothing.
    const auto isCurrent = [self, shared] { return self && self->m_shared == shared; };
    JobQueue::Request request;
    request.title = title;
    request.work = [shared, work = std::move(work)](JobContext& context) {
        work(context, [shared](const ScoredPoint& point) {
            const std::lock_guard lock(shared->mutex);
            const auto after = std::upper_bound(shared->points.begin(), shared->points.end(), point,
                                                [](const ScoredPoint& a, const ScoredPoint& b) { return a.x < b.x; });
            shared->points.insert(after, point);
            shared->isNew = true;
        });
    };
    request.done = [self, isCurrent] {
        if (!isCurrent()) return;
        self->poll();
        self->ended();
        emit self->finished();
    };
    request.failed = [self, isCurrent](const Error& error) {
        if (!isCurrent()) return;
        self->ended();
        emit self->failed(QString::fromUtf8(error.what()));
    };
    request.cancelled = [self, isCurrent] {
        if (!isCurrent()) return;
        self->ended();
        emit self->failed({});
    };
    m_job = m_document.jobs().submit(std::move(request));
    m_timer.start();
    emit runningChanged();
}

void ScoreJob::cancel() {
    if (m_job == 0) return;
    const JobId job = m_job;
    m_shared.reset();
    ended();
    m_document.jobs().cancel(job);
}

void ScoreJob::ended() {
    m_job = 0;
    m_timer.stop();
    emit runningChanged();
}

void ScoreJob::poll() {
    if (!m_shared) return;
    std::vector<ScoredPoint> points;
    {
        const std::lock_guard lock(m_shared->mutex);
        if (!m_shared->isNew) return;
        m_shared->isNew = false;
        points = m_shared->points;
    }
    emit pointsChanged(points);
}

}  // namespace holdout
