// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/path_tab.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "experiment/score_curves.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/path_charts.h"
#include "pages/evaluate/score_job.h"

namespace holdout {
namespace {

constexpr std::size_t kStrengths = 60;
/// Cells of the table up to which a path begins by itself.
constexpr std::size_t kQuickCells = 500'000;

}  // namespace

PathTab::PathTab(ExperimentDocument& document, QWidget* parent) : EvaluateTab(document, parent), m_job(new ScoreJob(document, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    const auto button = [&](const QString& text, const char* name, const QString& tip) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(name);
        made->setToolTip(tip);
        return made;
    };
    m_start = button(tr("Follow the path"), "startPath",
                     tr("Trains at %1 strengths of the regularisation, in one pass over each fold").arg(kStrengths));
    m_best = button(tr("Use the best"), "useBest", tr("Sets the strength whose mean score over the folds is best"));
    m_simplest = button(tr("Use one standard error"), "useSimplest",
                        tr("Sets the strongest regularisation whose mean score is within one standard error of the best: a "
                           "simpler model that the folds cannot tell from it"));
    m_said = quietLabel({}, this);
    m_said->setObjectName("said");
    row->addWidget(m_start);
    row->addWidget(m_said, 1);
    row->addWidget(m_best);
    row->addWidget(m_simplest);
    column->addLayout(row);
    m_problem = problemLabel(this);
    column->addWidget(m_problem);
    m_coefficients = new ChartCard(tr("How every coefficient grows as the regularisation gets weaker: press Follow the path."), this);
    m_coefficients->setObjectName("coefficientPath");
    m_coefficients->setMinimumHeight(240);
    m_scores = new ChartCard(tr("The score of the folds at every strength, with a band of one standard error."), this);
    m_scores->setObjectName("pathScore");
    m_scores->setMinimumHeight(200);
    column->addWidget(m_coefficients, 4);
    column->addWidget(m_scores, 3);
    connect(m_start, &QPushButton::clicked, this, [this] { m_job->isRunning() ? m_job->cancel() : start(); });
    connect(m_best, &QPushButton::clicked, this, [this] { use(choosePathValue(*m_study).best); });
    connect(m_simplest, &QPushButton::clicked, this, [this] { use(choosePathValue(*m_study).simplest); });
    connect(m_scores, &ChartCard::clicked, this, [this](int position) { use(static_cast<std::size_t>(position)); });
    connect(m_job, &ScoreJob::runningChanged, this, &PathTab::refreshButtons);
    connect(m_job, &ScoreJob::failed, this, [this](const QString& problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
    refreshButtons();
}

bool PathTab::isFor(const Run& run) const {
    const ModelInfo* info = document().catalog().models.find(run.finalPipeline.model.id);
    return info && info->can.path && info->can.coefficients;
}

QString PathTab::refusal(const Run& run) const {
    const ModelInfo* info = document().catalog().models.find(run.finalPipeline.model.id);
    if (!isFor(run))
        return tr("Linear models whose strength of regularisation can be walked through (lasso, ridge, elastic net, logistic) show "
                  "their coefficients here.");
    if (!document().data()) return tr("The path trains on the data, which are not open.");
    if (run.data.rows != static_cast<std::int64_t>(document().data()->table.rows()))
        return tr("The data that are open are not those of this run.");
    const ParamSpec* strength = findSpec(info->params, pathParameter);
    if (!strength || !holdout::isEnabled(*strength, info->params, run.finalPipeline.model.params))
        return tr("This run was trained without a penalty, so there is no strength to walk through. Choose one on the Model page.");
    return {};
}

void PathTab::showRun(const std::shared_ptr<const Run>& run) {
    if (m_run == run) return;
    m_run = run;
    m_job->cancel();
    m_study.reset();
    m_said->clear();
    m_problem->hide();
    for (ChartCard* chart : {m_coefficients, m_scores}) chart->clear();
    refreshButtons();
    const auto read = document().data();
    if (refusal(*run).isEmpty() && read->table.rows() * read->table.columnCount() <= kQuickCells) start();
}

void PathTab::setMetric(const std::string& metric) {
    const bool isOther = metric != this->metric();
    EvaluateTab::setMetric(metric);
    if (isOther && m_study) start();
}

void PathTab::start() {
    const auto read = document().data();
    if (!m_run || !read) return;
    m_problem->hide();
    ExperimentSpec spec = m_run->spec;
    spec.pipeline = m_run->finalPipeline;
    const auto result = std::make_shared<PathStudy>();
    disconnect(m_job, &ScoreJob::finished, this, nullptr);
    connect(m_job, &ScoreJob::finished, this, [this, result] {
        m_study = result;
        draw();
    });
    m_job->start(tr("Coefficient path"), [result, read, spec, metric = metric(), &catalog = document().catalog()](JobContext& context, const PointSink&) {
        *result = runPathStudy(spec, *read, metric, kStrengths, catalog, context);
    });
}

void PathTab::refreshButtons() {
    m_start->setText(m_job->isRunning() ? tr("Stop") : tr("Follow the path"));
    const bool isChosen = m_study && !m_study->scores.empty() && m_study->scores.front().size() > 1;
    m_best->setEnabled(isChosen);
    m_simplest->setEnabled(isChosen);
}

void PathTab::draw() {
    m_coefficients->setChart(coefficientPathChart(*m_study));
    m_scores->setChart(pathScoreChart(*m_study, document().catalog().metrics));
    refreshButtons();
}

void PathTab::use(std::size_t position) {
    if (!m_study || position >= m_study->values.size()) return;
    const double value = m_study->values[position];
    const ModelSpec model = m_run->finalPipeline.model;
    const QString name = QString::fromStdString(m_study->parameter);
    document().edit(tr("set %1").arg(name), [&](ExperimentSpec& spec) {
        if (spec.pipeline.model.id != model.id) spec.pipeline.model = model;
        spec.pipeline.model.params.set(m_study->parameter, value);
    });
    m_said->setText(tr("%1 is now %2. Run again to train with it, or undo.").arg(name, fromCore(formatNumber(value, 3))));
}

}  // namespace holdout
