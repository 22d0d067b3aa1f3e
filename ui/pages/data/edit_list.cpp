// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/edit_list.h"

#include <QCheckBox>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/param_words.h"
#include "pages/data/data_edits.h"
#include "pages/data/edit_dialog.h"
#include "pages/data/spelling_dialog.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

/// In words; an edit that cannot be made is still shown, by its name.
QString wordsOf(const EditSpec& spec, const EditRegistry& edits) {
    const EditInfo* info = edits.find(spec.id);
    if (!info) return fromCore(spec.id);
    try {
        return QString::fromStdString(info->make(Params(info->params, spec.params, info->id))->words());
    } catch (const Error&) {
        return fromCore(info->label);
    }
}

QToolButton* smallButton(const QString& text, const QString& name, const QString& tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(name);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    return button;
}

bool actsOnColumn(const EditInfo& info) {
    return findSpec(info.params, "column") || findSpec(info.params, "columns");
}

}  // namespace

EditList::EditList(ExperimentDocument& document, QWidget* parent) : QWidget(parent), m_document(document) {
    setObjectName("edits");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(2);
    column->addLayout(m_rows);
    auto* add = new QPushButton(tr("Add an edit"), this);
    add->setObjectName("addEdit");
    auto* menu = new QMenu(add);
    fillMenu(*menu, document, {}, this);
    add->setMenu(menu);
    column->addWidget(add, 0, Qt::AlignLeft);
}

void EditList::refresh() {
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        // A button of the row may be what called: it must outlive the call.
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    const auto& edits = m_document.spec().data.edits;
    if (edits.empty())
        m_rows->addWidget(quietLabel(tr("None yet. An edit changes cells, columns or rows; the file itself stays as it is."), this));
    for (std::size_t i = 0; i < edits.size(); ++i) m_rows->addWidget(row(i));
}

QWidget* EditList::row(std::size_t index) {
    const auto& edits = m_document.spec().data.edits;
    const QString words = wordsOf(edits[index], m_document.catalog().edits);
    auto* line = new QWidget(this);
    line->setObjectName("edit");
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* on = new QCheckBox(line);
    on->setChecked(edits[index].enabled);
    on->setToolTip(tr("Whether this edit is made"));
    on->setAccessibleName(tr("Edit %1: %2").arg(index + 1).arg(words));
    auto* text = makeLabel(words, "small", true, line);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setToolTip(QStringLiteral("<p>%1</p>").arg(words.toHtmlEscaped()));
    layout->addWidget(on, 0, Qt::AlignTop);
    layout->addWidget(text, 1);
    QToolButton* up = smallButton(QStringLiteral("↑"), "up", tr("Earlier"), line);
    QToolButton* down = smallButton(QStringLiteral("↓"), "down", tr("Later"), line);
    QToolButton* remove = smallButton(QStringLiteral("×"), "remove", tr("Remove this edit"), line);
    up->setEnabled(index > 0);
    down->setEnabled(index + 1 < edits.size());
    for (QToolButton* button : {up, down, remove}) layout->addWidget(button, 0, Qt::AlignTop);
    connect(on, &QCheckBox::toggled, this, [this, index](bool enabled) {
        m_document.edit(enabled ? tr("switch an edit on") : tr("switch an edit off"),
                        [=](ExperimentSpec& spec) { spec.data.edits[index].enabled = enabled; });
    });
    connect(up, &QToolButton::clicked, this, [this, index] { move(index, -1); });
    connect(down, &QToolButton::clicked, this, [this, index] { move(index, 1); });
    connect(remove, &QToolButton::clicked, this, [this, index] {
        m_document.edit(tr("remove an edit"), [=](ExperimentSpec& spec) {
            spec.data.edits.erase(spec.data.edits.begin() + static_cast<std::ptrdiff_t>(index));
        });
    });
    return line;
}

void EditList::move(std::size_t index, int by) {
    const auto to = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(index) + by);
    m_document.edit(tr("move an edit"), [=](ExperimentSpec& spec) { std::swap(spec.data.edits[index], spec.data.edits[to]); });
}

void EditList::ask(ExperimentDocument& document, const std::string& id, const std::string& column, QWidget* parent) {
    const auto read = document.data();
    if (!read) return;
    if (id == "merge" && !column.empty()) {
        auto* dialog = new SpellingDialog(document, column, parent);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
        return;
    }
    const EditInfo& info = document.catalog().edits.require(id);
    ParamSet known;
    if (!column.empty() && findSpec(info.params, "column")) known.set("column", column);
    if (!column.empty() && findSpec(info.params, "columns")) known.set("columns", column);
    auto* dialog = new EditDialog(info, read->table, known, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QDialog::accepted, dialog, [dialog, &document, label = fromCore(info.label)] {
        document.edit(label, [&](ExperimentSpec& spec) { addEdit(spec, dialog->spec()); });
    });
    dialog->open();
}

void EditList::fillMenu(QMenu& menu, ExperimentDocument& document, const std::string& column, QWidget* parent) {
    menu.setToolTipsVisible(true);
    std::optional<EditGroup> group;
    for (const EditInfo& info : document.catalog().edits.all()) {
        if (!column.empty() && !actsOnColumn(info)) continue;
        if (group != info.group) {
            if (group) menu.addSeparator();
            menu.addAction(fromCore(editGroupName(info.group)))->setEnabled(false);
            group = info.group;
        }
        QAction* action = menu.addAction(fromCore(info.label) + QChar(0x2026));
        action->setObjectName(fromCore(info.id));
        action->setToolTip("<p>" + fromCore(info.sentence).toHtmlEscaped() + "</p>");
        QObject::connect(action, &QAction::triggered, parent,
                         [&document, id = std::string(info.id), column, parent] { ask(document, id, column, parent); });
    }
}

}  // namespace holdout
