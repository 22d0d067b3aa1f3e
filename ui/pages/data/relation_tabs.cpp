// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/relation_tabs.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "insight/data_charts.h"
#include "insight/run_charts.h"
#include "pages/data/data_relations.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr int spacing = 14;
constexpr int leastCardHeight = 240;

/// Row-major cell → the column that its row is of.
QString rowName(const Chart& chart, int cell) {
    const auto* map = std::get_if<HeatMap>(&chart);
    if (!map || map->values.cols() == 0 || cell < 0) return {};
    const auto row = static_cast<std::size_t>(cell / map->values.cols());
    return row < map->y.categories.size() ? fromCore(map->y.categories[row]) : QString();
}

QString barName(const Chart& chart, int bar) {
    const auto* bars = std::get_if<BarChart>(&chart);
    if (!bars || bar < 0 || static_cast<std::size_t>(bar) >= bars->y.categories.size()) return {};
    return fromCore(bars->y.categories[static_cast<std::size_t>(bar)]);
}

QHBoxLayout* sideBySide(QWidget* parent, const std::vector<std::pair<ChartCard*, int>>& cards) {
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing);
    for (const auto& [card, stretch] : cards) {
        card->setParent(parent);
        card->setMinimumHeight(leastCardHeight);
        row->addWidget(card, stretch);
    }
    return row;
}

void draw(ChartCard* card, const Chart& chart) {
    if (isEmpty(chart)) card->clear();
    else card->setChart(chart);
}

}  // namespace

