// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/data_overview.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <functional>

#include "base/format.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/data/data_edits.h"
#include "pages/data/edit_list.h"
#include "pages/data/file_words.h"
#include "pages/data/finding_list.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr std::array tasks = {Task::Classification, Task::Regression};
constexpr std::size_t mostWarnings = 50;

/// Fills `box` with "detected (…)" and the `values`; the first stands for "not set".
template <typename Values>
void fill(QComboBox* box, const Values& values, const std::function<QString(typename Values::value_type)>& word,
          typename Values::value_type detected, const std::optional<typename Values::value_type>& set) {
    const QSignalBlocker blocker(box);
    box->clear();
    box->addItem(set ? QObject::tr("detect") : QObject::tr("detected: %1").arg(word(detected)));
    int current = 0;
    for (const auto value : values) {
        box->addItem(word(value));
        if (set && *set == value) current = box->count() - 1;
    }
    box->setCurrentIndex(current);
}

template <typename Values>
std::optional<typename Values::value_type> chosen(const Values& values, int index) {
    if (index == 0) return std::nullopt;
    return values[static_cast<std::size_t>(index - 1)];
}

constexpr std::array headers = {true, false};

QString headerWord(bool header) {
    return header ? QObject::tr("first line") : QObject::tr("none");
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
    buildFile();
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

void DataOverview::buildFile() {
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->addWidget(makeLabel(tr("How the file is read"), "heading", QStringLiteral("section"), this));
    auto* grid = settingsGrid();
    m_delimiter = addChoice(grid, tr("Delimiter"), "delimiter");
    m_decimal = addChoice(grid, tr("Decimal mark"), "decimal");
    m_encoding = addChoice(grid, tr("Encoding"), "encoding");
    m_header = addChoice(grid, tr("Column names"), "header");
    m_missing = new QLineEdit(this);
    m_missing->setObjectName("missing");
    m_missing->setPlaceholderText(tr("detect"));
    m_missing->setToolTip(tr("The texts that stand for a missing cell, separated by commas, in place of those detected. "
                             "An empty cell always is missing."));
    grid->addWidget(caption(tr("Missing codes"), m_missing, this), grid->rowCount(), 0);
    grid->addWidget(m_missing, grid->rowCount() - 1, 1);
    column->addLayout(grid);
    connect(m_delimiter, &QComboBox::activated, this, [this](int index) {
        m_document.edit(tr("set the delimiter"), [=](ExperimentSpec& spec) { spec.data.delimiter = chosen(delimiters, index); });
    });
    connect(m_decimal, &QComboBox::activated, this, [this](int index) {
        m_document.edit(tr("set the decimal mark"), [=](ExperimentSpec& spec) { spec.data.decimal = chosen(decimals, index); });
    });
    connect(m_encoding, &QComboBox::activated, this, [this](int index) {
        m_document.edit(tr("set the encoding"), [=](ExperimentSpec& spec) { spec.data.encoding = chosen(encodings, index); });
    });
    connect(m_header, &QComboBox::activated, this, [this](int index) {
        m_document.edit(tr("set where column names are"), [=](ExperimentSpec& spec) { spec.data.header = chosen(headers, index); });
    });
    connect(m_missing, &QLineEdit::editingFinished, this, &DataOverview::enterMissing);

    m_unfold = new QToolButton(this);
    m_unfold->setObjectName("unfoldWarnings");
    m_unfold->setCheckable(true);
    m_unfold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_unfold->setArrowType(Qt::RightArrow);
    m_warnings = makeLabel({}, "state", QStringLiteral("warn"), this);
    m_warnings->setProperty("small", true);
    m_warnings->setTextFormat(Qt::PlainText);
    m_warnings->setWordWrap(true);
    m_warnings->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_warnings->hide();
    connect(m_unfold, &QToolButton::toggled, this, [this](bool on) {
        m_unfold->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
        m_warnings->setVisible(on);
    });
    column->addWidget(m_unfold);
    column->addWidget(m_warnings);
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
    m_findingsHeading->setVisible(m_document.profile() && !m_document.profile()->findings.empty());
    refreshFile();
    refreshWarnings();
}

void DataOverview::refreshFile() {
    const DataSpec& spec = m_document.spec().data;
    const CsvFormat& format = m_document.data()->format;
    fill(m_delimiter, delimiters, delimiterWord, format.delimiter, spec.delimiter);
    fill(m_decimal, decimals, decimalWord, format.decimal, spec.decimal);
    fill(m_encoding, encodings, [](Encoding encoding) { return fromCore(encodingName(encoding)); }, format.encoding, spec.encoding);
    fill(m_header, headers, headerWord, format.header, spec.header);
    QStringList codes;
    for (const std::string& code : spec.missing) codes << QString::fromStdString(code);
    const QString text = codes.join(QStringLiteral(", "));
    if (m_missing->text() != text && !m_missing->hasFocus()) m_missing->setText(text);
}

void DataOverview::refreshWarnings() {
    const Warnings& warnings = m_document.data()->warnings;
    m_unfold->setVisible(!warnings.empty());
    m_warnings->setVisible(!warnings.empty() && m_unfold->isChecked());
    m_unfold->setText(warnings.size() == 1 ? tr("One remark on the file") : tr("%1 remarks on the file").arg(warnings.size()));
    QStringList lines;
    for (std::size_t i = 0; i < std::min(mostWarnings, warnings.size()); ++i) lines << fromCore(warnings[i].text());
    if (warnings.size() > mostWarnings) lines << tr("and %1 more").arg(warnings.size() - mostWarnings);
    m_warnings->setText(lines.join('\n'));
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

void DataOverview::enterMissing() {
    std::vector<std::string> codes;
    for (const QString& code : m_missing->text().split(',', Qt::SkipEmptyParts))
        if (!code.trimmed().isEmpty()) codes.push_back(code.trimmed().toStdString());
    m_document.edit(tr("set the missing codes"), [&](ExperimentSpec& spec) { spec.data.missing = codes; });
}

}  // namespace holdout
