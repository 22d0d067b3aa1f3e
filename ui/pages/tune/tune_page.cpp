// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/tune_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "pages/tune/trial_model.h"
#include "pages/tune/tune_settings.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {
namespace {

const Trial* bestTrial(const std::vector<Trial>& trials, Direction direction) {
    const Trial* best = nullptr;
    for (const Trial& trial : trials)
        if (trial.state == TrialState::Complete && (!best || isBetter(direction, trial.score, best->score))) best = &trial;
    return best;
}

/// The sample standard deviation over folds; NaN for one.
double foldSd(const Trial& trial) {
    if (trial.folds.size() < 2) return std::nan("");
    double sum = 0;
    for (const double score : trial.folds) sum += (score - trial.score) * (score - trial.score);
    return std::sqrt(sum / static_cast<double>(trial.folds.size() - 1));
}

QString paramsText(const Trial& trial) {
    QStringList words;
    for (const auto& [name, value] : trial.params) {
        const auto* real = std::get_if<double>(&value);
        words << QString::fromStdString(name) + ' ' + fromCore(real ? formatNumber(*real, 3) : valueText(value));
    }
    return words.join(" · ");
}

}  // namespace

TunePage::TunePage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Tune"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildBody();
    buildTable();
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    column->addWidget(new TuneSettings(document, m_settings));
    column->addStretch(1);
    m_draw.setSingleShot(true);
    connect(&m_draw, &QTimer::timeout, this, &TunePage::drawCharts);
    for (auto signal : {&ExperimentDocument::specChanged, &ExperimentDocument::dataChanged, &ExperimentDocument::runsChanged,
                        &ExperimentDocument::currentRunChanged, &ExperimentDocument::liveChanged})
        connect(&document, signal, this, &TunePage::refresh);
    refresh();
}

void TunePage::buildBody() {
    m_x = new QComboBox(this);
    m_y = new QComboBox(this);
    m_x->setObjectName("axisX");
    m_y->setObjectName("axisY");
    m_x->setToolTip(tr("Across"));
    m_y->setToolTip(tr("Upwards"));
    m_axes = quietLabel(tr("Surface over"), this);
    m_axes->setWordWrap(false);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_axes, m_x, m_y}) m_body->addHeaderWidget(widget);
    m_use = m_body->addButton(tr("Use these parameters"), "useTrial");
    m_use->setToolTip(tr("Those of the selected trial, else of the best"));
    connect(m_use, &QPushButton::clicked, this, &TunePage::usePickedTrial);
    for (QComboBox* box : {m_x, m_y}) connect(box, &QComboBox::activated, this, &TunePage::drawCharts);
    m_tiles = new TileStrip(this);
    m_surface = new ChartCard(tr("With two parameters, the score over both is drawn here."), this);
    m_best = new ChartCard(tr("The best score so far, trial by trial."), this);
    m_slice = new ChartCard(tr("The score by one parameter."), this);
    m_surface->setMinimumHeight(414);
    m_best->setMinimumHeight(200);
    m_slice->setMinimumHeight(200);
    auto* right = new QVBoxLayout;
    right->setSpacing(14);
    right->addWidget(m_best);
    right->addWidget(m_slice);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(14);
    charts->addWidget(m_surface, 4);
    charts->addLayout(right, 3);
    m_body->content()->addWidget(m_tiles);
    m_body->content()->addLayout(charts, 3);
    connect(m_surface, &ChartCard::clicked, this, [this](int trial) {
        if (!m_view || trial < 0 || trial >= static_cast<int>(m_view->trials.size())) return;
        const QModelIndex index = m_sorted->mapFromSource(m_model->index(trial, 0));
        m_table->selectRow(index.row());
        m_table->scrollTo(index);
    });
}

void TunePage::buildTable() {
    auto* card = new Card(tr("All trials"), tr("Select one to use its parameters; click a heading to sort."), this);
    m_model = new TrialModel(this);
    m_sorted = new QSortFilterProxyModel(this);
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(TrialModel::sortRole);
    m_table = new QTableView(card);
    m_table->setObjectName("trials");
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setMinimumHeight(170);
    card->body()->addWidget(m_table);
    m_body->content()->addWidget(card, 2);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TunePage::drawCharts);
}

QString TunePage::railSummary() const {
    const auto run = document().currentRun();
    return run && run->study ? tr("%1 trials").arg(run->study->trials.size()) : QString();
}

bool TunePage::isDone() const {
    const auto run = document().currentRun();
    return run && run->study;
}

void TunePage::start() {
    ensureTuning(document());
    document().run(ExperimentDocument::RunKind::Tune);
}

std::optional<TunePage::View> TunePage::currentView() const {
    const auto live = document().live();
    if (document().runJob() != 0 && live->running && live->trialsTotal > 0)
        return View{live->trials, live->trialsTotal, live->spec, live->task};
    const auto run = document().currentRun();
    if (run && run->study) return View{run->study->trials, run->study->trials.size(), run->spec, run->task};
    return std::nullopt;
}

const MetricInfo* TunePage::metricOf(const View& view) const {
    const MetricRegistry& metrics = document().catalog().metrics;
    std::string id = view.spec.tune ? view.spec.tune->metric : std::string();
    if (id.empty()) id = view.spec.metrics.empty() ? metrics.defaults(view.task).front() : view.spec.metrics.front();
    return metrics.find(id);
}

