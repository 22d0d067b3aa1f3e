// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/train/train_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "pages/train/boundary_panel.h"
#include "theme/theme.h"

namespace holdout {
namespace {

QString number(double value) { return std::isnan(value) ? QString("–") : fromCore(formatNumber(value, 4)); }

/// A card that has nothing to show takes no room.
void showOrHide(ChartCard* card, const Chart& chart) {
    card->setVisible(!isEmpty(chart));
    if (!isEmpty(chart)) card->setChart(chart);
}

std::vector<TracePoint> traceOf(const Run& run) {
    return run.model ? run.model->model().trace() : std::vector<TracePoint>();
}

}  // namespace

TrainPage::TrainPage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Train"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildBody();
    buildSettings();
    connect(&document, &ExperimentDocument::specChanged, this, &TrainPage::refreshSettings);
    connect(&document, &ExperimentDocument::specChanged, this, &TrainPage::refresh);
    connect(&document, &ExperimentDocument::dataChanged, this, &TrainPage::refresh);
    connect(&document, &ExperimentDocument::runsChanged, this, &TrainPage::refresh);
    connect(&document, &ExperimentDocument::currentRunChanged, this, &TrainPage::refresh);
    connect(&document, &ExperimentDocument::liveChanged, this, &TrainPage::refresh);
    connect(&document, &ExperimentDocument::failed, this,
            [this](const QString& problem, const QString& where, const QString& remedy) {
                m_problem->setText(QStringList{problem, where, remedy}.join(' ').simplified());
                m_problem->show();
                refresh();
            });
    refreshSettings();
    refresh();
}

void TrainPage::buildBody() {
    m_stop = m_body->addButton(tr("Stop and keep the best"), "finishEarly");
    connect(m_stop, &QPushButton::clicked, this, [this] { document().jobs().finishEarly(document().runJob()); });
    m_pause = m_body->addButton(tr("Pause"), "pauseTraining");
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (const auto job = pacedJob()) job->isPaused ? document().jobs().resume(job->id) : document().jobs().pause(job->id);
        refresh();
    });
    m_step = m_body->addButton(tr("One epoch"), "stepEpoch");
    m_step->setToolTip(tr("Trains one epoch more, and pauses."));
    connect(m_step, &QPushButton::clicked, this, [this] {
        document().jobs().step(document().runJob());
        refresh();
    });
    m_problem = problemLabel(this);
    m_tiles = new TileStrip(this);
    m_words = quietLabel({}, this);
    m_loss = new ChartCard(tr("The losses appear here, epoch by epoch."), this);
    m_gradient = new ChartCard(tr("The length of the gradient, epoch by epoch."), this);
    m_folds = new ChartCard(tr("A dot for every fold as it finishes."), this);
    m_coefficients = new ChartCard(tr("This model has no coefficients."), this);
    for (ChartCard* chart : {m_loss, m_coefficients}) chart->setMinimumHeight(280);
    m_score = new ChartCard(tr("The score on validation rows appears here, epoch by epoch."), this);
    m_stepSize = new ChartCard(tr("The learning rate, epoch by epoch."), this);
    m_weights = new ChartCard(tr("How the weights of each layer are spread appears here."), this);
    m_activations = new ChartCard(tr("How what each layer gives is spread appears here."), this);
    m_filters = new ChartCard(tr("The filters of the first layer appear here when training has ended."), this);
    for (ChartCard* chart : {m_gradient, m_folds, m_score, m_stepSize, m_weights, m_activations, m_filters})
        chart->setMinimumHeight(200);
    const auto rowOf = [](std::initializer_list<ChartCard*> charts) {
        auto* row = new QHBoxLayout;
        row->setSpacing(14);
        for (ChartCard* chart : charts) row->addWidget(chart, 1);
        return row;
    };
    for (QWidget* widget : std::initializer_list<QWidget*>{m_problem, m_tiles, m_words}) m_body->content()->addWidget(widget);
    m_boundary = new BoundaryPanel(document(), this);
    m_boundary->setMinimumHeight(300);
    auto* learnt = new QVBoxLayout;
    learnt->setSpacing(14);
    learnt->addWidget(m_loss, 1);
    learnt->addWidget(m_coefficients, 1);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(14);
    upper->addLayout(learnt, 4);
    upper->addWidget(m_boundary, 3);
    m_body->content()->addLayout(upper, 3);
    m_body->content()->addLayout(rowOf({m_folds, m_score}), 2);
    m_body->content()->addLayout(rowOf({m_gradient, m_stepSize}), 2);
    m_body->content()->addLayout(rowOf({m_weights, m_activations, m_filters}), 2);
}

