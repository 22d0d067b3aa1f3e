// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/column_inspector.h"

#include <QComboBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>

#include "base/format.h"
#include "charts/chart_card.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "insight/run_charts.h"
#include "pages/data/data_edits.h"
#include "pages/data/finding_list.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr std::array roles = {Role::Feature, Role::Target, Role::Ignored, Role::Group, Role::Weight, Role::Fold};
constexpr std::array types = {ColumnType::Number, ColumnType::Category, ColumnType::Text, ColumnType::DateTime};
constexpr int chartHeight = 210;
constexpr std::size_t shownLevels = 6;

template <typename Values>
int indexOf(const Values& values, typename Values::value_type value) {
    return static_cast<int>(std::find(values.begin(), values.end(), value) - values.begin());
}

QString roleHelp(Role role) {
    switch (role) {
        case Role::Feature: return QObject::tr("The model learns from it.");
        case Role::Target: return QObject::tr("What is predicted. There is one.");
        case Role::Ignored: return QObject::tr("Left out of everything.");
        case Role::Group: return QObject::tr("Rows of one group are never split between training and test.");
        case Role::Weight: return QObject::tr("How much each row counts.");
        case Role::Fold: return QObject::tr("Says in which fold each row is tested.");
    }
    return {};
}

QString number(const std::optional<double>& value) {
    return value ? fromCore(formatNumber(*value)) : QStringLiteral("–");
}

QString count(std::int64_t value) {
    return fromCore(formatCount(value));
}

}  // namespace

ColumnInspector::ColumnInspector(ExperimentDocument& document, QWidget* parent) : QWidget(parent), m_document(document) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    buildHead();
    buildChoices();
    m_chart = new ChartCard(tr("There are no values to draw."), this);
    m_chart->setFixedHeight(chartHeight);
    column->addWidget(m_chart);
    m_numbers = new QWidget(this);
    m_grid = new QGridLayout(m_numbers);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(0, 1);
    column->addWidget(m_numbers);
    m_findings = new FindingList(document, this);
    connect(m_findings, &FindingList::goTo, this, &ColumnInspector::goTo);
    column->addWidget(m_findings);
}

void ColumnInspector::buildHead() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_name = makeLabel({}, "heading", QStringLiteral("section"), this);
    m_name->setTextFormat(Qt::PlainText);
    m_tag = makeLabel({}, "tag", true, this);
    auto* close = new QToolButton(this);
    close->setObjectName("closeColumn");
    close->setIcon(Theme::icon("close"));
    close->setToolTip(tr("Back to the whole table"));
    close->setAccessibleName(close->toolTip());
    connect(close, &QToolButton::clicked, this, &ColumnInspector::closed);
    row->addWidget(m_name);
    row->addWidget(m_tag, 0, Qt::AlignVCenter);
    row->addStretch(1);
    row->addWidget(close);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void ColumnInspector::buildChoices() {
    auto* grid = settingsGrid();
    m_role = new QComboBox(this);
    m_role->setObjectName("role");
    for (const Role role : roles) {
        m_role->addItem(fromCore(roleName(role)));
        m_role->setItemData(m_role->count() - 1, roleHelp(role), Qt::ToolTipRole);
    }
    m_type = new QComboBox(this);
    m_type->setObjectName("type");
    m_type->setToolTip(tr("How the cells are read. Cells that cannot be read so become missing."));
    for (const ColumnType type : types) m_type->addItem(fromCore(columnTypeName(type)));
    int row = 0;
    for (const auto& [caption, box] : {std::pair{tr("Role"), m_role}, std::pair{tr("Type"), m_type}}) {
        ignoreStrayWheel(box);
        QLabel* label = makeLabel(caption, "muted", true, this);
        label->setBuddy(box);
        label->setMinimumWidth(112);
        grid->addWidget(label, row, 0);
        grid->addWidget(box, row++, 1);
    }
    connect(m_role, &QComboBox::activated, this, &ColumnInspector::chooseRole);
    connect(m_type, &QComboBox::activated, this, &ColumnInspector::chooseType);
    static_cast<QVBoxLayout*>(layout())->addLayout(grid);
}

void ColumnInspector::setColumn(const QString& name) {
    m_column = name;
    refresh();
}

