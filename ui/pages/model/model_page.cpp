// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/model/model_page.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "base/format.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "pages/model/model_card.h"

namespace holdout {
namespace {

/// Searched parameters that the new model does not have would stop every run.
void dropForeignDimensions(ExperimentSpec& spec, const Catalog& catalog) {
    if (!spec.tune) return;
    std::erase_if(spec.tune->space, [&](const Dimension& dimension) {
        try {
            dimensionSpec(spec.pipeline, catalog, dimension.name);
            return false;
        } catch (const Error&) {
            return true;
        }
    });
}

}  // namespace

ModelPage::ModelPage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Model"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildCards();
    buildSettings();
    for (auto signal : {&ExperimentDocument::specChanged, &ExperimentDocument::dataChanged})
        connect(&document, signal, this, [this] {
            emit railChanged();
            showWhenSeen([this] { refresh(); });
        });
    refresh();
}

void ModelPage::buildCards() {
    m_grid = new QGridLayout;
    m_grid->setSpacing(10);
    for (const ModelInfo& info : document().catalog().models.all()) {
        auto* card = new ModelCard(info, m_body->content()->parentWidget());
        m_cards[std::string(info.id)] = card;
        connect(card, &ModelCard::chosen, this, [this, id = std::string(info.id)] { choose(id); });
    }
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, 1);
    m_body->content()->addLayout(m_grid);
    m_body->content()->addStretch(1);
}

void ModelPage::buildSettings() {
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    m_heading = sectionHeading({}, m_settings);
    m_sentence = quietLabel({}, m_settings);
    m_form = new ParamForm(m_settings);
    m_note = noteLabel({}, {}, m_settings);
    column->addWidget(m_heading);
    column->addWidget(m_form);
    column->addWidget(m_sentence);
    column->addWidget(m_note);
    column->addStretch(1);
    connect(m_form, &ParamForm::edited, this, [this](const QString& param, const ParamValue& value, bool more) {
        document().edit(tr("set %1").arg(param),
                        [&](ExperimentSpec& spec) { spec.pipeline.model.params.set(param.toStdString(), value); },
                        m_gesture.key("model." + param, more));
    });
}

void ModelPage::arrange(const std::vector<ModelCard*>& cards) {
    if (cards == m_arranged) return;
    m_arranged = cards;
    for (std::size_t i = 0; i < cards.size(); ++i) m_grid->addWidget(cards[i], static_cast<int>(i / 2), static_cast<int>(i % 2));
    for (std::size_t i = 1; i < cards.size(); ++i) QWidget::setTabOrder(cards[i - 1], cards[i]);
}

QString ModelPage::railSummary() const {
    if (!document().data()) return {};
    const ModelInfo* info = document().catalog().models.find(document().spec().pipeline.model.id);
    return info ? fromCore(info->label) : QString();
}

bool ModelPage::isDone() const { return document().data() && !railSummary().isEmpty(); }

std::int64_t ModelPage::rows() const {
    const auto read = document().data();
    if (!read) return 0;
    const auto target = read->table.indexOf(document().spec().data.roles.target);
    const std::size_t unknown = target ? read->table.column(*target).missing().count() : 0;
    return static_cast<std::int64_t>(read->table.rows() - unknown);
}

void ModelPage::choose(const std::string& modelId) {
    const ModelSpec& now = document().spec().pipeline.model;
    if (now.id == modelId) return;
    m_remembered[now.id] = now.params;
    const ParamSet params = m_remembered[modelId];
    document().edit(tr("choose %1").arg(QString::fromStdString(modelId)), [&](ExperimentSpec& spec) {
        spec.pipeline.model = {modelId, params};
        dropForeignDimensions(spec, document().catalog());
    });
}

QString ModelPage::meaning() const {
    const ModelSpec& model = document().spec().pipeline.model;
    const ModelInfo* info = document().catalog().models.find(model.id);
    if (!info) return {};
    const auto valueOf = [&](std::string_view param) -> std::optional<ParamValue> {
        const ParamSpec* spec = findSpec(info->params, param);
        if (!spec || !holdout::isEnabled(*spec, info->params, model.params)) return std::nullopt;
        return valueOrFallback(info->params, model.params, param);
    };
    if (const auto penalty = valueOf("penalty"); penalty && *penalty == ParamValue(std::string("none")))
        return tr("Nothing holds the coefficients back: with few rows for each column they follow the noise.");
    const auto lambda = valueOf("lambda");
    if (!lambda) return {};
    const auto* strength = std::get_if<double>(&*lambda);
    if (strength && *strength == 0) return tr("A strength of 0 is no penalty at all.");
    if (const auto mix = valueOf("l1_ratio"))
        if (const auto* ratio = std::get_if<double>(&*mix))
            return *ratio > 0 ? tr("Some coefficients will be exactly 0, so columns drop out; more so the larger lambda is.")
                              : tr("All coefficients shrink towards 0, none gets there; more so the larger lambda is.");
    return tr("The larger lambda, the smaller the coefficients and the smoother the model. Tune finds a good one.");
}

void ModelPage::refresh() {
    if (!document().data()) {
        m_body->setLine({});
        m_settings->setEnabled(false);
        m_body->showEmpty(tr("No data yet"),
                          tr("Here you will choose what learns from your rows, from a plain baseline to a neural network, "
                             "and set its regularisation. Open a file first."),
                          tr("Open data"), [this] { emit goTo("data"); });
        return;
    }
    m_settings->setEnabled(true);
    m_body->showContent();
    const ExperimentSpec& spec = document().spec();
    const auto task = document().task();
    const bool weighted = !spec.data.roles.weight.empty();
    m_body->setLine(task ? tr("For %1 of %2").arg(fromCore(taskName(*task)), QString::fromStdString(spec.data.roles.target))
                         : tr("Choose a target on the Data page to see which models fit it"));
    std::vector<ModelCard*> usable, refused;
    for (const ModelInfo& info : document().catalog().models.all()) {
        const QString refusal = task ? QString::fromStdString(info.refusal(*task, weighted)) : QString();
        ModelCard* card = m_cards[std::string(info.id)];
        card->show(spec.pipeline.model.id == info.id, refusal);
        (refusal.isEmpty() ? usable : refused).push_back(card);
    }
    usable.insert(usable.end(), refused.begin(), refused.end());
    arrange(usable);
    const ModelInfo* info = document().catalog().models.find(spec.pipeline.model.id);
    m_form->setVisible(info);
    if (!info) return;
    m_heading->setText(fromCore(info->label));
    m_sentence->setText(info->params.empty() ? tr("It has nothing to set.") : QString());
    m_sentence->setVisible(info->params.empty());
    m_form->setParams(info->params, spec.pipeline.model.params,
                      {ParamGroup::Regularisation, ParamGroup::Model, ParamGroup::Training, ParamGroup::Advanced});
    if (findSpec(info->params, "lambda")) {
        const ParamValue lambda = valueOrFallback(info->params, spec.pipeline.model.params, "lambda");
        if (const auto* value = std::get_if<double>(&lambda))
            m_form->setNote("lambda", lambdaEquivalent(info->id, *value, rows()));
    }
    const QString words = meaning();
    setNote(m_note, tr("What it means."), words);
    m_note->setVisible(!words.isEmpty());
}

}  // namespace holdout
