// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/compare/compare_page.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimer>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/choice_box.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "insight/score_curve_charts.h"
#include "insight/spec_differences.h"
#include "pages/compare/compare_tables.h"
#include "pages/compare/run_checklist.h"
#include "theme/widgets.h"

namespace holdout {
namespace {

/// Predicted against true of several runs, each in its colour.
ScatterChart predictedOf(const std::vector<const Run*>& runs) {
    ScatterChart all;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        ScatterChart one = predictedChart(*runs[i]);
        if (one.series.empty()) continue;
        Series series = std::move(one.series.front());
        series.name = runTitle(*runs[i]).toStdString();
        series.role = SeriesRole::Run;
        series.runIndex = static_cast<int>(i);
        if (runs.size() > 1) series.low = series.high = {};  // intervals of several runs would hide one another
        std::vector<Series> drawn = std::move(all.series);
        drawn.push_back(std::move(series));
        all = std::move(one);
        all.series = std::move(drawn);
    }
    if (all.series.size() > 1)
        all.sentence = "Held-out predictions of each run; on the dashed line they would be exact.";
    return all;
}

/// Positions of the most runs that were made of the same data; of as many, those with the latest run.
std::vector<std::size_t> ofSameData(const std::vector<std::shared_ptr<const Run>>& runs) {
    std::vector<std::size_t> most;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        std::vector<std::size_t> same;
        for (std::size_t k = 0; k < runs.size(); ++k)
            if (runs[k]->data.fingerprint == runs[i]->data.fingerprint && runs[k]->task == runs[i]->task) same.push_back(k);
        if (same.size() >= most.size()) most = std::move(same);
    }
    return most;
}

}  // namespace

Chart curvesOf(const std::vector<std::shared_ptr<const Run>>& runs) {
    const std::vector<std::size_t> kept = ofSameData(runs);
    std::vector<const Run*> shown;
    for (const std::size_t i : kept) shown.push_back(runs[i].get());
    QStringList without;
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (std::find(kept.begin(), kept.end(), i) == kept.end()) without << runTitle(*runs[i]);
    const std::string note =
        without.isEmpty() ? std::string() : " " + ComparePage::tr("Left out, being of other data: %1.").arg(without.join(", ")).toStdString();
    const auto finish = [&](auto chart) -> Chart {
        for (Series& series : chart.series)
            if (series.role == SeriesRole::Run) series.runIndex = static_cast<int>(kept[static_cast<std::size_t>(series.runIndex)]);
        chart.sentence += note;
        return chart;
    };
    if (shown.front()->task == Task::Classification) return finish(rocChart(shown));
    return finish(predictedOf(shown));
}

ComparePage::ComparePage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Compare"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildBody();
    buildSettings();
    for (auto signal : {&ExperimentDocument::dataChanged, &ExperimentDocument::projectChanged})
        connect(&document, signal, this, &ComparePage::refresh);
    refresh();
}

void ComparePage::buildBody() {
    auto* scores = new Card(tr("Scores"), {}, this);
    m_scores = new ScoreTable(scores);
    scores->body()->addWidget(m_scores);
    m_warning = problemLabel(this);
    m_folds = new ChartCard(tr("A dot for every fold."), this);
    m_curves = new ChartCard(tr("Runs of one kind, classification or regression, are drawn here."), this);
    m_folds->setMinimumHeight(260);
    m_curves->setMinimumHeight(260);
    m_pairsCard = new Card(tr("Is the difference real?"),
                           tr("Row minus column, over the folds. Bold: more than chance by the test that is chosen at the right. "
                              "Point at a cell for what the test says."),
                           this);
    m_pairs = new PairTable(m_pairsCard);
    m_verdict = noteLabel({}, {}, m_pairsCard);
    m_verdict->setObjectName("verdict");
    m_pairsCard->body()->addWidget(m_pairs);
    m_pairsCard->body()->addWidget(m_verdict);
    m_pairsCard->body()->addStretch(1);
    m_differencesCard = new Card(tr("What differs"), {}, this);
    m_differences = new DifferenceTable(m_differencesCard);
    m_differencesCard->body()->addWidget(m_differences);
    m_rerun = new QPushButton(tr("Run them on the same folds"), this);
    m_rerun->setObjectName("rerun");
    m_rerun->setToolTip(tr("Runs each again with the split, the seed and the data as they are set now"));
    connect(m_rerun, &QPushButton::clicked, this, &ComparePage::runOnSameFolds);
    m_ranks = new ChartCard(tr("Mean ranks over several data sets."), this);
    m_ranks->setMinimumHeight(260);
    m_ranks->setObjectName("ranks");
    auto* grid = m_grid = new QGridLayout;
    grid->setSpacing(14);
    layOut(false);
    grid->addWidget(m_differencesCard, 2, 0, 1, 2);  // a column for each run asks for width
    grid->addWidget(m_curves, 3, 0, 1, 2);
    grid->addWidget(m_ranks, 4, 0, 1, 2);
    grid->setRowStretch(0, 1);
    grid->setRowStretch(3, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    auto* warning = new QHBoxLayout;
    warning->addWidget(m_warning, 1);
    warning->addWidget(m_rerun, 0, Qt::AlignTop);
    m_body->content()->addLayout(warning);
    m_body->content()->addWidget(scores);
    m_body->content()->addLayout(grid, 1);
}

void ComparePage::layOut(bool inTwoRows) {
    if (m_inTwoRows == inTwoRows) return;
    m_inTwoRows = inTwoRows;
    m_grid->addWidget(m_folds, 0, 0, 1, inTwoRows ? 2 : 1);
    m_grid->addWidget(m_pairsCard, inTwoRows ? 1 : 0, inTwoRows ? 0 : 1, 1, inTwoRows ? 2 : 1);
}

/// Beside the folds while the names of the runs are not cut there, else below them.
void ComparePage::giveRoomToPairs() {
    // In the next turn, when what has been shown or resized is laid out.
    QTimer::singleShot(0, this, [this] {
        const int margins = m_pairsCard->width() - m_pairs->width();
        const int half = (m_body->content()->geometry().width() - m_grid->spacing()) / 2;
        if (half > 0 && margins >= 0) layOut(m_pairs->wantedWidth() + margins > half);
    });
}

void ComparePage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    giveRoomToPairs();
}