void ColumnInspector::refresh() {
    const auto read = m_document.data();
    const auto index = read ? read->table.indexOf(m_column.toStdString()) : std::nullopt;
    if (!index) return;
    const Column& column = read->table.column(*index);
    const Role role = m_document.spec().data.roles.of(column.name());
    m_name->setText(m_column);
    m_tag->setText(fromCore(columnTypeName(column.type())));
    m_role->setCurrentIndex(indexOf(roles, role));
    m_role->setToolTip(roleHelp(role));
    // What is wanted, which the table is only after it has been read again.
    const auto& wanted = m_document.spec().data.types;
    const auto found = wanted.find(column.name());
    m_type->setCurrentIndex(indexOf(types, found == wanted.end() ? column.type() : found->second));
    const auto profile = m_document.profile();
    const bool isKnown = profile && *index < profile->columns.size();
    m_numbers->setVisible(isKnown);
    if (isKnown) {
        BarChart chart = histogramChart(column.name(), profile->columns[*index]);
        chart.title.clear();  // the name stands above
        m_chart->setVisible(column.type() != ColumnType::Text);
        m_chart->setChart(chart);
        showNumbers(profile->columns[*index]);
    }
    m_findings->show(m_column);
}

void ColumnInspector::setFindings(const std::vector<Finding>& findings) {
    m_findings->setMore(findings);
    if (!m_column.isEmpty()) m_findings->show(m_column);
}

void ColumnInspector::chooseRole(int index) {
    const auto read = m_document.data();
    if (!read) return;
    const Role role = roles[static_cast<std::size_t>(index)];
    m_document.edit(tr("make %1 the %2").arg(m_column, fromCore(roleName(role))), [&](ExperimentSpec& spec) {
        giveRole(spec, read->table, m_column.toStdString(), role, m_document.catalog());
    });
}

void ColumnInspector::chooseType(int index) {
    const ColumnType type = types[static_cast<std::size_t>(index)];
    m_document.edit(tr("read %1 as %2").arg(m_column, fromCore(columnTypeName(type))),
                    [&](ExperimentSpec& spec) { spec.data.types[m_column.toStdString()] = type; });
}

ColumnInspector::Rows ColumnInspector::statistics(const ColumnProfile& profile) {
    Rows rows;
    switch (profile.type) {
        case ColumnType::Number:
            rows = {{tr("mean"), number(profile.mean)},
                    {tr("median"), number(profile.median)},
                    {tr("std. deviation"), number(profile.sd)},
                    {tr("range"), number(profile.min) + QStringLiteral(" – ") + number(profile.max)},
                    {tr("outliers (IQR)"), count(profile.outliers)}};
            break;
        case ColumnType::DateTime:
            rows = {{tr("earliest"), fromCore(profile.first)}, {tr("latest"), fromCore(profile.last)}};
            break;
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
        case ColumnType::Category:
        case ColumnType::Text:
            for (std::size_t i = 0; i < std::min(shownLevels, profile.top.size()); ++i)
                rows.emplace_back(fromCore(profile.top[i].level).simplified(), count(profile.top[i].count));
            break;
    }
    rows.emplace_back(tr("distinct values"), count(profile.distinct));
    rows.emplace_back(tr("missing"), count(profile.missing));
    return rows;
}

void ColumnInspector::showNumbers(const ColumnProfile& profile) {
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int line = 0;
    for (const auto& [caption, value] : statistics(profile)) {
        auto* name = new QLabel(QFontMetrics(font()).elidedText(caption, Qt::ElideMiddle, 190), m_numbers);
        name->setToolTip(QStringLiteral("<p>%1</p>").arg(caption.toHtmlEscaped()));
        name->setTextFormat(Qt::PlainText);
        auto* figure = new QLabel(value, m_numbers);
        figure->setTextFormat(Qt::PlainText);
        figure->setTextInteractionFlags(Qt::TextSelectableByMouse);
        for (QLabel* label : {name, figure}) {
            label->setContentsMargins(10, 5, 10, 5);
            label->setProperty("small", true);
        }
        m_grid->addWidget(name, line, 0);
        m_grid->addWidget(figure, line++, 1, Qt::AlignRight | Qt::AlignVCenter);
        auto* rule = new QFrame(m_numbers);
        rule->setProperty("rule", true);
        rule->setFixedHeight(1);
        m_grid->addWidget(rule, line++, 0, 1, 2);
    }
}

}  // namespace holdout