void TrainPage::buildSettings() {
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    m_form = new ParamForm(m_settings);
    m_none = quietLabel(tr("This model has neither training nor regularisation settings. The Model page has the others."), m_settings);
    m_note = noteLabel(tr("Try it."), {}, m_settings);
    column->addWidget(m_form);
    column->addWidget(m_none);
    column->addWidget(m_note);
    column->addStretch(1);
    connect(m_form, &ParamForm::edited, this, [this](const QString& param, const ParamValue& value, bool more) {
        document().edit(tr("set %1").arg(param),
                        [&](ExperimentSpec& spec) { spec.pipeline.model.params.set(param.toStdString(), value); },
                        m_gesture.key("model." + param, more));
    });
}

void TrainPage::refreshSettings() {
    const ModelSpec& model = document().spec().pipeline.model;
    const ModelInfo* info = document().catalog().models.find(model.id);
    m_form->setVisible(info);
    if (!info) return;
    m_form->setParams(info->params, model.params, {ParamGroup::Training, ParamGroup::Regularisation});
    m_none->setVisible(m_form->isEmpty());
    QString words;
    if (findSpec(info->params, "dropout")) {
        const ParamValue value = valueOrFallback(info->params, model.params, "dropout");
        const auto* dropout = std::get_if<double>(&value);
        words = dropout && *dropout > 0
                    ? tr("Set dropout to 0 and train again: the curves are overlaid, so you see what dropout bought.")
                    : tr("Set dropout to 0.3 and train again: the curves are overlaid, so you see what dropout buys.");
    }
    else if (info->can.trace)
        words = tr("Change the learning rate and train again: the curves are overlaid.");
    else if (findSpec(info->params, "lambda"))
        words = tr("Make lambda ten times larger and train again: watch the coefficients shrink.");
    setNote(m_note, tr("Try it."), words);
    m_note->setVisible(!words.isEmpty());
}

bool TrainPage::isRunning() const { return document().runJob() != 0; }

QString TrainPage::railSummary() const { return isRunning() ? tr("running") : QString(); }

bool TrainPage::isDone() const { return document().currentRun() != nullptr; }

std::vector<TracePoint> TrainPage::previousTrace() const {
    const auto current = document().currentRun();
    if (!current) return {};
    // Losses of another kind of model have nothing to do with these.
    const bool running = isRunning();
    const std::string& model = running ? document().live()->spec.pipeline.model.id : current->finalPipeline.model.id;
    const Run* previous = nullptr;
    for (const auto& run : document().runs())
        if ((running ? run->id <= current->id : run->id < current->id) && run->finalPipeline.model.id == model && !traceOf(*run).empty())
            previous = run.get();
    return previous ? traceOf(*previous) : std::vector<TracePoint>();
}

std::optional<JobSnapshot> TrainPage::pacedJob() const {
    for (const JobSnapshot& job : document().jobs().active())
        if (job.id == document().runJob() && job.state == JobState::Running && job.canFinishEarly) return job;
    return std::nullopt;
}

