// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/data_overview.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "base/format.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/data/data_edits.h"
#include "pages/data/edit_list.h"
#include "pages/data/file_settings.h"
#include "pages/data/finding_list.h"
#include "pages/data/seal_settings.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr std::array tasks = {Task::Classification, Task::Regression};

template <typename Values>
std::optional<typename Values::value_type> chosen(const Values& values, int index) {
    if (index == 0) return std::nullopt;
    return values[static_cast<std::size_t>(index - 1)];
}

QLabel* caption(const QString& text, QWidget* field, QWidget* parent) {
    QLabel* label = makeLabel(text, "muted", true, parent);
    label->setMinimumWidth(112);
    label->setBuddy(field);
    return label;
}

}  // namespace

DataOverview::DataOverview(ExperimentDocument& document, QWidget* parent) : QWidget(parent), m_document(document) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    buildQuestion();
    m_findingsHeading = makeLabel(tr("Findings"), "heading", QStringLiteral("section"), this);
    m_findings = new FindingList(document, this);
    connect(m_findings, &FindingList::goTo, this, &DataOverview::goTo);
    column->addWidget(m_findingsHeading);
    column->addWidget(m_findings);
    column->addWidget(makeLabel(tr("Edits"), "heading", QStringLiteral("section"), this));
    m_edits = new EditList(document, this);
    column->addWidget(m_edits);
    m_seal = new SealSettings(document, this);
    column->addWidget(m_seal);
    m_file = new FileSettings(document, this);
    column->addWidget(m_file);
}

QComboBox* DataOverview::addChoice(QGridLayout* grid, const QString& text, const char* name) {
    auto* box = new QComboBox(this);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    ignoreStrayWheel(box);
    const int row = grid->rowCount();
    grid->addWidget(caption(text, box, this), row, 0);
    grid->addWidget(box, row, 1);
    return box;
}

void DataOverview::buildQuestion() {
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->addWidget(makeLabel(tr("What to predict"), "heading", QStringLiteral("section"), this));
    auto* grid = settingsGrid();
    m_target = addChoice(grid, tr("Target"), "target");
    m_target->setMaxVisibleItems(20);
    m_task = addChoice(grid, tr("Task"), "task");
    connect(m_target, &QComboBox::activated, this, &DataOverview::chooseTarget);
    connect(m_task, &QComboBox::activated, this, &DataOverview::chooseTask);
    column->addLayout(grid);
}

void DataOverview::refresh() {
    const auto read = m_document.data();
    if (!read) return;
    m_edits->refresh();
    const DataSpec& spec = m_document.spec().data;
    const QSignalBlocker targetBlocker(m_target), taskBlocker(m_task);
    m_target->clear();
    m_target->addItem(tr("choose…"));
    for (const ColumnPtr& column : read->table.columns()) m_target->addItem(QString::fromStdString(column->name()));
    const auto target = read->table.indexOf(spec.roles.target);
    m_target->setCurrentIndex(target ? static_cast<int>(*target) + 1 : 0);
    m_task->clear();
    m_task->setEnabled(target.has_value());
    if (target) {
        const Task guessed = guessTask(read->table.column(*target));
        m_task->addItem(tr("auto: %1").arg(fromCore(taskName(guessed))));
        for (const Task task : tasks) m_task->addItem(fromCore(taskName(task)));
        m_task->setCurrentIndex(!spec.task ? 0 : *spec.task == Task::Classification ? 1 : 2);
    }
    m_findings->show({});
    m_findingsHeading->setVisible(!m_findings->isEmpty());
    m_seal->refresh();
    m_file->refresh();
}

void DataOverview::setFindings(const std::vector<Finding>& findings) {
    if (findings.empty() && !m_hasMore) return;
    m_hasMore = !findings.empty();
    m_findings->setMore(findings);
    m_findings->show({});
    m_findingsHeading->setVisible(!m_findings->isEmpty());
}

void DataOverview::chooseTarget(int index) {
    const auto read = m_document.data();
    if (!read || index <= 0) return refresh();
    const std::string name = read->table.column(static_cast<std::size_t>(index - 1)).name();
    m_document.edit(tr("predict %1").arg(QString::fromStdString(name)), [&](ExperimentSpec& spec) {
        giveRole(spec, read->table, name, Role::Target, m_document.catalog());
    });
}

void DataOverview::chooseTask(int index) {
    const auto read = m_document.data();
    const auto target = read ? read->table.indexOf(m_document.spec().data.roles.target) : std::nullopt;
    if (!target) return;
    const std::optional<Task> task = chosen(tasks, index);
    m_document.edit(tr("set the task"), [&](ExperimentSpec& spec) {
        spec.data.task = task;
        fitToTask(spec, task ? *task : guessTask(read->table.column(*target)), m_document.catalog());
    });
}

}  // namespace holdout
