// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/evaluate_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "pages/evaluate/ledger_table.h"
#include "pages/evaluate/validation_settings.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {
namespace {

QString number(double value) { return std::isnan(value) ? QString("–") : fromCore(formatNumber(value, 4)); }

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
    m_metric->setToolTip(tr("The score that the folds are drawn for"));
    m_body->addHeaderWidget(m_metric);
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_metric, &QComboBox::activated, this, [this] {
        m_shown.reset();
        refresh();
    });
    m_tiles = new TileStrip(this);
    m_method = quietLabel({}, this);
    m_warnings = problemLabel(this);
    m_warnings->setProperty("state", "warn");
    m_folds = new ChartCard(tr("A dot for every fold."), this);
    m_left = new ChartCard(tr("Appears when all folds are finished."), this);
    m_right = new ChartCard(tr("Appears when all folds are finished."), this);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(14);
    for (ChartCard* chart : {m_folds, m_left, m_right}) {
        chart->setMinimumHeight(270);
        charts->addWidget(chart, 1);
    }
    m_ledgerCard = new Card(tr("Ledger"), {}, this);
    m_ledger = new LedgerTable(m_ledgerCard);
    m_ledgerCard->body()->addWidget(m_ledger);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_tiles, m_method, m_warnings}) m_body->content()->addWidget(widget);
    m_body->content()->addLayout(charts, 3);
    m_body->content()->addWidget(m_ledgerCard, 2);
}

QString EvaluatePage::railSummary() const {
    const SplitInfo* info = document().catalog().splits.find(document().spec().validate.id);
    if (!info || !document().data()) return {};
    if (!findSpec(info->params, "folds")) return fromCore(info->label);
    return tr("%1-fold").arg(fromCore(valueText(valueOrFallback(info->params, document().spec().validate.params, "folds"))));
}

bool EvaluatePage::isDone() const { return document().currentRun() != nullptr; }

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
        if (m_shown != run) showRun(run);
        m_shown = run;
    } else {
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
}

void EvaluatePage::showScores(const Run& run) {
    std::vector<TileStrip::Tile> tiles;
    QString method;
    for (const std::string& metric : run.spec.metrics.empty() ? document().catalog().metrics.defaults(run.task) : run.spec.metrics) {
        const auto found = run.evaluation.scores.find(metric);
        if (found == run.evaluation.scores.end()) continue;
        const ScoreSummary& score = found->second;
        const MetricInfo* info = document().catalog().metrics.find(metric);
        tiles.push_back({number(score.mean),
                         tr("%1 · %2 – %3").arg(info ? fromCore(info->label) : QString::fromStdString(metric), number(score.low), number(score.high)),
                         tiles.empty() ? Theme::current().test : QColor(),
                         tr("95 % interval: %1").arg(QString::fromStdString(score.interval))});
        if (method.isEmpty()) method = QString::fromStdString(score.interval);
    }
    m_tiles->setTiles(tiles);
    m_method->setText(method.isEmpty() ? QString() : tr("Ranges are 95 % intervals: %1.").arg(method));
    m_method->setVisible(!method.isEmpty());
}

void EvaluatePage::showWarnings(const Warnings& warnings) {
    constexpr qsizetype kShown = 3;
    QStringList lines;
    for (const Warning& warning : warnings) lines << "⚠ " + QString::fromStdString(warning.text());
    m_warnings->setToolTip("<p>" + lines.join('\n').toHtmlEscaped().replace('\n', "<br>") + "</p>");
    if (lines.size() > kShown + 1) lines = lines.mid(0, kShown) << tr("… and %1 more: point here to read them.").arg(lines.size() - kShown);
    m_warnings->setText(lines.join('\n'));
    m_warnings->setVisible(!lines.isEmpty());
}

void EvaluatePage::showRun(const std::shared_ptr<const Run>& shared) {
    const Run& run = *shared;
    std::vector<std::string> metrics;
    for (const auto& [metric, score] : run.evaluation.scores) metrics.push_back(metric);
    const auto wanted = run.spec.metrics.empty() ? document().catalog().metrics.defaults(run.task) : run.spec.metrics;
    std::stable_sort(metrics.begin(), metrics.end(), [&](const std::string& a, const std::string& b) {
        return std::find(wanted.begin(), wanted.end(), a) < std::find(wanted.begin(), wanted.end(), b);
    });
    fillMetrics(metrics);
    m_body->setLine(tr("%1 · %2 · %3 rows · %4")
                        .arg(QString::fromStdString(run.spec.name.empty() ? run.finalPipeline.model.id : run.spec.name),
                             splitWords(run.spec, document().catalog()), fromCore(formatCount(run.data.rows)),
                             fromCore(formatDuration(run.seconds))));
    showScores(run);
    Warnings warnings = run.warnings;
    for (const FoldResult& fold : run.evaluation.folds)
        for (const Warning& warning : fold.warnings) addOnce(warnings, warning);
    showWarnings(warnings);
    if (!chosenMetric().empty()) m_folds->setChart(foldStrip({&run}, chosenMetric(), document().catalog().metrics));
    if (run.task == Task::Classification) {
        m_left->setChartLater([shared] { return confusionMap(*shared); });
        m_right->setVisible(run.truth.classCount() == 2);
        if (run.truth.classCount() == 2) m_right->setChartLater([shared] { return rocChart({shared.get()}); });
    } else {
        m_left->setChartLater([shared] { return predictedChart(*shared); });
        m_right->setChartLater([shared] { return residualChart(*shared); });
        m_right->show();
    }
    m_ledgerCard->setSentence(ledgerSentence(run.evaluation.folds));
    m_ledger->setFolds(run.evaluation.folds, document().catalog().steps);
}

void EvaluatePage::showLive(const LiveSnapshot& live) {
    m_shown.reset();
    const auto metrics = live.spec.metrics.empty() ? document().catalog().metrics.defaults(live.task) : live.spec.metrics;
    fillMetrics(metrics);
    m_body->setLine(tr("Running: %1 of %2 folds").arg(live.folds.size()).arg(live.foldsTotal));
    std::vector<TileStrip::Tile> tiles;
    for (const std::string& metric : metrics) {
        double sum = 0;
        for (const FoldResult& fold : live.folds) {
            const auto found = fold.scores.find(metric);
            sum += found == fold.scores.end() ? std::nan("") : found->second;
        }
        const MetricInfo* info = document().catalog().metrics.find(metric);
        tiles.push_back({number(sum / static_cast<double>(live.folds.size())),
                         tr("%1 · so far").arg(info ? fromCore(info->label) : QString::fromStdString(metric))});
    }
    m_tiles->setTiles(tiles);
    m_method->hide();
    m_warnings->hide();
    if (!chosenMetric().empty()) m_folds->setChart(foldStripLive(live.folds, chosenMetric(), document().catalog().metrics));
    m_left->clear();
    m_right->clear();
    m_ledgerCard->setSentence(ledgerSentence(live.folds));
    m_ledger->setFolds(live.folds, document().catalog().steps);
}

}  // namespace holdout
