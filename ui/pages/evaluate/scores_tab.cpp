// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/scores_tab.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <cmath>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "theme/theme.h"

namespace holdout {
namespace {

QString number(double value) {
    return std::isnan(value) ? QString("–") : fromCore(formatNumber(value, 4));
}

}  // namespace

ScoresTab::ScoresTab(ExperimentDocument& document, QWidget* parent) : EvaluateTab(document, parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    m_tiles = new TileStrip(this);
    m_method = quietLabel({}, this);
    m_nested = noteLabel({}, {}, this);
    m_nested->setObjectName("nested");
    m_nested->hide();
    m_warnings = problemLabel(this);
    m_warnings->setProperty("state", "warn");
    m_folds = new ChartCard(tr("A dot for every fold."), this);
    m_left = new ChartCard(tr("Appears when all folds are finished."), this);
    m_right = new ChartCard(tr("Appears when all folds are finished."), this);
    m_folds->setObjectName("folds");
    auto* charts = new QHBoxLayout;
    charts->setSpacing(14);
    for (ChartCard* chart : {m_folds, m_left, m_right}) {
        chart->setMinimumHeight(270);
        charts->addWidget(chart, 1);
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{m_tiles, m_method, m_nested, m_warnings})
        column->addWidget(widget);
    column->addLayout(charts, 1);
}

void ScoresTab::showTiles(const Run& run) {
    std::vector<TileStrip::Tile> tiles;
    QStringList methods;
    const auto wanted = run.spec.metrics.empty() ? document().catalog().metrics.defaults(run.task) : run.spec.metrics;
    for (const std::string& metric : wanted) {
        const auto found = run.evaluation.scores.find(metric);
        if (found == run.evaluation.scores.end()) continue;
        const ScoreSummary& score = found->second;
        const MetricInfo* info = document().catalog().metrics.find(metric);
        const QString label = info ? fromCore(info->label) : QString::fromStdString(metric);
        const QString method = QString::fromStdString(score.interval);
        tiles.push_back({number(score.mean), tr("%1 · %2 – %3").arg(label, number(score.low), number(score.high)),
                         tiles.empty() ? Theme::current().test : QColor(), tr("95 % interval: %1").arg(method)});
        if (!method.isEmpty() && !methods.contains(method)) methods << method;
    }
    m_tiles->setTiles(tiles);
    m_method->setText(methods.isEmpty() ? QString() : tr("Ranges are 95 % intervals: %1.").arg(methods.join("; ")));
    m_method->setVisible(!methods.isEmpty());
}

void ScoresTab::showNested(const Run& run) {
    const bool isTuned = run.study && run.study->best;
    m_nested->setVisible(isTuned);
    if (!isTuned) return;
    if (!run.nested)
        return setNote(m_nested, tr("Tuned on these folds."),
                       tr("The scores are a little too good, because the parameters were chosen by them. A nested "
                          "estimate says by "
                          "how much: ask for it on the Tune page."));
    const double best = run.study->trials[*run.study->best].score;
    setNote(m_nested, tr("Optimism."),
            fromCore(optimismSentence(best, *run.nested, document().catalog().metrics.require(run.nested->metric))));
}

void ScoresTab::showWarnings(const Warnings& warnings) {
    constexpr qsizetype kShown = 3;
    QStringList lines;
    for (const Warning& warning : warnings) lines << "⚠ " + QString::fromStdString(warning.text());
    m_warnings->setToolTip("<p>" + lines.join('\n').toHtmlEscaped().replace('\n', "<br>") + "</p>");
    if (lines.size() > kShown + 1)
        lines = lines.mid(0, kShown) << tr("… and %1 more: point here to read them.").arg(lines.size() - kShown);
    m_warnings->setText(lines.join('\n'));
    m_warnings->setVisible(!lines.isEmpty());
}

void ScoresTab::showRun(const std::shared_ptr<const Run>& shared) {
    const Run& run = *shared;
    showTiles(run);
    showNested(run);
    Warnings warnings = run.warnings;
    for (const FoldResult& fold : run.evaluation.folds)
        for (const Warning& warning : fold.warnings) addOnce(warnings, warning);
    showWarnings(warnings);
    if (!metric().empty()) m_folds->setChart(foldStrip({&run}, metric(), document().catalog().metrics));
    if (run.task == Task::Classification) {
        m_left->setChartLater([shared] { return confusionMap(*shared); });
        m_right->setVisible(run.truth.classCount() == 2);
        if (run.truth.classCount() == 2) m_right->setChartLater([shared] { return rocChart({shared.get()}); });
    } else {
        m_left->setChartLater([shared] { return predictedChart(*shared); });
        m_right->setChartLater([shared] { return residualChart(*shared); });
        m_right->show();
    }
}

void ScoresTab::showLive(const LiveSnapshot& live) {
    const auto metrics =
        live.spec.metrics.empty() ? document().catalog().metrics.defaults(live.task) : live.spec.metrics;
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
    for (QLabel* label : {m_method, m_warnings, m_nested}) label->hide();
    if (!metric().empty()) m_folds->setChart(foldStripLive(live.folds, metric(), document().catalog().metrics));
    m_left->clear();
    m_right->clear();
}

}  // namespace holdout
