// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/evaluate_page.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QTabBar>
#include <QVBoxLayout>
#include <algorithm>

#include "base/format.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "pages/evaluate/curves_tab.h"
#include "pages/evaluate/explain_tab.h"
#include "pages/evaluate/fairness_tab.h"
#include "pages/evaluate/learning_tab.h"
#include "pages/evaluate/ledger_tab.h"
#include "pages/evaluate/path_tab.h"
#include "pages/evaluate/robustness_tab.h"
#include "pages/evaluate/scores_tab.h"
#include "pages/evaluate/sealed_tab.h"
#include "pages/evaluate/threshold_tab.h"
#include "pages/evaluate/tree_tab.h"
#include "pages/evaluate/validation_settings.h"

namespace holdout {
namespace {

QString splitWords(const ExperimentSpec& spec, const Catalog& catalog) {
    const SplitInfo* info = catalog.splits.find(spec.validate.id);
    if (!info) return QString::fromStdString(spec.validate.id);
    const QString params = paramSummary(info->params, spec.validate.params);
    return fromCore(info->label) + (params.isEmpty() ? QString() : " · " + params);
}

}  // namespace

EvaluatePage::EvaluatePage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Evaluate"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildBody();
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    column->addWidget(new ValidationSettings(document, m_settings));
    column->addStretch(1);
    for (auto signal : {&ExperimentDocument::specChanged, &ExperimentDocument::dataChanged, &ExperimentDocument::runsChanged,
                        &ExperimentDocument::currentRunChanged, &ExperimentDocument::liveChanged})
        connect(&document, signal, this, &EvaluatePage::refresh);
    refresh();
}

void EvaluatePage::buildBody() {
    m_metric = new QComboBox(this);
    m_metric->setObjectName("metric");
    m_metric->setToolTip(tr("The score that folds and curves are drawn for"));
    m_body->addHeaderWidget(m_metric);
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_metric, &QComboBox::activated, this, [this] {
        m_shown.clear();
        refresh();
    });
    m_tabBar = new QTabBar(this);
    m_tabBar->setObjectName("tabs");
    m_tabBar->setDrawBase(false);
    m_tabBar->setExpanding(false);
    m_stack = new QWidget(this);
    auto* stack = new QVBoxLayout(m_stack);
    stack->setContentsMargins(0, 0, 0, 0);
    m_tabs = {new ScoresTab(document(), m_stack),   new CurvesTab(document(), m_stack),   new ThresholdTab(document(), m_stack),
              new LearningTab(document(), m_stack), new PathTab(document(), m_stack),     new TreeTab(document(), m_stack),
              new ExplainTab(document(), m_stack),  new FairnessTab(document(), m_stack), new RobustnessTab(document(), m_stack),
              new LedgerTab(document(), m_stack),   new SealedTab(document(), m_stack)};
    for (EvaluateTab* tab : m_tabs) {
        m_tabBar->addTab(tab->title());
        stack->addWidget(tab);
    }
    m_refusal = quietLabel({}, m_stack);
    m_refusal->setObjectName("refusal");
    m_refusal->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_refusal->setContentsMargins(0, 40, 0, 0);
    stack->addWidget(m_refusal);
    showInStack(m_refusal);
    m_body->addFixed(m_tabBar);
    m_body->content()->addWidget(m_stack, 1);
    connect(m_tabBar, &QTabBar::currentChanged, this, &EvaluatePage::refresh);
}

QString EvaluatePage::railSummary() const {
    const SplitInfo* info = document().catalog().splits.find(document().spec().validate.id);
    if (!info || !document().data()) return {};
    if (!findSpec(info->params, "folds")) return fromCore(info->label);
    return tr("%1-fold").arg(fromCore(valueText(valueOrFallback(info->params, document().spec().validate.params, "folds"))));
}

bool EvaluatePage::isDone() const { return document().currentRun() != nullptr; }

void EvaluatePage::showTab(const QString& id) {
    for (std::size_t i = 0; i < m_tabs.size(); ++i)
        if (m_tabs[i]->id() == id) m_tabBar->setCurrentIndex(static_cast<int>(i));
}

EvaluateTab* EvaluatePage::currentTab() const { return m_tabs[static_cast<std::size_t>(std::max(0, m_tabBar->currentIndex()))]; }

std::string EvaluatePage::chosenMetric() const { return m_metric->currentData().toString().toStdString(); }

