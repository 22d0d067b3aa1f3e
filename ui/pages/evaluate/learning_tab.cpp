// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/learning_tab.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "charts/chart_card.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/score_curve_charts.h"
#include "pages/evaluate/score_job.h"

namespace holdout {

LearningTab::LearningTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent),
      m_learningJob(new ScoreJob(document, this)),
      m_validationJob(new ScoreJob(document, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    m_learn = new QPushButton(tr("Learning curve"), this);
    m_learn->setObjectName("startLearning");
    m_learn->setToolTip(tr("Trains on more and more of the rows, in every fold"));
    m_param = new QComboBox(this);
    m_param->setObjectName("curveParam");
    m_param->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    ignoreStrayWheel(m_param);
    m_validate = new QPushButton(tr("Validation curve"), this);
    m_validate->setObjectName("startValidation");
    m_validate->setToolTip(tr("Trains with value after value of the parameter, in every fold"));
    row->addWidget(m_learn);
    row->addStretch(1);
    row->addWidget(new QLabel(tr("by"), this));
    row->addWidget(m_param);
    row->addWidget(m_validate);
    column->addLayout(row);
    m_problem = problemLabel(this);
    column->addWidget(m_problem);
    m_learning = new ChartCard(
        tr("How the score grows with the training rows, and what more rows would bring: press Learning curve."), this);
    m_learning->setObjectName("learningCurve");
    m_validation = new ChartCard(
        tr("How one parameter moves the score, with bias and variance in words: choose it and press Validation curve."),
        this);
    m_validation->setObjectName("validationCurve");
    auto* charts = new QHBoxLayout;
    charts->setSpacing(14);
    for (ChartCard* chart : {m_learning, m_validation}) {
        chart->setMinimumHeight(320);
        charts->addWidget(chart, 1);
    }
    column->addLayout(charts, 1);
    connect(m_learn, &QPushButton::clicked, this, &LearningTab::startLearning);
    connect(m_validate, &QPushButton::clicked, this, &LearningTab::startValidation);
    for (ScoreJob* job : {m_learningJob, m_validationJob}) {
        connect(job, &ScoreJob::runningChanged, this, &LearningTab::refreshButtons);
        connect(job, &ScoreJob::failed, this, [this](const QString& problem) {
            m_problem->setText(problem);
            m_problem->setVisible(!problem.isEmpty());
        });
    }
}

QString LearningTab::refusal(const Run& run) const {
    if (!document().data()) return tr("These curves train on the data, which are not open.");
    return run.data.rows == static_cast<std::int64_t>(document().data()->table.rows())
               ? QString()
               : tr("The data that are open are not those of this run.");
}

ExperimentSpec LearningTab::runSpec() const {
    ExperimentSpec spec = m_run->spec;
    spec.pipeline = m_run->finalPipeline;
    return spec;
}

void LearningTab::showRun(const std::shared_ptr<const Run>& run) {
    if (m_run != run) {
        m_learningJob->cancel();
        m_validationJob->cancel();
        m_learning->clear();
        m_validation->clear();
        m_problem->hide();
    }
    m_run = run;
    fillParams();
    refreshButtons();
}

void LearningTab::fillParams() {
    const QSignalBlocker quiet(m_param);
    const QVariant chosen = m_param->currentData();
    m_param->clear();
    const PipelineSpec& pipeline = m_run->finalPipeline;
    const auto add = [&](const ParamSpecs& specs, const ParamSet& params, const QString& prefix, const QString& owner) {
        for (const ParamSpec& spec : specs) {
            const bool canVary = std::holds_alternative<RealRange>(spec.rule) ||
                                 std::holds_alternative<IntegerRange>(spec.rule) ||
                                 std::holds_alternative<OneOf>(spec.rule) || std::holds_alternative<AnyBool>(spec.rule);
            if (canVary && holdout::isEnabled(spec, specs, params))
                m_param->addItem(owner + fromCore(spec.label), prefix + fromCore(spec.id));
        }
    };
    if (const ModelInfo* info = document().catalog().models.find(pipeline.model.id))
        add(info->params, pipeline.model.params, {}, {});
    for (std::size_t i = 0; i < pipeline.prepare.size(); ++i)
        if (const StepInfo* info = document().catalog().steps.find(pipeline.prepare[i].id);
            info && pipeline.prepare[i].enabled)
            add(info->params, pipeline.prepare[i].params, QString("prepare.%1.").arg(i), fromCore(info->label) + " · ");
    m_param->setCurrentIndex(std::max(0, m_param->findData(chosen)));
}

void LearningTab::refreshButtons() {
    m_learn->setText(m_learningJob->isRunning() ? tr("Stop") : tr("Learning curve"));
    m_validate->setText(m_validationJob->isRunning() ? tr("Stop") : tr("Validation curve"));
    m_validate->setEnabled(m_param->count() > 0);
}

void LearningTab::startLearning() {
    if (m_learningJob->isRunning()) return m_learningJob->cancel();
    const auto read = document().data();
    if (!m_run || !read) return;
    m_problem->hide();
    const MetricInfo metricInfo = document().catalog().metrics.require(metric());
    const auto result = std::make_shared<LearningCurveResult>();
    disconnect(m_learningJob, &ScoreJob::pointsChanged, this, nullptr);
    disconnect(m_learningJob, &ScoreJob::finished, this, nullptr);
    connect(m_learningJob, &ScoreJob::pointsChanged, this, [this, metricInfo](const std::vector<ScoredPoint>& points) {
        m_learning->setChart(learningChart(points, metricInfo, {}));
    });
    connect(m_learningJob, &ScoreJob::finished, this, [this, metricInfo, result] {
        m_learning->setChart(learningChart(result->points, metricInfo, result->extrapolation));
    });
    m_learningJob->start(tr("Learning curve"),
                         [result, read, spec = runSpec(), metric = metric(), &catalog = document().catalog()](
                             JobContext& context, const PointSink& sink) {
                             *result = runLearningCurve(spec, *read, metric, 0, catalog, context, sink);
                         });
}

void LearningTab::startValidation() {
    if (m_validationJob->isRunning()) return m_validationJob->cancel();
    const auto read = document().data();
    if (!m_run || !read || m_param->currentIndex() < 0) return;
    m_problem->hide();
    const MetricInfo metricInfo = document().catalog().metrics.require(metric());
    const auto result = std::make_shared<ValidationCurveResult>();
    const std::string param = m_param->currentData().toString().toStdString();
    const ValidationCurveResult axis = emptyValidationCurve(runSpec(), param, metric(), document().catalog());
    const AxisScale scale = axis.scale == Scale::Log ? AxisScale::Log : AxisScale::Linear;
    disconnect(m_validationJob, &ScoreJob::pointsChanged, this, nullptr);
    disconnect(m_validationJob, &ScoreJob::finished, this, nullptr);
    connect(m_validationJob, &ScoreJob::pointsChanged, this,
            [this, metricInfo, axis, scale](const std::vector<ScoredPoint>& points) {
                m_validation->setChart(validationChart(points, axis.label, scale, metricInfo));
            });
    connect(m_validationJob, &ScoreJob::finished, this, [this, metricInfo, result, scale] {
        m_validation->setChart(validationChart(result->points, result->label, scale, metricInfo));
    });
    m_validationJob->start(tr("Validation curve"),
                           [result, read, spec = runSpec(), param, metric = metric(), &catalog = document().catalog()](
                               JobContext& context, const PointSink& sink) {
                               *result = runValidationCurve(spec, *read, param, metric, 10, catalog, context, sink);
                           });
}

}  // namespace holdout
