// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/curves_tab.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "insight/curve_charts.h"

namespace holdout {

void fillClasses(QComboBox* box, const Run& run) {
    const QSignalBlocker quiet(box);
    const QString chosen = box->currentText();
    box->clear();
    for (const std::string& label : run.truth.labels) box->addItem(QString::fromStdString(label));
    const int before = box->findText(chosen);
    box->setCurrentIndex(before >= 0 ? before : run.truth.classCount() == 2 ? 1 : 0);
}

CurvesTab::CurvesTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent), m_choice(new QWidget(this)), m_class(new QComboBox(m_choice)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout(m_choice);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(quietLabel(tr("Class"), m_choice));
    m_class->setObjectName("class");
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    ignoreStrayWheel(m_class);
    row->addWidget(m_class);
    row->addStretch(1);
    column->addWidget(m_choice);
    auto* grid = new QGridLayout;
    grid->setSpacing(14);
    const auto card = [&](const char* name, int y, int x) {
        auto* chart = new ChartCard(tr("The model gives no probabilities."), this);
        chart->setObjectName(name);
        chart->setMinimumHeight(250);
        grid->addWidget(chart, y, x);
        return chart;
    };
    m_roc = card("roc", 0, 0);
    m_precision = card("precisionRecall", 0, 1);
    m_calibration = card("calibration", 0, 2);
    m_gain = card("gain", 1, 0);
    m_lift = card("lift", 1, 1);
    for (int x = 0; x < 3; ++x) grid->setColumnStretch(x, 1);
    column->addLayout(grid, 1);
    connect(m_class, &QComboBox::activated, this, &CurvesTab::draw);
}

QString CurvesTab::refusal(const Run& run) const {
    if (run.task == Task::Classification) return {};
    return tr(
        "These curves are of classes. For a regression, the Scores tab shows predicted against true and residuals.");
}

void CurvesTab::showRun(const std::shared_ptr<const Run>& run) {
    m_run = run;
    if (run->task != Task::Classification) return;
    fillClasses(m_class, *run);
    draw();
}

void CurvesTab::draw() {
    const auto run = m_run;
    const int positive = m_class->currentIndex();
    if (!run || positive < 0) return;
    m_roc->setChartLater([=] { return rocBandChart(*run, positive); });
    m_precision->setChartLater([=] { return precisionRecallBandChart(*run, positive); });
    m_calibration->setChartLater([=] { return calibrationChart(*run, positive); });
    m_gain->setChartLater([=] { return gainChart(*run, positive); });
    m_lift->setChartLater([=] { return liftChart(*run, positive); });
}

}  // namespace holdout
