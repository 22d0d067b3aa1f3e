// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/robustness_tab.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "charts/chart_card.h"
#include "experiment/score_curves.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/score_curve_charts.h"
#include "pages/evaluate/score_job.h"

namespace holdout {

RobustnessTab::RobustnessTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent), m_job(new ScoreJob(document, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout;
    m_start = new QPushButton(tr("Spoil held-out rows"), this);
    m_start->setObjectName("startRobustness");
    m_start->setToolTip(
        tr("Trains in every fold on rows as they are, and scores held-out rows with noise, missing cells and shifted "
           "columns"));
    row->addWidget(m_start);
    row->addStretch(1);
    column->addLayout(row);
    m_problem = problemLabel(this);
    m_sentence = noteLabel({}, {}, this);
    m_sentence->setObjectName("robustnessSentence");
    m_sentence->hide();
    column->addWidget(m_problem);
    column->addWidget(m_sentence);
    m_noise = new ChartCard(tr("The score by the noise on all number columns."), this);
    m_missing = new ChartCard(tr("The score by the share of missing cells."), this);
    m_shift = new ChartCard(tr("What a shift of each number column costs."), this);
    m_noise->setObjectName("noise");
    auto* charts = new QHBoxLayout;
    charts->setSpacing(14);
    for (ChartCard* chart : {m_noise, m_missing, m_shift}) {
        chart->setMinimumHeight(300);
        charts->addWidget(chart, 1);
    }
    column->addLayout(charts, 1);
    connect(m_start, &QPushButton::clicked, this, &RobustnessTab::start);
    connect(m_job, &ScoreJob::runningChanged, this,
            [this] { m_start->setText(m_job->isRunning() ? tr("Stop") : tr("Spoil held-out rows")); });
    connect(m_job, &ScoreJob::failed, this, [this](const QString& problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
}

QString RobustnessTab::refusal(const Run& run) const {
    if (!document().data()) return tr("This trains on the data, which are not open.");
    return run.data.rows == static_cast<std::int64_t>(document().data()->table.rows())
               ? QString()
               : tr("The data that are open are not those of this run.");
}

void RobustnessTab::showRun(const std::shared_ptr<const Run>& run) {
    if (m_run != run) {
        m_job->cancel();
        for (ChartCard* chart : {m_noise, m_missing, m_shift}) chart->clear();
        m_sentence->hide();
        m_problem->hide();
    }
    m_run = run;
}

void RobustnessTab::start() {
    if (m_job->isRunning()) return m_job->cancel();
    const auto read = document().data();
    if (!m_run || !read) return;
    m_problem->hide();
    ExperimentSpec spec = m_run->spec;
    spec.pipeline = m_run->finalPipeline;
    const MetricInfo info = document().catalog().metrics.require(metric());
    const auto report = std::make_shared<RobustnessReport>();
    disconnect(m_job, &ScoreJob::finished, this, nullptr);
    connect(m_job, &ScoreJob::finished, this, [this, info, report] {
        m_noise->setChart(damageChart(*report, Damage::Noise, info));
        m_missing->setChart(damageChart(*report, Damage::MissingCells, info));
        m_shift->setChart(shiftChart(*report, info));
        setNote(m_sentence, {}, fromCore(report->sentence));
        m_sentence->show();
    });
    m_job->start(tr("Robustness"), [report, read, spec, metric = metric(), &catalog = document().catalog()](
                                       JobContext& context, const PointSink&) {
        *report = runRobustness(spec, *read, metric, catalog, context);
    });
}

}  // namespace holdout
