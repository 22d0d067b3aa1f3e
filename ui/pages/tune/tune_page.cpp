// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/tune_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "pages/tune/trial_model.h"
#include "pages/tune/tune_charts.h"
#include "pages/tune/tune_settings.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {
namespace {

constexpr std::int64_t kMoreTrials = 25;  // that "Extend" adds

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
    buildHeader();
    m_tiles = new TileStrip(this);
    m_charts = new TuneCharts(this);
    m_optimism = noteLabel({}, {}, this);
    m_optimism->hide();
    m_body->content()->addWidget(m_tiles);
    m_body->content()->addWidget(m_optimism);
    m_body->content()->addWidget(m_charts, 3);
    buildTable();
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    column->addWidget(new TuneSettings(document, m_settings));
    column->addStretch(1);
    m_draw.setSingleShot(true);
    connect(&m_draw, &QTimer::timeout, this, &TunePage::showCharts);
    for (auto signal :
         {&ExperimentDocument::specChanged, &ExperimentDocument::dataChanged, &ExperimentDocument::runsChanged,
          &ExperimentDocument::currentRunChanged, &ExperimentDocument::liveChanged})
        connect(&document, signal, this, &TunePage::refresh);
    refresh();
}

void TunePage::buildHeader() {
    m_pause = m_body->addButton(tr("Pause"), "pauseTuning");
    m_extend = m_body->addButton(tr("Extend"), "extendTuning");
    m_extend->setToolTip(tr("Go on with this study: %1 more trials, or one more round").arg(kMoreTrials));
    m_fork = m_body->addButton(tr("Fork"), "forkTuning");
    m_fork->setToolTip(tr("A new study with the settings at the right that begins with these trials"));
    m_random = m_body->addButton(tr("Against random"), "randomTuning");
    m_random->setToolTip(tr("Runs a random search of as many trials over the same space, and draws it beside this one"));
    m_use = m_body->addButton(tr("Use these parameters"), "useTrial");
    m_use->setToolTip(tr("Those of the selected trial, else of the best"));
    connect(m_pause, &QPushButton::clicked, this, &TunePage::pauseOrResume);
    connect(m_extend, &QPushButton::clicked, this, &TunePage::extend);
    connect(m_fork, &QPushButton::clicked, this, &TunePage::fork);
    connect(m_random, &QPushButton::clicked, this, &TunePage::searchAtRandom);
    connect(m_use, &QPushButton::clicked, this, &TunePage::usePickedTrial);
}

