// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/fairness_tab.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>

#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "insight/score_curve_charts.h"
#include "pages/evaluate/curves_tab.h"

namespace holdout {

FairnessTab::FairnessTab(ExperimentDocument& document, QWidget* parent) : EvaluateTab(document, parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    const auto choice = [&](const QString& words, const char* name) {
        auto* box = new QComboBox(this);
        box->setObjectName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        ignoreStrayWheel(box);
        row->addWidget(new QLabel(words, this));
        row->addWidget(box);
        connect(box, &QComboBox::activated, this, &FairnessTab::draw);
        return box;
    };
    m_column = choice(tr("Groups by"), "groupColumn");
    m_class = choice(tr("Positive class"), "class");
    row->addStretch(1);
    column->addLayout(row);
    m_sentence = noteLabel({}, {}, this);
    m_sentence->setObjectName("fairnessSentence");
    column->addWidget(m_sentence);
    auto* grid = new QGridLayout;
    grid->setSpacing(14);
    const auto card = [&](const char* name, int y, int x) {
        auto* chart = new ChartCard(tr("Choose a column that tells the groups."), this);
        chart->setObjectName(name);
        chart->setMinimumHeight(205);
        grid->addWidget(chart, y, x);
        return chart;
    };
    m_selection = card("selectionRate", 0, 0);
    m_truePositive = card("truePositiveRate", 0, 1);
    m_falsePositive = card("falsePositiveRate", 1, 0);
    m_calibration = card("groupCalibration", 1, 1);
    column->addLayout(grid, 1);
}

QString FairnessTab::refusal(const Run& run) const {
    if (run.task != Task::Classification) return tr("Rates are of classes; this run predicts numbers.");
    if (!document().data()) return tr("The groups are read from the data, which are not open.");
    return run.data.rows == static_cast<std::int64_t>(document().data()->table.rows())
               ? QString()
               : tr("The data that are open are not those of this run.");
}

void FairnessTab::fillColumns(const Run& run) {
    const QSignalBlocker quiet(m_column);
    const QString chosen = m_column->currentText();
    m_column->clear();
    int firstCategory = -1;
    for (const ColumnPtr& column : document().data()->table.columns()) {
        if (column->name() == run.truth.name || column->type() == ColumnType::Text ||
            column->type() == ColumnType::Image)
            continue;
        if (firstCategory < 0 && column->type() == ColumnType::Category) firstCategory = m_column->count();
        m_column->addItem(QString::fromStdString(column->name()));
    }
    const int before = m_column->findText(chosen);
    m_column->setCurrentIndex(before >= 0 ? before : std::max(0, firstCategory));
}

void FairnessTab::showRun(const std::shared_ptr<const Run>& run) {
    m_run = run;
    if (!refusal(*run).isEmpty()) return;
    fillColumns(*run);
    fillClasses(m_class, *run);
    draw();
}

void FairnessTab::draw() {
    const auto read = document().data();
    if (!m_run || !read || m_column->currentIndex() < 0 || m_class->currentIndex() < 0) return;
    const auto at = read->table.indexOf(m_column->currentText().toStdString());
    if (!at) return;
    const PooledPredictions pooled = pool(m_run->truth, {}, m_run->truthRows, m_run->evaluation.folds);
    RowIds rows;
    for (const FoldResult& fold : m_run->evaluation.folds)
        rows.insert(rows.end(), fold.testRows.begin(), fold.testRows.end());
    if (pooled.predictions.probabilities.cols() != m_run->truth.classCount()) return;
    const FairnessReport report = fairness(pooled.truth, pooled.predictions, groupsBy(read->table.column(*at), rows),
                                           m_class->currentIndex(), Seed{m_run->spec.seed});
    setNote(m_sentence, {}, fromCore(report.sentence));
    m_selection->setChart(groupRateChart(report, &GroupRates::selection, "Selection rate"));
    m_truePositive->setChart(groupRateChart(report, &GroupRates::truePositive, "True positive rate"));
    m_falsePositive->setChart(groupRateChart(report, &GroupRates::falsePositive, "False positive rate"));
    m_calibration->setChart(groupCalibrationChart(report));
}

}  // namespace holdout
