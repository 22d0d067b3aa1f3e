// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/tree_tab.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "insight/tree_chart.h"

namespace holdout {
namespace {

constexpr int kFirstDepth = 3;      // so that boxes of a deep tree can be read at once
constexpr int kLevelHeight = 82, kRoomAround = 110;   // pixels

}  // namespace

TreeTab::TreeTab(ExperimentDocument& document, QWidget* parent)
    : EvaluateTab(document, parent), m_tree(new QSpinBox(this)), m_depth(new QSpinBox(this)), m_of(new QLabel(this)),
      m_chart(new ChartCard(tr("The tree is drawn here."), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    m_tree->setObjectName("treeNumber");
    m_tree->setPrefix(tr("Tree "));
    m_tree->setToolTip(tr("Which of the trees is drawn"));
    m_depth->setObjectName("treeDepth");
    m_depth->setToolTip(tr("How many questions are drawn below one another"));
    auto* deep = new QLabel(tr("Questions deep"), this);
    deep->setBuddy(m_depth);
    for (QSpinBox* box : {m_tree, m_depth}) ignoreStrayWheel(box);
    row->addWidget(m_tree);
    row->addWidget(m_of);
    row->addWidget(deep);
    row->addWidget(m_depth);
    row->addStretch(1);
    auto* hint = quietLabel(tr("Ctrl + wheel zooms, a drag moves"), this);
    hint->setWordWrap(false);
    row->addWidget(hint);
    column->addLayout(row);
    m_chart->setObjectName("treeChart");
    column->addWidget(m_chart, 1);
    connect(m_tree, &QSpinBox::valueChanged, this, &TreeTab::draw);
    connect(m_depth, &QSpinBox::valueChanged, this, &TreeTab::draw);
}

QString TreeTab::refusal(const Run& run) const {
    if (!run.model) return tr("This run has no model on all rows.");
    return run.model->model().treeCount() > 0
               ? QString()
               : tr("Decision trees, forests and boosting show their trees here: which questions they ask, and what they answer.");
}

void TreeTab::showRun(const std::shared_ptr<const Run>& run) {
    m_run = run;
    if (!refusal(*run).isEmpty()) return;
    const auto count = static_cast<int>(run->model->model().treeCount());
    const QSignalBlocker quietTree(m_tree), quietDepth(m_depth);
    m_tree->setRange(1, count);
    m_tree->setVisible(count > 1);
    m_of->setText(tr("of %1").arg(count));
    m_of->setVisible(count > 1);
    m_depth->setMaximum(1000);
    m_depth->setValue(kFirstDepth);
    draw();
}

void TreeTab::draw() {
    if (!m_run || !isFor(*m_run)) return;
    const Model& model = m_run->model->model();
    const auto index = static_cast<std::size_t>(m_tree->value() - 1);
    const int deepest = std::max(1, depthOf(model.tree(index)));
    {
        const QSignalBlocker quiet(m_depth);
        m_depth->setRange(1, deepest);
    }
    m_chart->setMinimumHeight((std::min(m_depth->value(), deepest) + 1) * kLevelHeight + kRoomAround);
    m_chart->setChart(treeChart(*m_run->model, index, m_depth->value()));
}

}  // namespace holdout