void ComparePage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    giveRoomToPairs();
}

void ComparePage::buildSettings() {
    m_metric = new ChoiceBox(m_settings);
    m_metric->setObjectName("metric");
    ignoreStrayWheel(m_metric);
    m_runs = new RunChecklist(document(), m_settings);
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    auto* grid = settingsGrid();
    grid->addWidget(settingsLabel(tr("Score"), m_settings), 0, 0);
    grid->addWidget(m_metric, 0, 1);
    column->addWidget(sectionHeading(tr("Compare by"), m_settings));
    column->addLayout(grid);
    buildMethod(column);
    column->addWidget(sectionHeading(tr("Runs"), m_settings));
    column->addWidget(m_runs, 1);
    column->addWidget(quietLabel(tr("Right-click a run to rename or remove it."), m_settings));
    connect(m_metric, &QComboBox::activated, this, &ComparePage::refresh);
    connect(m_runs, &RunChecklist::choiceChanged, this, &ComparePage::refresh);
    connect(m_runs, &RunChecklist::showRequested, this, [this](std::int64_t run) {
        document().setCurrentRun(run);
        emit goTo("evaluate");
    });
}

void ComparePage::buildMethod(QVBoxLayout* column) {
    m_method = new ChoiceBox(m_settings);
    m_method->setObjectName("method");
    for (const PairMethodInfo& info : pairMethods()) m_method->addItem(fromCore(info.label), fromCore(info.id));
    ignoreStrayWheel(m_method);
    m_rope = new QDoubleSpinBox(m_settings);
    m_rope->setObjectName("rope");
    m_rope->setRange(0, 1e9);
    m_rope->setDecimals(4);
    m_rope->setSingleStep(0.005);
    m_rope->setValue(0.01);
    m_rope->setToolTip(tr("Differences smaller than this count as none: the region of practical equivalence"));
    ignoreStrayWheel(m_rope);
    m_ropeLabel = settingsLabel(tr("Margin"), m_settings);
    m_methodSentence = quietLabel({}, m_settings);
    auto* grid = settingsGrid();
    grid->addWidget(settingsLabel(tr("Test"), m_settings), 0, 0);
    grid->addWidget(m_method, 0, 1);
    grid->addWidget(m_ropeLabel, 1, 0);
    grid->addWidget(m_rope, 1, 1);
    column->addLayout(grid);
    column->addWidget(m_methodSentence);
    connect(m_method, &QComboBox::activated, this, &ComparePage::refresh);
    connect(m_rope, &QDoubleSpinBox::valueChanged, this, &ComparePage::refresh);
}

PairMethod ComparePage::chosenMethod() const {
    return pairMethods()[static_cast<std::size_t>(std::max(0, m_method->currentIndex()))].method;
}

void ComparePage::runOnSameFolds() {
    const ExperimentSpec now = document().spec();
    for (const auto& run : m_runs->chosen()) {
        document().edit(tr("run on the same folds"), [&](ExperimentSpec& spec) {
            spec.pipeline = run->finalPipeline;
            spec.name = run->spec.name;
        });
        document().run(ExperimentDocument::RunKind::Evaluate);
    }
    document().edit(tr("run on the same folds"), [&](ExperimentSpec& spec) { spec = now; });
}

QString ComparePage::railSummary() const {
    const auto count = document().runs().size();
    return count == 0 ? QString() : count == 1 ? tr("1 run") : tr("%1 runs").arg(count);
}

