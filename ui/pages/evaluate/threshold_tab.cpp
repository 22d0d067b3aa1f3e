// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/threshold_tab.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <cmath>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/evaluate/curves_tab.h"
#include "theme/widgets.h"

namespace holdout {
namespace {

/// Positions of the slider: steps of half a percent.
constexpr int kPositions = 200;

QDoubleSpinBox* costBox(const QString& name, QWidget* parent) {
    auto* box = new QDoubleSpinBox(parent);
    box->setObjectName(name);
    box->setRange(0, 1e6);
    box->setDecimals(2);
    box->setValue(1);
    box->setMaximumWidth(110);
    ignoreStrayWheel(box);
    return box;
}

}  // namespace

ThresholdTab::ThresholdTab(ExperimentDocument& document, QWidget* parent) : EvaluateTab(document, parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    column->addWidget(controls());
    auto* grid = new QGridLayout;
    grid->setSpacing(14);
    const auto card = [&](const char* name, int y, int x) {
        auto* chart = new ChartCard(tr("The model gives no probabilities."), this);
        chart->setObjectName(name);
        chart->setMinimumHeight(190);
        grid->addWidget(chart, y, x);
        return chart;
    };
    m_cost = card("cost", 0, 0);
    m_confusion = card("confusion", 0, 1);
    m_roc = card("thresholdRoc", 1, 0);
    m_precision = card("thresholdPrecision", 1, 1);
    column->addLayout(grid, 1);
}

QWidget* ThresholdTab::controls() {
    auto* card = new Card(tr("Threshold"), {}, this);
    m_class = new QComboBox(card);
    m_class->setObjectName("class");
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    ignoreStrayWheel(m_class);
    m_slider = new QSlider(Qt::Horizontal, card);
    m_slider->setObjectName("threshold");
    m_slider->setAccessibleName(tr("Threshold"));
    m_slider->setRange(0, kPositions);
    m_slider->setValue(kPositions / 2);
    ignoreStrayWheel(m_slider);
    m_value = new QLabel(card);
    m_value->setMinimumWidth(40);
    m_falsePositive = costBox("costFalsePositive", card);
    m_falseNegative = costBox("costFalseNegative", card);
    auto* least = new QPushButton(tr("Least cost"), card);
    least->setObjectName("leastCost");
    least->setToolTip(tr("Moves the slider to where the held-out rows cost least"));
    m_sentence = quietLabel({}, card);
    m_sentence->setObjectName("thresholdSentence");
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(new QLabel(tr("Positive class"), card));
    row->addWidget(m_class);
    row->addWidget(m_slider, 1);
    row->addWidget(m_value);
    auto* costRow = new QHBoxLayout;
    costRow->setSpacing(10);
    costRow->addWidget(new QLabel(tr("A false positive costs"), card));
    costRow->addWidget(m_falsePositive);
    costRow->addWidget(new QLabel(tr("a false negative"), card));
    costRow->addWidget(m_falseNegative);
    costRow->addWidget(least);
    costRow->addStretch(1);
    card->body()->addLayout(row);
    card->body()->addLayout(costRow);
    card->body()->addWidget(m_sentence);
    connect(m_class, &QComboBox::activated, this, &ThresholdTab::take);
    connect(m_slider, &QSlider::valueChanged, this, &ThresholdTab::draw);
    for (QDoubleSpinBox* box : {m_falsePositive, m_falseNegative})
        connect(box, &QDoubleSpinBox::valueChanged, this, &ThresholdTab::draw);
    connect(least, &QPushButton::clicked, this, &ThresholdTab::goToLeastCost);
    return card;
}

QString ThresholdTab::refusal(const Run& run) const {
    return run.task == Task::Classification ? QString() : tr("A threshold parts classes; this run predicts numbers.");
}

double ThresholdTab::threshold() const {
    return static_cast<double>(m_slider->value()) / kPositions;
}

Costs ThresholdTab::costs() const {
    return {m_falsePositive->value(), m_falseNegative->value()};
}

void ThresholdTab::showRun(const std::shared_ptr<const Run>& run) {
    m_run = run;
    if (run->task != Task::Classification) return;
    fillClasses(m_class, *run);
    take();
}

void ThresholdTab::take() {
    if (!m_run || m_class->currentIndex() < 0) return;
    m_table = ThresholdTable(*m_run, m_class->currentIndex());
    draw();
}

void ThresholdTab::goToLeastCost() {
    if (m_table.isEmpty()) return;
    // The position at or below the threshold that is told, so that its own row counts as positive.
    m_slider->setValue(static_cast<int>(std::floor(std::min(1.0, m_table.best(costs()).threshold) * kPositions)));
}

void ThresholdTab::draw() {
    m_value->setText(fromCore(formatNumber(threshold(), 3)));
    m_sentence->setText(fromCore(m_table.sentence(threshold())));
    m_cost->setChart(m_table.costChart(costs(), threshold()));
    m_confusion->setChart(m_table.confusion(threshold()));
    m_roc->setChart(m_table.rocChart(threshold()));
    m_precision->setChart(m_table.precisionRecallChart(threshold()));
}

}  // namespace holdout
