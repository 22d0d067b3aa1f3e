// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/explain_tab.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <mutex>

#include "charts/chart_card.h"
#include "experiment/score_curves.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/explain_charts.h"
#include "pages/evaluate/curves_tab.h"
#include "pages/evaluate/score_job.h"

namespace holdout {
namespace {

constexpr std::size_t gridPoints = 40;
constexpr std::size_t dependenceRows = 500;
/// Rows whose contributions are worked out at once, evenly spread.
constexpr std::size_t contributionRows = 200;

/// The rows of which contributions are shown, evenly spread.
RowIds shownRows(std::size_t rows) {
    RowIds chosen(std::min(rows, contributionRows));
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = static_cast<RowId>(i * rows / chosen.size());
    return chosen;
}

}  // namespace

/// The dataset of a run, made by the first job that asks for it and kept for the others.
class ExplainTab::KeptDataset {
public:
    std::shared_ptr<const Dataset> of(const Run& run, const std::shared_ptr<const ReadResult>& read, const Catalog& catalog) {
        const std::lock_guard lock(m_mutex);
        if (!m_data || m_read != read)
            m_data = std::make_shared<const Dataset>(makeDataset(read->table, effectiveRoles(run.spec, catalog), run.spec.data.task));
        m_read = read;
        return m_data;
    }

private:
    std::mutex m_mutex;
    std::shared_ptr<const ReadResult> m_read;
    std::shared_ptr<const Dataset> m_data;
};

ExplainTab::ExplainTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent),
      m_importanceJob(new ScoreJob(document, this)),
      m_dependenceJob(new ScoreJob(document, this)),
      m_contributionJob(new ScoreJob(document, this)) {
    new QVBoxLayout(this);
    layout()->setContentsMargins(0, 0, 0, 0);
    layout()->setSpacing(14);
    buildChoices();
    m_problem = problemLabel(this);
    layout()->addWidget(m_problem);
    buildCharts();
    connect(m_start, &QPushButton::clicked, this, &ExplainTab::startImportance);
    connect(m_column, &QComboBox::activated, this, &ExplainTab::startDependence);
    connect(m_class, &QComboBox::activated, this, [this] {
        startDependence();
        drawContributions();
    });
    connect(m_row, &QSpinBox::valueChanged, this, &ExplainTab::drawContributions);
    connect(m_importanceJob, &ScoreJob::runningChanged, this,
            [this] { m_start->setText(m_importanceJob->isRunning() ? tr("Stop") : tr("Shuffle columns")); });
    for (ScoreJob* job : {m_importanceJob, m_dependenceJob, m_contributionJob})
        connect(job, &ScoreJob::failed, this, [this](const QString& problem) {
            m_problem->setText(problem);
            m_problem->setVisible(!problem.isEmpty());
        });
}

QComboBox* ExplainTab::addChoice(const QString& words, const char* name) {
    auto* box = new QComboBox(this);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    ignoreStrayWheel(box);
    auto* row = static_cast<QHBoxLayout*>(layout()->itemAt(0)->layout());
    auto* label = new QLabel(words, this);
    label->setBuddy(box);
    row->addWidget(label);
    row->addWidget(box);
    return box;
}

void ExplainTab::buildChoices() {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    m_start = new QPushButton(tr("Shuffle columns"), this);
    m_start->setObjectName("startImportance");
    m_start->setToolTip(tr("Trains in every fold, then shuffles each column among the held-out rows and scores again"));
    row->addWidget(m_start);
    m_column = addChoice(tr("Answer by"), "dependenceColumn");
    m_class = addChoice(tr("for class"), "class");
    m_row = new QSpinBox(this);
    m_row->setObjectName("row");
    m_row->setToolTip(tr("The row whose answer is taken apart"));
    ignoreStrayWheel(m_row);
    row->addWidget(new QLabel(tr("Row"), this));
    row->addWidget(m_row);
    row->addStretch(1);
}

void ExplainTab::buildCharts() {
    auto* grid = new QGridLayout;
    grid->setSpacing(14);
    const auto card = [&](const QString& empty, const char* name, int y, int x) {
        auto* chart = new ChartCard(empty, this);
        chart->setObjectName(name);
        chart->setMinimumHeight(240);
        grid->addWidget(chart, y, x);
        return chart;
    };
    m_importance = card(tr("“Shuffle columns” shows how much worse held-out rows are scored without each column."), "importance", 0, 0);
    m_dependence = card(tr("How the answer moves with one column."), "dependence", 0, 1);
    const QString noParts = tr("This model has no quick way to exact Shapley values; linear models and trees have.");
    m_sizes = card(noParts, "contributionSizes", 1, 0);
    m_one = card(noParts, "oneRow", 1, 1);
    static_cast<QVBoxLayout*>(layout())->addLayout(grid, 1);
}

QString ExplainTab::refusal(const Run& run) const {
    if (!document().data()) return tr("This asks the model about the data, which are not open.");
    if (!run.model) return tr("This run has no model on all rows.");
    return run.data.rows == static_cast<std::int64_t>(document().data()->table.rows())
               ? QString()
               : tr("The data that are open are not those of this run.");
}