void TunePage::buildTable() {
    auto* card = new Card(tr("Trial by trial"), tr("Select one to use its parameters; click a heading to sort."), this);
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
    connect(m_charts, &TuneCharts::trialClicked, this, [this](std::size_t trial) {
        const QModelIndex index = m_sorted->mapFromSource(m_model->index(static_cast<int>(trial), 0));
        m_table->selectRow(index.row());
        m_table->scrollTo(index);
    });
    connect(m_charts, &TuneCharts::pointProposed, this, &TunePage::propose);
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
    const auto run = document().currentRun();
    const auto trialsOf = [](const auto& owner, const Trials& trials) {
        return std::shared_ptr<const Trials>(owner, &trials);
    };
    if (live->trialsTotal > 0) {
        if (document().runJob() != 0 && live->running)
            return View{trialsOf(live, live->trials), live->trialsTotal, live->spec, live->task, true};
        // The study that was paused last, until another has an answer.
        const std::vector<RunEntry> unfinished = document().unfinishedRuns();
        if (document().runJob() == 0 && !unfinished.empty() && !live->trials.empty() &&
            (!run || run->id < unfinished.back().id))
            return View{trialsOf(live, live->trials), live->trialsTotal, live->spec, live->task, false,
                        unfinished.back().id};
    }
    if (run && run->study)
        return View{trialsOf(run, run->study->trials), run->study->trials.size(), run->spec, run->task};
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
    const auto best = metric ? bestTrial(*m_view->trials, metric->direction) : std::nullopt;
    return best ? &(*m_view->trials)[*best] : nullptr;
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

void TunePage::pauseOrResume() {
    if (!m_view) return;
    if (m_view->isRunning)
        document().jobs().cancel(document().runJob());
    else if (m_view->paused)
        document().resume(m_view->paused);
}

void TunePage::extend() {
    const auto run = document().currentRun();
    if (!run) return;
    // What was proposed on the surface since then comes along.
    auto study = extendedStudy(*run, document().catalog(), document().searches(), kMoreTrials);
    if (!study) return;
    if (document().spec().tune)
        for (const ProposedPoint& point : document().spec().tune->propose)
            if (point.after >= run->study->trials.size()) study->spec.tune->propose.push_back(point);
    document().runFrom(*study);
}

void TunePage::fork() {
    const auto run = document().currentRun();
    if (!run) return;
    ensureTuning(document());
    if (!document().spec().tune) return;
    try {
        document().runFrom(forkedStudy(*run, document().spec(), document().catalog()));
    } catch (const Error& error) {
        m_body->setLine(QString::fromUtf8(error.what()));
    }
}

void TunePage::searchAtRandom() {
    const auto run = document().currentRun();
    const SearchInfo* random = document().searches().find("random");
    if (!run || !run->study || !run->spec.tune || !random) return;
    Continuation study{run->spec, {}};
    TuneSpec& tune = *study.spec.tune;
    tune.search = std::string(random->id);
    tune.params = {};
    tune.params.set("trials", static_cast<std::int64_t>(run->study->trials.size()));
    tune.nested.reset();
    tune.propose.clear();
    study.spec.name = tr("%1, at random").arg(QString::fromStdString(run->spec.name)).toStdString();
    document().runFrom(study);
    const JobId job = document().runJob();
    if (job == 0) return;
    m_keptInSight = run->id;
    connect(&document().jobs(), &JobQueue::ended, this, [this, job](JobId id, JobState state) {
        if (id == job && state != JobState::Finished) m_keptInSight = 0;
    });
}

std::shared_ptr<const Run> TunePage::randomSearchOf(const ExperimentSpec& spec, std::int64_t shown) const {
    if (spec.tune && spec.tune->search == "random") return nullptr;
    const auto& runs = document().runs();
    const auto found = std::find_if(runs.rbegin(), runs.rend(),
                                    [&](const auto& run) { return run->id != shown && isRandomSearchOf(*run, spec); });
    return found == runs.rend() ? nullptr : *found;
}

void TunePage::propose(const Point& point) {
    if (!m_view) return;
    const std::size_t after = m_view->trials->size();
    document().edit(tr("propose a point"), [&](ExperimentSpec& spec) {
        tuningToChange(spec, document()).propose.push_back({point, after});
    });
    m_body->setLine(
        tr("Proposed: %1. It is tried when the study is extended.").arg(paramsText(Trial{.params = point})));
}

void TunePage::refresh() {
    emit railChanged();
    const bool running = document().runJob() != 0;
    const bool ready = document().data() != nullptr;
    m_settings->setEnabled(ready);
    // The random search is drawn beside the study that it was asked for from, not in its place.
    if (const auto now = document().currentRun(); m_keptInSight && !running) {
        if (now && now->id != m_keptInSight) return document().setCurrentRun(std::exchange(m_keptInSight, 0));
    }
    const std::optional<View> before = std::exchange(m_view, currentView());
    const MetricInfo* metric = m_view ? metricOf(*m_view) : nullptr;
    showButtons();
    if (!metric) {
        m_body->setLine({});
        m_body->showEmpty(
            ready ? tr("Not tuned yet") : tr("Nothing to tune yet"),
            tr("Here you will see the score over the parameters you search: a surface that fills in as trials "
               "finish, the best so far, and every trial."),
            running ? QString()
            : ready ? tr("Tune now")
                    : tr("Open data"),
            [this, ready] {
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
    if (m_view->paused) line += tr(" · paused");
    m_body->setLine(line);
    // A run that ends is told of several times: what has not changed is not gone through again.
    if (!before || before->trials != m_view->trials) showTrials(*m_view, *metric);
    showTiles(*m_view, *metric);
    showOptimism(*metric);
    if (!m_draw.isActive()) m_draw.start(33);
}

void TunePage::showTrials(const View& view, const MetricInfo& metric) {
    const TuneSpec tune = view.spec.tune.value_or(TuneSpec());
    std::vector<std::string> names;
    for (const Dimension& dimension : tune.space) names.push_back(dimension.name);
    const bool hasTwoGoals = tune.against != SecondGoal::None;
    m_front = hasTwoGoals ? paretoFront(*view.trials, metric.direction, tune.against) : std::vector<std::size_t>();
    m_frontShare = hasTwoGoals ? frontShare(*view.trials, {metric.direction, tune.against}) : 0;
    m_model->setTrials(view.trials, names, fromCore(metric.label));
    m_model->setFront(tune.against, m_front);
}

void TunePage::showOptimism(const MetricInfo& metric) {
    const auto run = document().currentRun();
    const bool isKnown = document().runJob() == 0 && run && run->nested && run->study && run->study->best;
    m_optimism->setVisible(isKnown);
    if (isKnown)
        setNote(m_optimism, tr("Optimism."),
                fromCore(optimismSentence(run->study->trials[*run->study->best].score, *run->nested, metric)));
}

void TunePage::showButtons() {
    const auto run = document().currentRun();
    const bool isIdle = document().runJob() == 0;
    m_use->setVisible(m_view.has_value());
    m_pause->setVisible(m_view && (m_view->isRunning || m_view->paused));
    m_pause->setText(m_view && m_view->paused ? tr("Resume") : tr("Pause"));
    m_pause->setToolTip(m_view && m_view->paused ? tr("Go on where it was paused")
                                                 : tr("Finished trials are kept; go on at any time"));
    const bool isShown = m_view && !m_view->paused && isIdle && run && run->study && run->spec.tune;
    const SearchInfo* search = isShown ? document().searches().find(run->spec.tune->search) : nullptr;
    m_extend->setVisible(search && !search->extendBy.empty());
    m_fork->setVisible(isShown);
    m_random->setVisible(isShown && run->spec.tune->search != "random" && !randomSearchOf(run->spec, run->id));
}

void TunePage::showTiles(const View& view, const MetricInfo& metric) {
    const Trials& trials = *view.trials;
    const auto best = bestTrial(trials, metric.direction);
    const auto countOf = [&](TrialState state) {
        return std::count_if(trials.begin(), trials.end(), [&](const Trial& trial) { return trial.state == state; });
    };
    QString caption = tr("trials");
    if (const auto pruned = countOf(TrialState::Pruned)) caption += tr(" · %1 stopped early").arg(pruned);
    if (const auto failed = countOf(TrialState::Failed)) caption += tr(" · %1 failed").arg(failed);
    std::vector<TileStrip::Tile> tiles;
    tiles.push_back({QString("%1 / %2").arg(trials.size()).arg(view.total), caption});
    if (best) {
        const Trial& trial = trials[*best];
        const double sd = foldSd(trial);
        const QString spread = std::isnan(sd) ? QString() : " ± " + fromCore(formatNumber(sd, 2));
        tiles.push_back({fromCore(formatNumber(trial.score, 4)) + spread,
                         tr("best %1 ± sd over folds").arg(fromCore(metric.label)), Theme::current().good});
        if (const SecondGoal against = view.spec.tune ? view.spec.tune->against : SecondGoal::None; against != SecondGoal::None) {
            tiles.push_back({tr("%1 on front").arg(m_front.size()),
                             tr("of the two goals"),
                             {},
                             tr("Trials that no other beats in both goals. Their hypervolume is %1 % of the rectangle that all trials span")
                                 .arg(fromCore(formatNumber(100 * m_frontShare, 3)))});
        }
        tiles.push_back({tr("trial %1").arg(trial.number + 1), paramsText(trial)});
        if (const auto fewer = m_charts->fewerThanRandom())
            tiles.push_back({fromCore(formatNumber(*fewer, 2)) + QStringLiteral(" ×"),
                             tr("fewer trials than random"),
                             {},
                             m_charts->hasRandomSearch()
                                 ? tr("How many trials the random search took to reach this score, for each of these")
                                 : tr("How many random trials would be expected to reach this score, by the model of the "
                                      "score, for each of these")});
    }
    m_tiles->setTiles(tiles);
}

void TunePage::showCharts() {
    const MetricInfo* metric = m_view ? metricOf(*m_view) : nullptr;
    if (!metric || !m_view->spec.tune) return;
    const auto run = document().currentRun();
    const std::int64_t shown = run && !m_view->isRunning && m_view->paused == 0 ? run->id : 0;
    const TuneSpec& tune = *m_view->spec.tune;
    m_charts->setStudy({m_view->trials, m_view->total, tune.space, *metric, randomSearchOf(m_view->spec, shown), tune.against});
}

}  // namespace holdout
