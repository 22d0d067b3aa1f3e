// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/space_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/tune/tune_settings.h"

namespace holdout {

SpaceEditor::SpaceEditor(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_column(new QVBoxLayout(this)), m_menu(new QMenu(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    auto* add = new QPushButton(tr("Add parameter"), this);
    add->setObjectName("addDimension");
    add->setMenu(m_menu);
    m_column->addWidget(add);
    connect(m_menu, &QMenu::aboutToShow, this, &SpaceEditor::fillMenu);
    connect(&document, &ExperimentDocument::specChanged, this, &SpaceEditor::refresh);
    fillMenu();
    refresh();
}

void SpaceEditor::fillMenu() {
    m_menu->clear();
    const PipelineSpec& pipeline = m_document.spec().pipeline;
    const Catalog& catalog = m_document.catalog();
    const auto offer = [&](QMenu* menu, const std::string& name, const ParamSpec& spec) {
        const bool searchable = std::holds_alternative<IntegerRange>(spec.rule) || std::holds_alternative<RealRange>(spec.rule) ||
                                std::holds_alternative<OneOf>(spec.rule) || std::holds_alternative<AnyBool>(spec.rule);
        const bool there = std::any_of(m_shown.begin(), m_shown.end(), [&](const Dimension& d) { return d.name == name; });
        if (!searchable || there) return;
        QAction* action = menu->addAction(fromCore(spec.label));
        action->setObjectName(QString::fromStdString(name));
        connect(action, &QAction::triggered, this, [this, name, &spec] {
            m_document.edit(tr("search %1").arg(QString::fromStdString(name)), [&](ExperimentSpec& experiment) {
                tuningToChange(experiment, m_document).space.push_back(defaultDimension(name, spec));
            });
        });
    };
    if (const ModelInfo* info = catalog.models.find(pipeline.model.id))
        for (const ParamSpec& spec : info->params) offer(m_menu, std::string(spec.id), spec);
    for (std::size_t i = 0; i < pipeline.prepare.size(); ++i) {
        const StepInfo* info = catalog.steps.find(pipeline.prepare[i].id);
        if (!info || info->params.empty()) continue;
        QMenu* menu = m_menu->addMenu(tr("Step %1: %2").arg(i + 1).arg(fromCore(info->label)));
        for (const ParamSpec& spec : info->params) offer(menu, "prepare." + std::to_string(i) + "." + std::string(spec.id), spec);
    }
}

void SpaceEditor::change(std::size_t index, const std::function<void(Dimension&)>& changeIt) {
    m_document.edit(tr("change the search space"), [&](ExperimentSpec& spec) {
        SearchSpace& space = tuningToChange(spec, m_document).space;
        if (index < space.size()) changeIt(space[index]);
    });
}

void SpaceEditor::refresh() {
    const SearchSpace space = effectiveTuning(m_document).space;
    if (space == m_shown) return;
    m_shown = space;
    for (QWidget* row : m_rows) {
        row->hide();
        row->deleteLater();
    }
    m_rows.clear();
    for (std::size_t i = 0; i < space.size(); ++i) addRow(i, space[i]);
    fillMenu();
}

void SpaceEditor::addRow(std::size_t index, const Dimension& dimension) {
    auto* row = new QWidget(this);
    row->setObjectName("dimension." + QString::fromStdString(dimension.name));
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* head = new QHBoxLayout;
    auto* remove = new QToolButton(row);
    remove->setText("✕");
    remove->setObjectName("remove");
    remove->setToolTip(tr("Do not search this parameter"));
    head->addWidget(new QLabel(QString::fromStdString(dimension.name), row), 1);
    head->addWidget(remove);
    column->addLayout(head);
    connect(remove, &QToolButton::clicked, this, [this, index] {
        m_document.edit(tr("search one parameter less"), [&](ExperimentSpec& spec) {
            SearchSpace& space = tuningToChange(spec, m_document).space;
            const std::string gone = space[index].name;
            space.erase(space.begin() + static_cast<std::ptrdiff_t>(index));
            for (Dimension& other : space)  // a condition on what is no longer searched would stop every run
                if (other.when && other.when->param == gone) other.when.reset();
        });
    });
    if (dimension.choices.empty()) {
        addRange(index, dimension, column);
    } else {
        QStringList words;
        for (const ParamValue& choice : dimension.choices) words << fromCore(valueText(choice));
        column->addWidget(quietLabel(words.join(" · "), row));
    }
    addCondition(index, dimension, column);
    m_column->insertWidget(static_cast<int>(index), row);
    m_rows.push_back(row);
}

void SpaceEditor::addCondition(std::size_t index, const Dimension& dimension, QVBoxLayout* column) {
    QWidget* row = column->parentWidget();
    const auto valueWords = [](const DimensionCondition& condition) {
        QStringList words;
        for (const ParamValue& value : condition.values) words << fromCore(valueText(value));
        return tr("only if %1 is %2").arg(QString::fromStdString(condition.param), words.join(tr(" or ")));
    };
    // Parameters with choices that do not themselves hang on this one.
    std::vector<const Dimension*> masters;
    for (const Dimension& other : m_shown)
        if (other.name != dimension.name && !other.choices.empty() && !(other.when && other.when->param == dimension.name))
            masters.push_back(&other);
    if (masters.empty() && !dimension.when) return;
    auto* button = new QToolButton(row);
    button->setObjectName("when");
    button->setProperty("flat", true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setToolTip(tr("When this parameter is searched: always, or only while another has one of some values"));
    std::optional<DimensionCondition> when = dimension.when;
    if (!when) {
        // What the parameters' own descriptions say needs no setting.
        try {
            for (const Dimension& checked : checkedSpace(m_shown, m_document.spec().pipeline, m_document.catalog()))
                if (checked.name == dimension.name) when = checked.when;
        } catch (const Error&) {
        }
    }
    button->setText(when ? valueWords(*when) : tr("always"));
    auto* menu = new QMenu(button);
    QAction* always = menu->addAction(tr("As the model uses it"));
    always->setObjectName("always");
    always->setCheckable(true);
    always->setChecked(!dimension.when);
    connect(always, &QAction::triggered, this, [this, index] { change(index, [](Dimension& d) { d.when.reset(); }); });
    for (const Dimension* master : masters) {
        QMenu* values = menu->addMenu(tr("Only if %1 is").arg(QString::fromStdString(master->name)));
        for (const ParamValue& value : master->choices) {
            QAction* action = values->addAction(fromCore(valueText(value)));
            action->setObjectName(QString::fromStdString(master->name) + '=' + fromCore(valueText(value)));
            action->setCheckable(true);
            const bool isOn = dimension.when && dimension.when->param == master->name &&
                              std::find(dimension.when->values.begin(), dimension.when->values.end(), value) != dimension.when->values.end();
            action->setChecked(isOn);
            connect(action, &QAction::triggered, this, [this, index, name = master->name, value](bool on) {
                change(index, [&](Dimension& d) {
                    if (!d.when || d.when->param != name) d.when = DimensionCondition{name, {}};
                    if (on)
                        d.when->values.push_back(value);
                    else
                        std::erase(d.when->values, value);
                    if (d.when->values.empty()) d.when.reset();
                });
            });
        }
    }
    button->setMenu(menu);
    column->addWidget(button);
}

void SpaceEditor::addRange(std::size_t index, const Dimension& dimension, QVBoxLayout* column) {
    QWidget* row = column->parentWidget();
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    const auto field = [&](const char* name, const QString& text, const QString& placeholder, const QString& tip, auto accept) {
        auto* edit = new QLineEdit(text, row);
        edit->setObjectName(name);
        edit->setToolTip(tip);
        edit->setPlaceholderText(placeholder);
        line->addWidget(edit, 1);
        connect(edit, &QLineEdit::editingFinished, this, [edit, text, accept] {
            if (edit->text() == text) return;
            const bool good = accept(edit->text());
            edit->setProperty("invalid", !good);
            edit->style()->unpolish(edit);
            edit->style()->polish(edit);
        });
    };
    // An end is taken only when the whole dimension is then allowed by the parameter's own rule.
    const auto end = [this, index, dimension](double Dimension::*which, const QString& text) {
        bool good = false;
        Dimension wanted = dimension;
        wanted.*which = text.toDouble(&good);
        if (!good || wanted.low >= wanted.high) return false;
        try {
            checkedDimension(wanted, dimensionSpec(m_document.spec().pipeline, m_document.catalog(), wanted.name));
        } catch (const Error&) {
            return false;
        }
        change(index, [&](Dimension& d) { d = wanted; });
        return true;
    };
    field("low", numberText(dimension.low), tr("from"), tr("Smallest value"), [end](const QString& text) { return end(&Dimension::low, text); });
    line->addWidget(new QLabel("–", row));
    field("high", numberText(dimension.high), tr("to"), tr("Largest value"), [end](const QString& text) { return end(&Dimension::high, text); });
    auto* scale = new QComboBox(row);
    scale->setObjectName("scale");
    scale->addItems({tr("linear"), tr("log")});
    scale->setCurrentIndex(dimension.scale == Scale::Log ? 1 : 0);
    ignoreStrayWheel(scale);
    line->addWidget(scale);
    connect(scale, &QComboBox::activated, this, [this, index](int chosen) {
        change(index, [&](Dimension& d) { d.scale = chosen == 1 && d.low > 0 ? Scale::Log : Scale::Linear; });
    });
    field("steps", dimension.steps ? QString::number(*dimension.steps) : QString(), tr("points"),
          tr("Grid points of this parameter; empty takes the search's own"), [this, index](const QString& text) {
              bool good = false;
              const int steps = text.toInt(&good);
              if (!text.isEmpty() && (!good || steps < 1 || steps > 10'000)) return false;
              change(index, [&](Dimension& d) { d.steps = text.isEmpty() ? std::nullopt : std::optional(steps); });
              return true;
          });
    column->addLayout(line);
}

}  // namespace holdout