void EvaluatePage::fillMetrics(const std::vector<std::string>& metrics) {
    QStringList ids;
    for (const std::string& metric : metrics) ids << QString::fromStdString(metric);
    QStringList have;
    for (int i = 0; i < m_metric->count(); ++i) have << m_metric->itemData(i).toString();
    if (ids == have) return;
    const QSignalBlocker quiet(m_metric);
    const QString chosen = m_metric->currentData().toString();
    m_metric->clear();
    for (const std::string& metric : metrics) {
        const MetricInfo* info = document().catalog().metrics.find(metric);
        m_metric->addItem(info ? fromCore(info->label) : QString::fromStdString(metric), QString::fromStdString(metric));
    }
    m_metric->setCurrentIndex(std::max(0, m_metric->findData(chosen)));
}

void EvaluatePage::refresh() {
    emit railChanged();
    const bool running = document().runJob() != 0;
    const auto run = document().currentRun();
    const auto live = document().live();
    m_settings->setEnabled(document().data() != nullptr);
    const bool isLive = running && live->running && live->trialsTotal == 0 && !live->folds.empty();
    m_metric->setVisible(run || isLive);
    if (isLive) {
        m_body->showContent();
        showLive(*live);
    } else if (run) {
        m_body->showContent();
        showLines(*run);
        refreshTab();
    } else {
        showEmpty(running);
    }
}

void EvaluatePage::showEmpty(bool running) {
    m_body->setLine({});
    const bool ready = document().data() != nullptr;
    m_body->showEmpty(ready ? tr("Not evaluated yet") : tr("Nothing to evaluate yet"),
                      tr("Here you will see how well the model does on rows it has not seen: every score with its 95 % "
                         "interval, where it errs, and proof that no step saw a held-out row."),
                      running ? QString() : ready ? tr("Run") : tr("Open data"), [this, ready] {
                          if (ready)
                              document().run(ExperimentDocument::RunKind::Evaluate);
                          else
                              emit goTo("data");
                      });
}

void EvaluatePage::showLines(const Run& run) {
    std::vector<std::string> metrics;
    for (const auto& [metric, score] : run.evaluation.scores) metrics.push_back(metric);
    const auto wanted = run.spec.metrics.empty() ? document().catalog().metrics.defaults(run.task) : run.spec.metrics;
    std::stable_sort(metrics.begin(), metrics.end(), [&](const std::string& a, const std::string& b) {
        return std::find(wanted.begin(), wanted.end(), a) < std::find(wanted.begin(), wanted.end(), b);
    });
    fillMetrics(metrics);
    for (std::size_t i = 0; i < m_tabs.size(); ++i) m_tabBar->setTabVisible(static_cast<int>(i), m_tabs[i]->isFor(run));
    m_body->setLine(tr("%1 · %2 · %3 rows · %4")
                        .arg(QString::fromStdString(run.spec.name.empty() ? run.finalPipeline.model.id : run.spec.name),
                             splitWords(run.spec, document().catalog()), fromCore(formatCount(run.data.rows)),
                             fromCore(formatDuration(run.seconds)).replace(QLatin1Char(' '), QChar::Nbsp)));
}

void EvaluatePage::refreshTab() {
    const auto run = document().currentRun();
    EvaluateTab* tab = currentTab();
    const QString refusal = tab->refusal(*run);
    m_refusal->setText(refusal);
    showInStack(refusal.isEmpty() ? static_cast<QWidget*>(tab) : m_refusal);
    if (!refusal.isEmpty() || m_shown[tab] == run) return;
    tab->setMetric(chosenMetric());
    tab->showRun(run);
    m_shown[tab] = run;
}

// A QStackedWidget would be as high as its highest tab.
void EvaluatePage::showInStack(QWidget* shown) {
    for (EvaluateTab* tab : m_tabs)
        if (tab != shown) tab->hide();
    m_refusal->setVisible(m_refusal == shown);
    shown->show();
}

void EvaluatePage::showLive(const LiveSnapshot& live) {
    m_shown.clear();
    fillMetrics(live.spec.metrics.empty() ? document().catalog().metrics.defaults(live.task) : live.spec.metrics);
    m_body->setLine(tr("Running: %1 of %2 folds").arg(live.folds.size()).arg(live.foldsTotal));
    EvaluateTab* tab = currentTab();
    const bool hasLive = tab->id() == "scores" || tab->id() == "ledger";
    m_refusal->setText(tr("Appears when all folds are finished."));
    showInStack(hasLive ? static_cast<QWidget*>(tab) : m_refusal);
    tab->setMetric(chosenMetric());
    tab->showLive(live);
}

}  // namespace holdout