void ExplainTab::showRun(const std::shared_ptr<const Run>& run) {
    if (m_run == run) return;
    m_run = run;
    for (ScoreJob* job : {m_importanceJob, m_dependenceJob, m_contributionJob}) job->cancel();
    for (ChartCard* chart : {m_importance, m_dependence, m_sizes, m_one}) chart->clear();
    m_problem->hide();
    m_contributions.reset();
    m_kept = std::make_shared<KeptDataset>();
    if (!refusal(*run).isEmpty()) return;
    fillChoices(*run);
    startDependence();
    startContributions();
}

void ExplainTab::fillChoices(const Run& run) {
    const QSignalBlocker quiet(m_column);
    const QString chosen = m_column->currentText();
    m_column->clear();
    const auto& recipe = run.model->recipe();
    for (std::size_t i = 0; i < recipe.inputs().size(); ++i)
        if (recipe.inputTypes()[i] == ColumnType::Number || recipe.inputTypes()[i] == ColumnType::Category)
            m_column->addItem(QString::fromStdString(recipe.inputs()[i]));
    m_column->setCurrentIndex(std::max(0, m_column->findText(chosen)));
    m_class->setVisible(run.task == Task::Classification);
    if (run.task == Task::Classification) fillClasses(m_class, run);
    const QSignalBlocker still(m_row);
    m_row->setRange(1, static_cast<int>(std::min(run.truthRows.size(), contributionRows)));
}

void ExplainTab::startImportance() {
    if (m_importanceJob->isRunning()) return m_importanceJob->cancel();
    const auto read = document().data();
    if (!m_run || !read) return;
    m_problem->hide();
    ExperimentSpec spec = m_run->spec;
    spec.pipeline = m_run->finalPipeline;
    const MetricInfo info = document().catalog().metrics.require(metric());
    const auto result = std::make_shared<std::vector<ColumnImportance>>();
    disconnect(m_importanceJob, &ScoreJob::finished, this, nullptr);
    connect(m_importanceJob, &ScoreJob::finished, this, [this, info, result] { m_importance->setChart(importanceChart(*result, info)); });
    m_importanceJob->start(tr("Importance of columns"),
                           [result, read, spec, metric = metric(), &catalog = document().catalog()](JobContext& context, const PointSink&) {
                               *result = runPermutationImportance(spec, *read, metric, catalog, context);
                           });
}

void ExplainTab::startDependence() {
    const auto read = document().data();
    if (!m_run || !read || m_column->currentIndex() < 0) return;
    const auto result = std::make_shared<PartialDependence>();
    disconnect(m_dependenceJob, &ScoreJob::finished, this, nullptr);
    connect(m_dependenceJob, &ScoreJob::finished, this, [this, result] { m_dependence->setChart(dependenceChart(*result)); });
    m_dependenceJob->start(tr("Partial dependence"), [result, read, run = m_run, kept = m_kept, column = m_column->currentText().toStdString(),
                                                      label = std::max(0, m_class->currentIndex()),
                                                      &catalog = document().catalog()](JobContext& context, const PointSink&) {
        *result = partialDependence(*run->model, kept->of(*run, read, catalog)->features, column, label, gridPoints, dependenceRows, context);
    });
}

void ExplainTab::startContributions() {
    const auto read = document().data();
    if (!m_run || !read) return;
    struct Parts {
        std::optional<Contributions> contributions;
        std::vector<std::string> features;
    };
    const auto result = std::make_shared<Parts>();
    disconnect(m_contributionJob, &ScoreJob::finished, this, nullptr);
    connect(m_contributionJob, &ScoreJob::finished, this, [this, result] {
        m_contributions = std::move(result->contributions);
        m_features = std::move(result->features);
        drawContributions();
    });
    m_contributionJob->start(tr("Contributions"), [result, read, run = m_run, kept = m_kept, &catalog = document().catalog()](JobContext& context, const PointSink&) {
        const auto dataset = kept->of(*run, read, catalog);
        const Table& features = dataset->features;
        const Table rows = features.gather(shownRows(features.rows()));
        StepNotes notes;
        result->contributions = contributions(*run->model, rows, rows, context);
        result->features = run->model->features(rows.gather(RowIds{0}), notes).names;
    });
}

void ExplainTab::drawContributions() {
    if (!m_contributions || !m_run) return;
    // One output speaks for the second of two classes, or for the number.
    const bool single = m_contributions->values.size() == 1;
    const std::size_t output = single ? 0 : static_cast<std::size_t>(std::max(0, m_class->currentIndex()));
    const std::string name = m_run->task == Task::Regression ? m_run->truth.name : m_run->truth.labels[single ? 1 : output];
    m_sizes->setChart(contributionSizeChart(*m_contributions, m_features, name, output));
    m_one->setChart(rowContributionChart(*m_contributions, m_features, name, output, m_row->value() - 1));
}

}  // namespace holdout
