// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <mutex>

#include "document/experiment_document.h"
#include "evaluate/refits.h"

namespace holdout {

/// A job that fits a model many times for one curve, whose points come in while it runs: collected by its threads, told
/// to the window 30 times a second at most. A new start cancels what is running.
class ScoreJob : public QObject {
    Q_OBJECT
public:
    /// Runs in the arena; `sink` takes each point.
    using Work = std::function<void(JobContext& context, const PointSink& sink)>;

    ScoreJob(ExperimentDocument& document, QObject* parent);
    ~ScoreJob() override;

    void start(const QString& title, Work work);
    void cancel();
    bool isRunning() const { return m_job != 0; }

signals:
    /// The points that are finished, ascending in x.
    void pointsChanged(const std::vector<holdout::ScoredPoint>& points);
    void finished();
    /// Empty when cancelled.
    void failed(const QString& problem);
    void runningChanged();

private:
    struct Shared {
        std::mutex mutex;
        std::vector<ScoredPoint> points;
        bool isNew = false;
    };

    void poll();
    void ended();

    ExperimentDocument& m_document;
    std::shared_ptr<Shared> m_shared;
    JobId m_job = 0;
    QTimer m_timer;
};

}  // namespace holdout
