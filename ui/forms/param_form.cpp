// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/param_form.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>
#include <map>

#include "forms/form_parts.h"
#include "forms/param_editor.h"
#include "forms/param_words.h"

namespace holdout {
namespace {

const std::vector<ParamGroup> allGroups{ParamGroup::Model, ParamGroup::Regularisation, ParamGroup::Training,
                                        ParamGroup::Advanced};

/// A parameter counts when the one that it hangs on counts itself and has the right value.
bool matters(const ParamSpec& spec, ParamSpecs specs, const ParamSet& values) {
    if (!spec.when) return true;
    const ParamSpec* master = findSpec(specs, spec.when->param);
    return isEnabled(spec, specs, values) && (!master || matters(*master, specs, values));
}

}  // namespace

struct ParamForm::Impl {
    struct Row {
        const ParamSpec* spec = nullptr;
        QLabel* label = nullptr;
        ParamEditor* editor = nullptr;
        QLabel* problem = nullptr;
        QLabel* note = nullptr;
    };
    struct Section {
        QWidget* widget = nullptr;
        QLabel* heading = nullptr;
        std::vector<std::size_t> rows;
    };

    ParamForm* form = nullptr;
    QVBoxLayout* column = nullptr;
    ParamSpecs specs;
    ParamSet values;
    std::vector<ParamGroup> groups;
    QStringList columns;
    std::map<ParamGroup, QString> titles;
    std::vector<Row> rows;
    std::vector<Section> sections;

    void rebuild();
    void addSection(ParamGroup group, bool heading);
    void addRow(const ParamSpec& spec, QGridLayout* grid);
    void showValues();
    void showRows();
    void mark(Row& row, const QString& sentence);
};

void ParamForm::Impl::rebuild() {
    for (Section& section : sections) {
        section.widget->hide();
        section.widget->deleteLater();  // the editor that caused this may still be on the stack
    }
    sections.clear();
    rows.clear();
    const std::vector<ParamGroup>& shown = groups.empty() ? allGroups : groups;
    const auto has = [&](ParamGroup group) {
        return std::any_of(specs.begin(), specs.end(), [&](const ParamSpec& spec) { return spec.group == group; });
    };
    const bool several = std::count_if(shown.begin(), shown.end(), has) > 1;
    for (const ParamGroup group : shown)
        if (has(group)) addSection(group, several || !groups.empty());
}

void ParamForm::Impl::addSection(ParamGroup group, bool heading) {
    Section section;
    section.widget = new QWidget(form);
    auto* box = new QVBoxLayout(section.widget);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(8);
    if (heading) {
        section.heading = sectionHeading(titles.contains(group) ? titles[group] : groupTitle(group), section.widget);
        box->addWidget(section.heading);
    }
    auto* grid = settingsGrid();
    box->addLayout(grid);
    for (const ParamSpec& spec : specs) {
        if (spec.group != group) continue;
        section.rows.push_back(rows.size());
        addRow(spec, grid);
    }
    column->addWidget(section.widget);
    sections.push_back(std::move(section));
}

void ParamForm::Impl::addRow(const ParamSpec& spec, QGridLayout* grid) {
    Row row;
    row.spec = &spec;
    QWidget* parent = form;
    row.label = settingsLabel(fromCore(spec.label), parent);
    row.label->setToolTip(paramTooltip(spec));
    row.editor = makeEditor(spec, parent);
    row.editor->setColumns(columns);
    row.label->setBuddy(row.editor);
    row.problem = new QLabel(parent);
    row.problem->setObjectName(fromCore(spec.id) + ".problem");
    setRole(row.problem, "problem");
    row.problem->setWordWrap(true);
    row.problem->hide();
    row.note = quietLabel({}, parent);
    row.note->setObjectName(fromCore(spec.id) + ".note");
    row.note->hide();

    auto* field = new QVBoxLayout;
    field->setSpacing(2);
    field->addWidget(row.editor);
    field->addWidget(row.problem);
    field->addWidget(row.note);
    const int line = grid->rowCount();
    grid->addWidget(row.label, line, 0, Qt::AlignTop);
    grid->addLayout(field, line, 1);

    const std::size_t index = rows.size();
    const std::string id(spec.id);
    ParamEditor* editor = row.editor;
    QObject::connect(editor, &ParamEditor::chosen, form, [this, id](const ParamValue& value, bool sliding) {
        values.set(id, value);
        showRows();
        emit form->edited(QString::fromStdString(id), value, sliding);
    });
    // An editor of an earlier rebuild may still speak before it is deleted: its place may belong to another by then.
    QObject::connect(editor, &ParamEditor::refused, form, [this, index, editor](const QString& sentence) {
        if (index < rows.size() && rows[index].editor == editor) mark(rows[index], sentence);
    });
    QObject::connect(editor, &ParamEditor::accepted, form, [this, index, editor] {
        if (index < rows.size() && rows[index].editor == editor) mark(rows[index], {});
    });
    rows.push_back(row);
}

void ParamForm::Impl::mark(Row& row, const QString& sentence) {
    const bool bad = !sentence.isEmpty();
    row.problem->setText(sentence);
    row.problem->setVisible(bad);
    QWidget* field = row.editor->focusProxy();
    if (!field || field->property("invalid").toBool() == bad) return;
    field->setProperty("invalid", bad);
    field->style()->unpolish(field);
    field->style()->polish(field);
}

void ParamForm::Impl::showValues() {
    for (Row& row : rows) row.editor->setValue(valueOrFallback(specs, values, row.spec->id));
    showRows();
}

void ParamForm::Impl::showRows() {
    for (const Section& section : sections) {
        bool any = false;
        for (const std::size_t i : section.rows) {
            Row& row = rows[i];
            const bool shown = matters(*row.spec, specs, values);
            any |= shown;
            row.label->setVisible(shown);
            row.editor->setVisible(shown);
            row.problem->setVisible(shown && !row.problem->text().isEmpty());
            row.note->setVisible(shown && !row.note->text().isEmpty());
        }
        if (section.heading) section.heading->setVisible(any);
    }
}

ParamForm::ParamForm(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    m_impl->form = this;
    m_impl->column = new QVBoxLayout(this);
    m_impl->column->setContentsMargins(0, 0, 0, 0);
    m_impl->column->setSpacing(14);
}

ParamForm::~ParamForm() = default;

void ParamForm::setParams(ParamSpecs specs, const ParamSet& values, const std::vector<ParamGroup>& groups) {
    const bool same = specs.data() == m_impl->specs.data() && specs.size() == m_impl->specs.size() && groups == m_impl->groups;
    m_impl->values = values;
    if (!same) {
        m_impl->specs = specs;
        m_impl->groups = groups;
        m_impl->rebuild();
    }
    m_impl->showValues();
}

void ParamForm::setGroupTitle(ParamGroup group, const QString& title) { m_impl->titles[group] = title; }

void ParamForm::setColumns(const QStringList& names) {
    m_impl->columns = names;
    for (const Impl::Row& row : m_impl->rows) row.editor->setColumns(names);
}

void ParamForm::setNote(const QString& id, const QString& text) {
    for (Impl::Row& row : m_impl->rows) {
        if (fromCore(row.spec->id) != id) continue;
        row.note->setText(text);
        row.note->setVisible(!text.isEmpty() && matters(*row.spec, m_impl->specs, m_impl->values));
    }
}

bool ParamForm::isEmpty() const { return m_impl->rows.empty(); }

}  // namespace holdout
