// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include "jobs/job_queue.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace holdout {

/// The line at the foot of the window: what runs, how far, how long still, Pause, Cancel, what waits; threads and memory.
class JobBar : public QWidget {
    Q_OBJECT
public:
    JobBar(JobQueue& jobs, int threads, QWidget* parent = nullptr);

private:
    void refresh();
    void showQueue();
    void showMemory();

    JobQueue& m_jobs;
    const int m_threads;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_what;
    QPushButton* m_pause;
    QPushButton* m_cancel;
    QPushButton* m_queue;
    QLabel* m_machine;
    QTimer m_memoryTimer;
};

}  // namespace holdout