void TrainPage::refresh() {
    emit railChanged();
    const auto run = document().currentRun();
    const bool running = isRunning();
    const std::optional<JobSnapshot> paced = pacedJob();
    for (QPushButton* button : {m_stop, m_pause, m_step}) button->setVisible(paced.has_value());
    if (paced) m_pause->setText(paced->isPaused ? tr("Resume") : tr("Pause"));
    if (running) m_problem->hide();
    m_settings->setEnabled(document().data() != nullptr);
    if (!document().data() && !run) {
        m_body->setLine({});
        m_body->showEmpty(tr("Nothing to train on yet"),
                          tr("Here you will watch the model learn: its losses epoch by epoch, its folds and its coefficients. "
                             "Open a file first."),
                          tr("Open data"), [this] { emit goTo("data"); });
        return;
    }
    const auto live = document().live();
    const bool showLive = running && live->running;
    if (!run && !showLive && m_problem->isHidden()) {
        m_body->setLine({});
        m_body->showEmpty(running ? tr("Waiting to start") : tr("Not trained yet"),
                          tr("Here you will watch the model learn: its losses epoch by epoch, its folds and its coefficients."),
                          running ? QString() : tr("Train now"),
                          [this] { document().run(ExperimentDocument::RunKind::Evaluate); });
        return;
    }
    m_body->showContent();
    const PipelineSpec& pipeline = showLive || !run ? live->spec.pipeline : run->finalPipeline;
    const ModelInfo* info = document().catalog().models.find(pipeline.model.id);
    QString line = info ? fromCore(info->label) : QString();
    if (info) {
        const QString summary = paramSummary(info->params, pipeline.model.params);
        if (!summary.isEmpty()) line += " · " + summary;
    }
    m_body->setLine(line);
    if (showLive) {
        showTiles(live->trace, live->folds, live->foldsTotal, true);
        showCharts(live->trace);
        showLayers(live->layers ? *live->layers : std::vector<LayerView>(), {});
        showLiveFolds(live->folds);
        m_boundary->showLive(live);
    } else if (run) {
        m_boundary->showRun(run);
        showTiles(traceOf(*run), run->evaluation.folds, run->evaluation.folds.size(), false);
        showCharts(traceOf(*run));
        showLayers(run->model ? run->model->model().layers() : std::vector<LayerView>(),
                   run->model ? run->model->model().filters() : std::vector<FilterView>());
        m_folds->setChart(foldStrip({run.get()}, firstMetric(), document().catalog().metrics));
    }
    const bool epochs = info && info->can.trace;
    m_words->setText(run && !showLive && run->model ? QString::fromStdString(run->model->model().summary())
                     : epochs                       ? QString()
                                                    : tr("This model is solved in one go: it has no epochs to watch."));
    m_words->setVisible(!m_words->text().isEmpty());
    m_loss->setVisible(epochs);
    m_gradient->setVisible(epochs);
    const bool coefficients = info && info->can.coefficients && run && !showLive;
    m_coefficients->setVisible(coefficients);
    if (coefficients) m_coefficients->setChart(coefficientChart(*run));
}

void TrainPage::showTiles(const std::vector<TracePoint>& trace, const std::vector<FoldResult>& folds, std::size_t foldsTotal, bool live) {
    const Palette& colors = Theme::current();
    std::vector<TileStrip::Tile> tiles;
    if (!trace.empty()) {
        const TracePoint& last = trace.back();
        std::int64_t best = last.epoch;
        for (const TracePoint& point : trace)
            if (point.best) best = point.epoch;
        tiles.push_back({QString::number(last.epoch), tr("epoch")});
        tiles.push_back({number(last.trainingLoss), tr("training loss"), colors.training});
        if (!std::isnan(last.validationLoss))
            tiles.push_back({number(last.validationLoss), tr("validation loss"), colors.validation});
        tiles.push_back({tr("epoch %1").arg(best), live ? tr("best so far") : tr("best")});
    }
    tiles.push_back({QString("%1 / %2").arg(folds.size()).arg(foldsTotal), tr("folds")});
    const std::string first = firstMetric();
    if (!folds.empty() && !first.empty()) {
        double sum = 0;
        for (const FoldResult& fold : folds) {
            const auto found = fold.scores.find(first);
            sum += found == fold.scores.end() ? std::nan("") : found->second;
        }
        const MetricInfo* metric = document().catalog().metrics.find(first);
        tiles.push_back({number(sum / static_cast<double>(folds.size())),
                         (live ? tr("mean %1 so far") : tr("mean %1")).arg(metric ? fromCore(metric->label) : QString::fromStdString(first)),
                         colors.test});
    }
    m_tiles->setTiles(tiles);
}

void TrainPage::showCharts(const std::vector<TracePoint>& trace) {
    if (!trace.empty()) {
        m_loss->setChart(lossCurve(trace, previousTrace()));
        m_gradient->setChart(gradientCurve(trace));
    } else {
        m_loss->clear();
        m_gradient->clear();
    }
    showOrHide(m_score, scoreCurve(trace, previousTrace()));
    showOrHide(m_stepSize, stepSizeCurve(trace));
}

void TrainPage::showLayers(const std::vector<LayerView>& layers, const std::vector<FilterView>& filters) {
    showOrHide(m_weights, weightSpread(layers));
    showOrHide(m_activations, activationSpread(layers));
    showOrHide(m_filters, filterMap(filters));
}

std::string TrainPage::firstMetric() const {
    const auto run = document().currentRun();
    const std::vector<std::string> metrics =
        run && !isRunning() && run->spec.metrics.empty() ? document().catalog().metrics.defaults(run->task)
        : run && !isRunning()                            ? run->spec.metrics
                                                         : document().metrics();
    return metrics.empty() ? std::string() : metrics.front();
}

void TrainPage::showLiveFolds(const std::vector<FoldResult>& folds) {
    const std::string metric = firstMetric();
    if (!folds.empty() && folds.front().scores.contains(metric))
        m_folds->setChart(foldStripLive(folds, metric, document().catalog().metrics));
    else
        m_folds->clear();
}

}  // namespace holdout