const Trial* TunePage::picked() const {
    if (!m_view) return nullptr;
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (!rows.isEmpty()) return &m_model->trials()[static_cast<std::size_t>(m_sorted->mapToSource(rows.first()).row())];
    const MetricInfo* metric = metricOf(*m_view);
    return metric ? bestTrial(m_view->trials, metric->direction) : nullptr;
}

void TunePage::usePickedTrial() {
    const Trial* trial = picked();
    if (!trial) return;
    // Checked before the edit: the model or the recipe may be another by now.
    try {
        const PipelineSpec wanted = withParams(document().spec().pipeline, trial->params, document().catalog());
        document().edit(tr("use the parameters of trial %1").arg(trial->number + 1),
                        [&](ExperimentSpec& spec) { spec.pipeline = wanted; });
        m_body->setLine(tr("The parameters of trial %1 are now in the experiment.").arg(trial->number + 1));
    } catch (const Error& error) {
        m_body->setLine(QString::fromUtf8(error.what()));
    }
}

void TunePage::refresh() {
    emit railChanged();
    const bool running = document().runJob() != 0;
    const bool ready = document().data() != nullptr;
    m_settings->setEnabled(ready);
    m_view = currentView();
    const MetricInfo* metric = m_view ? metricOf(*m_view) : nullptr;
    for (QWidget* widget : std::initializer_list<QWidget*>{m_axes, m_x, m_y, m_use}) widget->setVisible(metric);
    if (!metric) {
        m_body->setLine({});
        m_body->showEmpty(ready ? tr("Not tuned yet") : tr("Nothing to tune yet"),
                          tr("Here you will see the score over the parameters you search: a surface that fills in as trials "
                             "finish, the best so far, and every trial."),
                          running ? QString() : ready ? tr("Tune now") : tr("Open data"), [this, ready] {
                              if (ready)
                                  start();
                              else
                                  emit goTo("data");
                          });
        return;
    }
    m_body->showContent();
    const TuneSpec tune = m_view->spec.tune.value_or(TuneSpec());
    const SearchInfo* search = document().searches().find(tune.search);
    QString line = tr("%1 · %2").arg(search ? fromCore(search->label) : QString::fromStdString(tune.search), fromCore(metric->label));
    if (const auto run = document().currentRun(); !running && run && run->nested && run->study && run->study->best)
        line += " · " + fromCore(optimismSentence(run->study->trials[*run->study->best].score, *run->nested, *metric));
    m_body->setLine(line);
    fillAxes(tune.space);
    std::vector<std::string> names;
    for (const Dimension& dimension : tune.space) names.push_back(dimension.name);
    m_model->setTrials(m_view->trials, names, fromCore(metric->label));
    showTiles(*m_view, *metric);
    if (!m_draw.isActive()) m_draw.start(m_view->trials.size() > 300 ? 400 : 50);
}

void TunePage::fillAxes(const SearchSpace& space) {
    QStringList names;
    for (const Dimension& dimension : space) names << QString::fromStdString(dimension.name);
    for (QComboBox* box : {m_x, m_y}) {
        QStringList have;
        for (int i = 0; i < box->count(); ++i) have << box->itemText(i);
        if (have == names) continue;
        const QSignalBlocker quiet(box);
        box->clear();
        box->addItems(names);
        box->setCurrentIndex(box == m_y && names.size() > 1 ? 1 : 0);
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{m_axes, m_x, m_y}) widget->setVisible(names.size() > 1);
}

void TunePage::showTiles(const View& view, const MetricInfo& metric) {
    const Trial* best = bestTrial(view.trials, metric.direction);
    const auto failed = std::count_if(view.trials.begin(), view.trials.end(),
                                      [](const Trial& trial) { return trial.state == TrialState::Failed; });
    std::vector<TileStrip::Tile> tiles;
    tiles.push_back({QString("%1 / %2").arg(view.trials.size()).arg(view.total),
                     failed ? tr("trials · %1 failed").arg(failed) : tr("trials")});
    if (best) {
        const double sd = foldSd(*best);
        const QString spread = std::isnan(sd) ? QString() : " ± " + fromCore(formatNumber(sd, 2));
        tiles.push_back({fromCore(formatNumber(best->score, 4)) + spread, tr("best %1 ± sd over folds").arg(fromCore(metric.label)),
                         Theme::current().good});
        tiles.push_back({tr("trial %1").arg(best->number + 1), paramsText(*best)});
    }
    m_tiles->setTiles(tiles);
}

void TunePage::drawCharts() {
    const MetricInfo* metric = m_view ? metricOf(*m_view) : nullptr;
    if (!metric || m_view->trials.empty() || !m_view->spec.tune) return;
    const SearchSpace& space = m_view->spec.tune->space;
    const int x = m_x->currentIndex(), y = m_y->currentIndex();
    m_best->setChart(bestScoreChart(m_view->trials, m_view->total, *metric));
    if (x >= 0 && x < static_cast<int>(space.size()))
        m_slice->setChart(tuningSlice(m_view->trials, space[static_cast<std::size_t>(x)], *metric));
    const bool plane = x >= 0 && y >= 0 && x != y && std::max(x, y) < static_cast<int>(space.size());
    m_surface->setVisible(space.size() > 1);
    if (!plane) {
        m_surface->clear();
        return;
    }
    HeatMap map = tuningSurface(m_view->trials, space[static_cast<std::size_t>(x)], space[static_cast<std::size_t>(y)], *metric);
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (!rows.isEmpty()) map.best = static_cast<std::size_t>(m_sorted->mapToSource(rows.first()).row());
    m_surface->setChart(map);
}

}  // namespace holdout
