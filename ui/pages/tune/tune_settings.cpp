// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/tune_settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "forms/choice_box.h"
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

TuneSpec effectiveTuning(const ExperimentDocument& document) {
    const ExperimentSpec& spec = document.spec();
    return spec.tune ? *spec.tune : suggestedTuning(spec, document.catalog(), document.searches());
}

TuneSpec& tuningToChange(ExperimentSpec& spec, const ExperimentDocument& document) {
    if (!spec.tune) spec.tune = suggestedTuning(spec, document.catalog(), document.searches());
    return *spec.tune;
}

void ensureTuning(ExperimentDocument& document) {
    if (document.spec().tune && !document.spec().tune->space.empty()) return;
    const TuneSpec suggested = suggestedTuning(document.spec(), document.catalog(), document.searches());
    if (suggested.space.empty()) return;
    document.edit(QObject::tr("set up tuning"), [&](ExperimentSpec& spec) {
        tuningToChange(spec, document).space = suggested.space;
    });
}

TuneSettings::TuneSettings(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_search(new ChoiceBox(this)), m_metric(new ChoiceBox(this)), m_form(new ParamForm(this)) {
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
    m_against = new ChoiceBox(this);
    m_against->setObjectName("against");
    m_against->addItem(tr("nothing else"), static_cast<int>(SecondGoal::None));
    m_against->addItem(tr("training time"), static_cast<int>(SecondGoal::Time));
    m_against->addItem(tr("size of the model"), static_cast<int>(SecondGoal::Size));
    m_against->setToolTip(tr("A second goal. Bayesian search, the tree of Parzen estimators and Hyperband then go after the whole Pareto "
                             "front: the trials that no other beats in both, which are marked and drawn. Times are measured, so that "
                             "another run of a search for time tries other points; sizes are always the same."));
    ignoreStrayWheel(m_against);
    grid->addWidget(settingsLabel(tr("Weighed against"), this), 2, 0);
    grid->addWidget(m_against, 2, 1);
    connect(m_against, &QComboBox::activated, this, [this](int index) {
        const auto goal = static_cast<SecondGoal>(m_against->itemData(index).toInt());
        m_document.edit(tr("choose the second goal"), [&](ExperimentSpec& spec) { tuningToChange(spec, m_document).against = goal; });
    });
    column->addWidget(sectionHeading(tr("Search"), this));
    column->addLayout(grid);
    column->addWidget(m_form);
    column->addWidget(sectionHeading(tr("Space"), this));
    column->addWidget(new SpaceEditor(document, this));
    m_nested = new QCheckBox(tr("Nested estimate"), this);
    m_nested->setObjectName("nested");
    m_nested->setToolTip(tr("Repeats the whole search in 5 outer folds, so that rows which had no part in choosing score the winner. "
                            "Takes about five times as long."));
    column->addWidget(m_nested);
    connect(m_nested, &QCheckBox::clicked, this, [this](bool on) {
        m_document.edit(tr("set the nested estimate"), [&](ExperimentSpec& spec) {
            tuningToChange(spec, m_document).nested = on ? std::optional<std::int64_t>(5) : std::nullopt;
        });
    });
    column->addWidget(noteLabel(tr("The best score is optimistic:"),
                                tr("it was chosen because it did well on these very folds. Rows kept out of the search would "
                                   "score a little lower; a nested estimate says by how much."),
                                this));
    for (QComboBox* box : {m_search, m_metric}) {
        ignoreStrayWheel(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);  // the panel is narrow, some names are long
        box->setMinimumContentsLength(8);
    }
    connect(m_search, &QComboBox::activated, this, [this](int index) {
        const std::string id = m_search->itemData(index).toString().toStdString();
        m_document.edit(tr("choose the search"), [&](ExperimentSpec& spec) {
            TuneSpec& tune = tuningToChange(spec, m_document);
            if (tune.search != id) tune.params = {};
            tune.search = id;
        });
    });
    connect(m_metric, &QComboBox::activated, this, [this](int index) {
        const std::string id = m_metric->itemData(index).toString().toStdString();
        m_document.edit(tr("choose the score to tune for"), [&](ExperimentSpec& spec) {
            tuningToChange(spec, m_document).metric = id;
        });
    });
    connect(m_form, &ParamForm::edited, this, [this](const QString& param, const ParamValue& value, bool more) {
        m_document.edit(tr("set %1").arg(param),
                        [&](ExperimentSpec& spec) { tuningToChange(spec, m_document).params.set(param.toStdString(), value); },
                        m_gesture.key("tune." + param, more));
    });
    connect(&document, &ExperimentDocument::specChanged, this, &TuneSettings::refresh);
    connect(&document, &ExperimentDocument::dataChanged, this, &TuneSettings::refresh);
    refresh();
}

void TuneSettings::refresh() {
    const TuneSpec tune = effectiveTuning(m_document);
    m_search->setCurrentIndex(m_search->findData(QString::fromStdString(tune.search)));
    m_nested->setChecked(tune.nested.has_value());
    m_against->setCurrentIndex(m_against->findData(static_cast<int>(tune.against)));
    const std::vector<std::string> metrics = m_document.metrics();
    m_metric->clear();
    for (const std::string& metric : metrics) {
        const MetricInfo* info = m_document.catalog().metrics.find(metric);
        m_metric->addItem(info ? fromCore(info->label) : QString::fromStdString(metric), QString::fromStdString(metric));
    }
    m_metric->setCurrentIndex(std::max(0, m_metric->findData(QString::fromStdString(tune.metric))));
    const SearchInfo* info = m_document.searches().find(tune.search);
    m_form->setVisible(info);
    if (!info) return;
    m_form->setGroupTitle(ParamGroup::Model, fromCore(info->label));
    m_form->setParams(info->params, tune.params);
}

}  // namespace holdout
