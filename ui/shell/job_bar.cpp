// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/job_bar.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>
#include <unistd.h>

#include "base/format.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

/// Resident memory of this process in bytes; 0 where the system does not say.
std::uint64_t residentBytes() {
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QList<QByteArray> pages = file.readAll().split(' ');
    return pages.size() > 1 ? pages[1].toULongLong() * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

QString progressWords(const JobSnapshot& job) {
    QString words = job.what;
    if (job.isPaused) {
        if (!words.isEmpty()) words += " · ";
        words += QObject::tr("paused");
    } else if (job.secondsLeft) {
        if (!words.isEmpty()) words += " · ";
        words += QObject::tr("%1 left").arg(QString::fromStdString(formatDuration(*job.secondsLeft)));
    }
    return words;
}

}  // namespace

JobBar::JobBar(JobQueue& jobs, int threads, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_threads(threads), m_title(makeLabel(tr("Ready"), "small")), m_bar(new QProgressBar),
      m_what(makeLabel({}, "small")), m_pause(new QPushButton(tr("Pause"))), m_cancel(new QPushButton(tr("Cancel"))), m_queue(new QPushButton),
      m_machine(makeLabel({}, "small")) {
    setObjectName("jobBar");
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(36);
    for (QLabel* label : {m_title, m_what, m_machine}) label->setProperty("muted", true);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(220, 5);
    m_bar->setAccessibleName(tr("Progress of the running job"));
    m_cancel->setObjectName("cancelJob");
    m_pause->setObjectName("pauseJob");
    for (QPushButton* button : {m_pause, m_cancel, m_queue}) {
        button->setFixedHeight(24);
        button->setProperty("small", true);
    }
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->setSpacing(14);
    layout->addWidget(m_title);
    layout->addWidget(m_bar);
    layout->addWidget(m_what);
    layout->addWidget(m_pause);
    layout->addWidget(m_cancel);
    layout->addWidget(m_queue);
    layout->addStretch();
    layout->addWidget(m_machine);

    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (const auto jobsNow = m_jobs.active(); !jobsNow.empty()) m_jobs.cancel(jobsNow.front().id);
    });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        const auto jobsNow = m_jobs.active();
        if (jobsNow.empty()) return;
        if (jobsNow.front().isPaused)
            m_jobs.resume(jobsNow.front().id);
        else
            m_jobs.pause(jobsNow.front().id);
    });
    connect(m_queue, &QPushButton::clicked, this, &JobBar::showQueue);
    connect(&m_jobs, &JobQueue::changed, this, &JobBar::refresh);
    connect(&m_jobs, &JobQueue::ended, this, &JobBar::refresh);
    connect(&m_jobs, &JobQueue::idle, this, &JobBar::refresh);
    connect(&m_memoryTimer, &QTimer::timeout, this, &JobBar::showMemory);
    m_memoryTimer.start(1000);
    refresh();
    showMemory();
}

void JobBar::refresh() {
    const std::vector<JobSnapshot> jobs = m_jobs.active();
    const bool busy = !jobs.empty();
    for (QWidget* widget : {static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_what), static_cast<QWidget*>(m_cancel)})
        widget->setVisible(busy);
    m_queue->setVisible(jobs.size() > 1);
    const auto running = static_cast<int>(
        std::count_if(jobs.begin(), jobs.end(), [](const JobSnapshot& job) { return job.state == JobState::Running; }));
    const int waiting = static_cast<int>(jobs.size()) - running;
    m_pause->setVisible(busy && jobs.front().canFinishEarly);
    if (!busy) {
        m_title->setText(tr("Ready"));
        return;
    }
    const JobSnapshot& job = jobs.front();
    m_title->setText(job.title);
    m_bar->setValue(static_cast<int>(job.fraction * 1000));
    m_what->setText(progressWords(job));
    m_pause->setText(job.isPaused ? tr("Resume") : tr("Pause"));
    m_pause->setAccessibleName((job.isPaused ? tr("Resume %1") : tr("Pause %1")).arg(job.title));
    m_cancel->setAccessibleName(tr("Cancel %1").arg(job.title));
    // Those of other lanes run beside the one that is shown: they do not wait.
    QStringList others;
    if (running > 1) others << tr("%n more running", nullptr, running - 1);
    if (waiting > 0) others << tr("%n waiting", nullptr, waiting);
    m_queue->setText(others.join(QStringLiteral(" · ")));
}

void JobBar::showQueue() {
    QMenu menu;
    const std::vector<JobSnapshot> jobs = m_jobs.active();
    for (std::size_t i = 1; i < jobs.size(); ++i)
        menu.addAction(tr("Cancel “%1”").arg(jobs[i].title), this, [this, id = jobs[i].id] { m_jobs.cancel(id); });
    menu.exec(m_queue->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
}

void JobBar::showMemory() {
    QString words = m_threads == 1 ? tr("1 core") : tr("%1 cores").arg(m_threads);
    if (!m_jobs.isIdle()) words += tr(" busy");
    if (const std::uint64_t bytes = residentBytes()) words += " · " + QString::fromStdString(formatBytes(bytes));
    m_machine->setText(words);
}

}  // namespace holdout
