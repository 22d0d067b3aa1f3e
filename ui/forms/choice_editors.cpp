// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/choice_editors.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <array>

#include "forms/choice_box.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"

namespace holdout {
namespace {

QHBoxLayout* bareRow(QWidget* widget) {
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    return row;
}

const std::array columnGroups{"all", "numbers", "categories", "texts", "dates"};

}  // namespace

ChoiceEditor::ChoiceEditor(const ParamSpec& spec, const OneOf& rule, QWidget* parent)
    : ParamEditor(parent), m_box(new ChoiceBox(this)) {
    bareRow(this)->addWidget(m_box);
    setFocusProxy(m_box);
    m_box->setAccessibleName(fromCore(spec.label));
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(8);
    for (const OneOf::Choice& choice : rule.choices)
        m_box->addItem(fromCore(choice.label.empty() ? choice.id : choice.label), fromCore(choice.id));
    ignoreStrayWheel(m_box);
    connect(m_box, &QComboBox::activated, this,
            [this](int index) { emit chosen(m_box->itemData(index).toString().toStdString(), false); });
    setValue(spec.fallback);
}

void ChoiceEditor::setValue(const ParamValue& value) {
    const auto* id = std::get_if<std::string>(&value);
    m_box->setCurrentIndex(id ? m_box->findData(QString::fromStdString(*id)) : -1);
    emit accepted();
}

FlagEditor::FlagEditor(const ParamSpec& spec, QWidget* parent) : ParamEditor(parent), m_box(new QCheckBox(this)) {
    bareRow(this)->addWidget(m_box);
    setFocusProxy(m_box);
    m_box->setAccessibleName(fromCore(spec.label));
    connect(m_box, &QCheckBox::clicked, this, [this](bool on) { emit chosen(on, false); });
    setValue(spec.fallback);
}

void FlagEditor::setValue(const ParamValue& value) {
    const auto* flag = std::get_if<bool>(&value);
    m_box->setChecked(flag && *flag);
    emit accepted();
}

ColumnEditor::ColumnEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_spec(spec), m_box(new QComboBox(this)) {
    bareRow(this)->addWidget(m_box);
    setFocusProxy(m_box);
    m_box->setEditable(true);
    m_box->setInsertPolicy(QComboBox::NoInsert);
    m_box->setCompleter(nullptr);  // it would complete the first of "age, fare" over and over
    m_box->setAccessibleName(fromCore(spec.label));
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(8);
    m_box->lineEdit()->setPlaceholderText(tr("names, separated by commas"));
    ignoreStrayWheel(m_box);
    fill();
    connect(m_box, &QComboBox::activated, this, [this](int index) { offer(m_box->itemText(index), false); });
    connect(m_box->lineEdit(), &QLineEdit::textEdited, this, [this](const QString& text) { offer(text, true); });
    connect(m_box->lineEdit(), &QLineEdit::editingFinished, this, [this] {
        if (std::exchange(m_pending, false)) emit chosen(m_value.toStdString(), false);
    });
    setValue(spec.fallback);
}

void ColumnEditor::fill() {
    const QSignalBlocker quiet(m_box);
    m_box->clear();
    for (const char* group : columnGroups) m_box->addItem(group);
    if (!m_names.isEmpty()) m_box->insertSeparator(m_box->count());
    m_box->addItems(m_names);
    m_box->setEditText(m_value);
}

void ColumnEditor::setColumns(const QStringList& names) {
    if (names == m_names) return;
    m_names = names;
    fill();
}

void ColumnEditor::setValue(const ParamValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    const QString choice = text ? QString::fromStdString(*text) : QString();
    const bool typing = m_box->lineEdit()->hasFocus() && m_box->currentText() == choice;
    m_value = choice;
    if (!typing) m_box->setEditText(choice);
    emit accepted();
}

QString ColumnEditor::unknownName(const QString& text) const {
    if (m_names.isEmpty()) return {};  // the columns are not known: core will say
    for (const char* group : columnGroups)
        if (text.trimmed() == group) return {};
    for (const QString& name : text.split(','))
        if (!m_names.contains(name.trimmed())) return name.trimmed();
    return {};
}

void ColumnEditor::offer(const QString& text, bool sliding) {
    const ParamValue value = text.toStdString();
    if (violation(m_spec.rule, value)) {
        emit refused(ruleSentence(m_spec));
        return;
    }
    if (const QString unknown = unknownName(text); !unknown.isNull()) {
        emit refused(tr("There is no column named “%1” here.").arg(unknown));
        return;
    }
    emit accepted();
    if (text == m_value) return;
    m_value = text;
    m_pending = sliding;
    emit chosen(value, sliding);
}

}  // namespace holdout