AssociationTab::AssociationTab(const DataRelations& relations, QWidget* parent)
    : QWidget(parent), m_relations(relations), m_measure(new QComboBox(this)),
      m_matrix(new ChartCard(tr("Which columns hang together: for two columns or more that the measure is made for."), this)),
      m_target(new ChartCard(tr("Which columns tell the target, once one is chosen."), this)), m_row(new QWidget(this)),
      m_nothing(new EmptyState(tr("No two columns are numbers, categories or dates, which associations are measured of. What pictures and texts "
                                  "tell of the target, a model has to find out: see Evaluate when one has run."),
                               {}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_measure->setObjectName("measure");
    m_measure->setAccessibleName(tr("Measure of association"));
    ignoreStrayWheel(m_measure);
    m_measure->addItems({tr("Fitting each pair"), tr("Pearson"), tr("Spearman"), tr("Cramér's V")});
    auto* row = new QHBoxLayout(m_row);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(makeLabel(tr("Measure"), "muted", true, m_row));
    row->addWidget(m_measure);
    row->addStretch(1);
    column->addWidget(m_row);
    m_matrix->setObjectName("associations");
    m_target->setObjectName("information");
    column->addLayout(sideBySide(this, {{m_matrix, 3}, {m_target, 2}}), 1);
    column->addWidget(m_nothing, 1);
    connect(m_measure, &QComboBox::activated, this, &AssociationTab::refresh);
    connect(m_matrix, &ChartCard::clicked, this, [this](int cell) { emit columnChosen(rowName(m_matrix->chart(), cell)); });
    connect(m_target, &ChartCard::clicked, this, [this](int bar) { emit columnChosen(barName(m_target->chart(), bar)); });
    connect(&relations, &DataRelations::changed, this, &AssociationTab::refresh);
    refresh();
}

void AssociationTab::setNothing(bool isNothing) {
    for (QWidget* part : {m_row, static_cast<QWidget*>(m_matrix), static_cast<QWidget*>(m_target)}) part->setVisible(!isNothing);
    m_nothing->setVisible(isNothing);
    static_cast<QVBoxLayout*>(layout())->setStretch(1, isNothing ? 0 : 1);  // else the hidden cards keep their share
}

void AssociationTab::refresh() {
    const auto result = m_relations.result();
    setNothing(result && result->relations.columns.size() < 2);
    if (!result) {
        m_matrix->clear();
        m_target->clear();
        return;
    }
    draw(m_matrix, associationChart(result->relations, static_cast<AssociationMeasure>(m_measure->currentIndex())));
    draw(m_target, informationChart(result->relations));
}

MissingTab::MissingTab(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_columns(new ChartCard(tr("No cell is missing."), this)),
      m_patterns(new ChartCard(tr("Every row is complete."), this)),
      m_together(new ChartCard(tr("Which columns lack cells in the same rows: for two columns or more that lack some."), this)),
      m_nothing(new EmptyState(tr("No cell is missing: no step has to fill any. Where a code such as -999 stands for a missing cell, the edit "
                                  "“Set cells to missing” at the right says so."),
                               {}, this)) {
    m_content = new QWidget;
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidget(m_content);
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_scroll);
    fill->addWidget(m_nothing);
    m_columns->setObjectName("missingColumns");
    m_patterns->setObjectName("missingPatterns");
    m_together->setObjectName("missingTogether");
    column->addLayout(sideBySide(this, {{m_columns, 1}, {m_patterns, 1}}), 1);
    column->addLayout(sideBySide(this, {{m_together, 1}}), 1);
    connect(m_columns, &ChartCard::clicked, this, [this](int bar) { emit columnChosen(barName(m_columns->chart(), bar)); });
    connect(m_together, &ChartCard::clicked, this, [this](int cell) { emit columnChosen(rowName(m_together->chart(), cell)); });
    connect(&document, &ExperimentDocument::profileChanged, this, &MissingTab::refresh);
    refresh();
}

void MissingTab::refresh() {
    const auto profile = m_document.profile();
    const bool isNothing = profile && profile->missingCells == 0;
    m_nothing->setVisible(isNothing);
    m_scroll->setVisible(!isNothing);
    if (!profile) {
        for (ChartCard* card : {m_columns, m_patterns, m_together}) card->clear();
        return;
    }
    draw(m_columns, missingByColumnChart(*profile));
    draw(m_patterns, missingPatternChart(profile->missing));
    draw(m_together, missingTogetherChart(profile->missing));
    const bool hasPairs = !isEmpty(m_together->chart());
    m_together->setVisible(hasPairs);
    static_cast<QVBoxLayout*>(m_content->layout())->setStretch(1, hasPairs ? 1 : 0);  // else its empty row keeps its share
    m_content->setMinimumHeight((hasPairs ? 2 : 1) * leastCardHeight + (hasPairs ? spacing : 0));
}

TargetTab::TargetTab(ExperimentDocument& document, const DataRelations& relations, QWidget* parent)
    : QWidget(parent), m_document(document), m_relations(relations),
      m_classes(new ChartCard(tr("How the target is spread over the rows, once one is chosen."), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_classes->setObjectName("classes");
    column->addLayout(sideBySide(this, {{m_classes, 1}}), 1);
    connect(&relations, &DataRelations::changed, this, &TargetTab::refresh);
    connect(&document, &ExperimentDocument::profileChanged, this, &TargetTab::refresh);
    refresh();
}

void TargetTab::refresh() {
    const auto result = m_relations.result();
    if (result && !isEmpty(result->classes)) return m_classes->setChart(result->classes);
    const auto read = m_document.data();
    const auto profile = m_document.profile();
    const auto target = read ? read->table.indexOf(m_document.spec().data.roles.target) : std::nullopt;
    if (!target || !profile || *target >= profile->columns.size() || m_document.task() != Task::Regression) return m_classes->clear();
    const ColumnProfile& known = profile->columns[*target];
    BarChart chart = histogramChart(known.name, known);
    chart.title = "Values of " + known.name;
    if (known.quartile1 && known.median && known.quartile3)
        chart.sentence = "Median " + formatNumber(*known.median) + "; half of the rows lie between " + formatNumber(*known.quartile1) +
                         " and " + formatNumber(*known.quartile3) + ".";
    draw(m_classes, chart);
}

}  // namespace holdout