bool ComparePage::isDone() const {
    return document().runs().size() > 1;
}

std::string ComparePage::chosenMetric() const {
    return m_metric->currentData().toString().toStdString();
}

void ComparePage::fillMetrics(const std::vector<const Run*>& runs) {
    const QSignalBlocker quiet(m_metric);
    // Until the person chooses: what the latest run was scored by first.
    const QVariant chosen = m_metric->count() > 0 || runs.empty() || runs.back()->spec.metrics.empty()
                                ? m_metric->currentData()
                                : QVariant(QString::fromStdString(runs.back()->spec.metrics.front()));
    m_metric->clear();
    for (const std::string& metric : scoredMetrics(runs, document().catalog().metrics))
        m_metric->addItem(fromCore(document().catalog().metrics.require(metric).label), QString::fromStdString(metric));
    m_metric->setCurrentIndex(std::max(0, m_metric->findData(chosen)));
    m_metric->setEnabled(m_metric->count() > 0);
}

void ComparePage::refresh() {
    emit railChanged();
    const bool isBayesian = chosenMethod() == PairMethod::BayesianT;
    m_rope->setVisible(isBayesian);
    m_ropeLabel->setVisible(isBayesian);
    m_methodSentence->setText(fromCore(pairMethods()[static_cast<std::size_t>(std::max(0, m_method->currentIndex()))].sentence));
    const auto chosen = m_runs->chosen();
    std::vector<const Run*> runs;
    for (const auto& run : chosen) runs.push_back(run.get());
    fillMetrics(runs);
    if (runs.size() < 2)
        showEmpty();
    else {
        showRuns(runs);
        showCurves(chosen);
    }
}

void ComparePage::showEmpty() {
    const std::size_t all = document().runs().size();
    m_body->setLine({});
    if (all >= 2)
        return m_body->showEmpty(tr("Select two runs or more"),
                                 tr("Check them in the list at the right: each gets a colour, and every "
                                    "pair is tested fold by fold."));
    const QString sentence = all == 1 ? tr("There is one run. Change something, the model or the recipe, and run "
                                           "again: then you will see here whether the "
                                           "difference is more than chance.")
                                      : tr("Here you will see runs side by side: their scores, and whether their "
                                           "differences are more than chance.");
    m_body->showEmpty(tr("Nothing to compare yet"), sentence,
                      document().data() ? tr("Choose a model") : tr("Open data"),
                      [this] { emit goTo(document().data() ? "model" : "data"); });
}

void ComparePage::showRuns(const std::vector<const Run*>& runs) {
    const MetricRegistry& metrics = document().catalog().metrics;
    const std::string metric = chosenMetric();
    const bool paired = sameFolds(runs);
    const QString count = tr("%1 of %2 runs selected").arg(runs.size()).arg(document().runs().size());
    m_body->setLine(paired ? tr("%1 · same rows, same folds, so the differences are paired").arg(count) : count);
    m_warning->setVisible(!paired);
    m_rerun->setVisible(!paired && document().data());
    showRanks(runs);
    m_warning->setText(
        tr("⚠ These runs were scored on different rows or folds. Their scores are not comparable one to one: "
           "give them the same split, seed and data."));
    std::vector<std::string> columns = scoredMetrics(runs, metrics);
    std::stable_partition(columns.begin(), columns.end(), [&](const std::string& id) { return id == metric; });
    m_scores->setRuns(runs, columns, document().catalog());
    m_folds->setChart(foldStrip(runs, metric, metrics));
    m_pairs->setRuns(runs, metric, metrics, chosenMethod(), m_rope->value());
    std::vector<std::string> names;
    for (const Run* run : runs) names.push_back(runTitle(*run).toStdString());
    const QString sentence = fromCore(pairVerdict(runs, names, metric, metrics, chosenMethod(), m_rope->value()));
    setNote(m_verdict, {}, sentence);
    m_verdict->setVisible(!sentence.isEmpty());
    const bool differ = !specDifferences(runs, document().catalog()).empty();
    m_differencesCard->setSentence(differ ? tr("All other settings, the data among them, are the same.")
                                          : tr("Nothing: these runs asked the same question."));
    m_differences->setVisible(differ);
    m_differences->setRuns(runs, document().catalog());
    m_body->showContent();
    giveRoomToPairs();
}

void ComparePage::showRanks(const std::vector<const Run*>& runs) {
    const auto across = acrossDataSets(runs, chosenMetric(), document().catalog().metrics, document().catalog().models);
    m_ranks->setVisible(across.has_value());
    if (across) m_ranks->setChart(criticalDifferenceChart(across->models, friedman(across->scores), across->dataSets()));
}

void ComparePage::showCurves(const std::vector<std::shared_ptr<const Run>>& runs) {
    m_curves->setChartLater([runs] { return curvesOf(runs); });
}

}  // namespace holdout
