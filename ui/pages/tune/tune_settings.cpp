// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/tune_settings.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "pages/tune/space_editor.h"

namespace holdout {

TuneSpec suggestedTuning(const ExperimentSpec& spec, const Catalog& catalog, const SearchRegistry& searches) {
    TuneSpec tune;
    if (!searches.find(tune.search) && !searches.all().empty()) tune.search = searches.all().front().id;
    const ModelInfo* info = catalog.models.find(spec.pipeline.model.id);
    if (!info) return tune;
    for (const ParamGroup group : {ParamGroup::Regularisation, ParamGroup::Model, ParamGroup::Training})
        for (const ParamSpec& param : info->params) {
            const bool number = std::holds_alternative<RealRange>(param.rule) || std::holds_alternative<IntegerRange>(param.rule);
            if (tune.space.size() < 2 && number && param.group == group && isEnabled(param, info->params, spec.pipeline.model.params))
                tune.space.push_back(defaultDimension(std::string(param.id), param));
        }
    return tune;
}

TuneSettings::TuneSettings(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_search(new QComboBox(this)), m_metric(new QComboBox(this)), m_form(new ParamForm(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    m_search->setObjectName("search");
    m_metric->setObjectName("tuneMetric");
    for (const SearchInfo& info : document.searches().all()) {
        m_search->addItem(fromCore(info.label), fromCore(info.id));
        m_search->setItemData(m_search->count() - 1, fromCore(info.sentence), Qt::ToolTipRole);
    }
    auto* grid = settingsGrid();
    grid->addWidget(settingsLabel(tr("Method"), this), 0, 0);
    grid->addWidget(m_search, 0, 1);
    grid->addWidget(settingsLabel(tr("Score"), this), 1, 0);
    grid->addWidget(m_metric, 1, 1);
    column->addWidget(sectionHeading(tr("Search"), this));
    column->addLayout(grid);
    column->addWidget(m_form);
    column->addWidget(sectionHeading(tr("Space"), this));
    column->addWidget(new SpaceEditor(document, this));
    column->addWidget(noteLabel(tr("The best score is optimistic:"),
                                tr("it was chosen because it did well on these very folds. Rows kept out of the search would "
                                   "score a little lower."),
                                this));
    for (QComboBox* box : {m_search, m_metric}) ignoreStrayWheel(box);
    connect(m_search, &QComboBox::activated, this, [this](int index) {
        const std::string id = m_search->itemData(index).toString().toStdString();
        m_document.edit(tr("choose the search"), [&](ExperimentSpec& spec) {
            if (!spec.tune) spec.tune = suggestedTuning(spec, m_document.catalog(), m_document.searches());
            if (spec.tune->search != id) spec.tune->params = {};
            spec.tune->search = id;
        });
    });
    connect(m_metric, &QComboBox::activated, this, [this](int index) {
        const std::string id = m_metric->itemData(index).toString().toStdString();
        m_document.edit(tr("choose the score to tune for"), [&](ExperimentSpec& spec) {
            if (!spec.tune) spec.tune = suggestedTuning(spec, m_document.catalog(), m_document.searches());
            spec.tune->metric = id;
        });
    });
    connect(m_form, &ParamForm::edited, this, [this](const QString& param, const ParamValue& value, bool more) {
        m_document.edit(tr("set %1").arg(param),
                        [&](ExperimentSpec& spec) {
                            if (spec.tune) spec.tune->params.set(param.toStdString(), value);
                        },
                        m_gesture.key("tune." + param, more));
    });
    connect(&document, &ExperimentDocument::specChanged, this, &TuneSettings::refresh);
    connect(&document, &ExperimentDocument::dataChanged, this, &TuneSettings::refresh);
    refresh();
}

void TuneSettings::refresh() {
    const auto& tune = m_document.spec().tune;
    m_search->setCurrentIndex(tune ? m_search->findData(QString::fromStdString(tune->search)) : -1);
    const std::vector<std::string> metrics = m_document.metrics();
    m_metric->clear();
    for (const std::string& metric : metrics) {
        const MetricInfo* info = m_document.catalog().metrics.find(metric);
        m_metric->addItem(info ? fromCore(info->label) : QString::fromStdString(metric), QString::fromStdString(metric));
    }
    const int chosen = tune ? m_metric->findData(QString::fromStdString(tune->metric)) : -1;
    m_metric->setCurrentIndex(std::max(0, chosen));
    const SearchInfo* info = tune ? m_document.searches().find(tune->search) : nullptr;
    m_form->setVisible(info);
    if (info) m_form->setParams(info->params, tune->params);
}

}  // namespace holdout
