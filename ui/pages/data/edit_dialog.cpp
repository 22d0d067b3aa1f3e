// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/edit_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <numeric>

#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"

namespace holdout {

namespace {

constexpr std::size_t triedRows = 500;
constexpr int dialogWidth = 460;

Table firstRows(const Table& table) {
    RowIds rows(std::min(triedRows, table.rows()));
    std::iota(rows.begin(), rows.end(), 0U);
    return table.gather(rows);
}

QStringList namesOf(const Table& table) {
    QStringList names;
    for (const ColumnPtr& column : table.columns()) names << QString::fromStdString(column->name());
    return names;
}

/// The parameter `column` has a box of its own; the form shows the others.
ParamSpecs formSpecs(const EditInfo& info) {
    const bool hasColumn = !info.params.empty() && info.params.front().id == "column";
    return info.params.subspan(hasColumn ? 1 : 0);
}

}  // namespace

EditDialog::EditDialog(const EditInfo& info, const Table& table, const ParamSet& params, QWidget* parent)
    : QDialog(parent), m_info(info), m_sample(firstRows(table)), m_params(params) {
    setObjectName("editDialog");
    setWindowTitle(fromCore(info.label));
    setMinimumWidth(dialogWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    column->addWidget(quietLabel(fromCore(info.sentence), this));
    if (formSpecs(info).size() != info.params.size()) column->addWidget(buildColumnBox());
    m_form = new ParamForm(this);
    m_form->setColumns(namesOf(table));
    m_form->setParams(formSpecs(info), m_params);
    column->addWidget(m_form);
    m_problem = problemLabel(this);
    m_problem->setObjectName("problem");
    column->addWidget(m_problem);
    column->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_take = buttons->addButton(tr("Apply"), QDialogButtonBox::AcceptRole);
    m_take->setObjectName("apply");
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_form, &ParamForm::edited, this, [this](const QString& id, const ParamValue& value) {
        m_params.set(id.toStdString(), value);
        check();
    });
    check();
    m_problem->hide();  // nobody has typed anything yet
}

QWidget* EditDialog::buildColumnBox() {
    auto* row = new QWidget(this);
    auto* grid = settingsGrid();
    row->setLayout(grid);
    m_column = new QComboBox(row);
    m_column->setObjectName("column");
    m_column->addItems(namesOf(m_sample));
    m_column->setToolTip(fromCore(m_info.params.front().help));
    const ParamValue* known = m_params.find("column");
    const auto* name = known ? std::get_if<std::string>(known) : nullptr;
    m_column->setCurrentIndex(name ? m_column->findText(QString::fromStdString(*name)) : 0);
    m_params.set("column", m_column->currentText().toStdString());
    grid->addWidget(settingsLabel(tr("Column"), row), 0, 0);
    grid->addWidget(m_column, 0, 1);
    connect(m_column, &QComboBox::currentTextChanged, this, [this](const QString& text) {
        m_params.set("column", text.toStdString());
        check();
    });
    return row;
}

EditSpec EditDialog::spec() const {
    return {std::string(m_info.id), m_params, true};
}

void EditDialog::check() {
    QString problem;
    try {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        m_info.make(Params(m_info.params, m_params, m_info.id))->apply(m_sample, context);
    } catch (const Error& error) {
        // None of the first rows may hold what is looked for, and others still do.
        if (error.problem() != "No row would be left.")
            problem = QString::fromStdString(error.problem()) + ' ' + QString::fromStdString(error.remedy());
    }
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_take->setEnabled(problem.isEmpty());
}

}  // namespace holdout
