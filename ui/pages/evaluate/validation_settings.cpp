// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/evaluate/validation_settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QVBoxLayout>

#include "forms/choice_box.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_form.h"
#include "forms/param_words.h"

namespace holdout {

ValidationSettings::ValidationSettings(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_split(new ChoiceBox(this)), m_sentence(quietLabel({}, this)), m_form(new ParamForm(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(sectionHeading(tr("Validation"), this));
    m_split->setObjectName("split");
    for (const SplitInfo& info : document.catalog().splits.all()) m_split->addItem(fromCore(info.label), fromCore(info.id));
    ignoreStrayWheel(m_split);
    auto* grid = settingsGrid();
    grid->addWidget(settingsLabel(tr("Split"), this), 0, 0);
    grid->addWidget(m_split, 0, 1);
    column->addLayout(grid);
    column->addWidget(m_sentence);
    column->addWidget(m_form);
    buildMetrics(column);
    buildSeed(column);
    connect(m_split, &QComboBox::activated, this, [this](int index) {
        const std::string id = m_split->itemData(index).toString().toStdString();
        if (id != m_document.spec().validate.id)
            m_document.edit(tr("choose the split"), [&](ExperimentSpec& spec) { spec.validate = {id, {}}; });
    });
    connect(m_form, &ParamForm::edited, this, [this](const QString& param, const ParamValue& value, bool more) {
        m_document.edit(tr("set %1").arg(param),
                        [&](ExperimentSpec& spec) { spec.validate.params.set(param.toStdString(), value); },
                        m_gesture.key("validate." + param, more));
    });
    connect(&document, &ExperimentDocument::specChanged, this, &ValidationSettings::refresh);
    connect(&document, &ExperimentDocument::dataChanged, this, &ValidationSettings::refresh);
    refresh();
}

void ValidationSettings::buildMetrics(QVBoxLayout* column) {
    column->addWidget(sectionHeading(tr("Scores"), this));
    auto* list = new QVBoxLayout;
    list->setSpacing(4);
    for (const MetricInfo& info : m_document.catalog().metrics.all()) {
        auto* box = new QCheckBox(fromCore(info.label), this);
        box->setObjectName("metric." + fromCore(info.id));
        box->setToolTip("<p>" + fromCore(info.sentence).toHtmlEscaped() + "</p>");
        list->addWidget(box);
        m_metrics.emplace_back(info.id, box);
        connect(box, &QCheckBox::clicked, this, [this, id = std::string(info.id)](bool on) { toggleMetric(id, on); });
    }
    column->addLayout(list);
}

void ValidationSettings::buildSeed(QVBoxLayout* column) {
    m_seed = new QLineEdit(this);
    m_seed->setObjectName("seed");
    m_seed->setToolTip(tr("Folds, initial weights and searches follow from it: the same seed gives the same numbers."));
    m_seed->setValidator(new QRegularExpressionValidator(QRegularExpression("\\d{1,18}"), m_seed));
    auto* grid = settingsGrid();
    grid->addWidget(settingsLabel(tr("Seed"), this), 0, 0);
    grid->addWidget(m_seed, 0, 1);
    column->addLayout(grid);
    connect(m_seed, &QLineEdit::editingFinished, this, [this] {
        const std::uint64_t seed = m_seed->text().toULongLong();
        if (seed != m_document.spec().seed) m_document.edit(tr("set the seed"), [=](ExperimentSpec& spec) { spec.seed = seed; });
    });
}

void ValidationSettings::toggleMetric(const std::string& metric, bool on) {
    std::vector<std::string> chosen = m_document.metrics();
    if (on)
        chosen.push_back(metric);
    else
        std::erase(chosen, metric);
    if (chosen.empty()) {  // no metric at all would mean the defaults: the last one stays
        refresh();
        return;
    }
    m_document.edit(tr("choose the scores"), [&](ExperimentSpec& spec) { spec.metrics = chosen; });
}

void ValidationSettings::refresh() {
    const SplitSpec& split = m_document.spec().validate;
    m_split->setCurrentIndex(m_split->findData(QString::fromStdString(split.id)));
    const SplitInfo* info = m_document.catalog().splits.find(split.id);
    m_form->setVisible(info);
    m_sentence->setText(info ? fromCore(info->sentence) : QString());
    if (info) m_form->setParams(info->params, split.params);
    const std::vector<std::string> chosen = m_document.metrics();
    const auto task = m_document.task();
    for (const auto& [id, box] : m_metrics) {
        box->setVisible(!task || m_document.catalog().metrics.require(id).task == *task);
        box->setChecked(std::find(chosen.begin(), chosen.end(), id) != chosen.end());
    }
    if (!m_seed->hasFocus()) m_seed->setText(QString::number(m_document.spec().seed));
}

}  // namespace holdout
