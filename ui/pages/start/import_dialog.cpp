// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/import_dialog.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "base/format.h"
#include "document/stream_session.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/start/seal_choice.h"
#include "pages/start/stream_dialog.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr int dialogWidth = 560;
constexpr int usualSample = 100'000;
constexpr int mostSampled = 10'000'000;
constexpr int indent = 24;

QString bytes(std::uint64_t count) {
    return fromCore(formatBytes(count));
}

}  // namespace

QString memoryWords(const MemoryNeed& need) {
    return ImportDialog::tr("%1 on disk; as a table it takes about %2 of memory, and %3 are free.").arg(bytes(need.file), bytes(need.table), bytes(need.available));
}

ImportDialog::ImportDialog(ExperimentDocument& document, std::filesystem::path file, QWidget* parent)
    : QDialog(parent), m_document(document), m_file(std::move(file)), m_need(memoryNeed(m_file)), m_ways(new QButtonGroup(this)) {
    setObjectName("importDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Open %1").arg(QString::fromStdString(m_file.filename().string())));
    setMinimumWidth(dialogWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    m_sentence = quietLabel({}, this);
    m_sentence->setObjectName("memorySentence");
    QString words = memoryWords(m_need);
    if (m_need.hardlyFits()) {
        words = tr("This file hardly fits into memory: ") + words;
        m_sentence->setProperty("state", "warn");
    }
    m_sentence->setText(words);
    column->addWidget(m_sentence);
    addWays(*column);
    addFields(*column);
    column->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* open = buttons->addButton(tr("Open"), QDialogButtonBox::AcceptRole);
    open->setObjectName("openIt");
    open->setProperty("primary", true);
    open->setDefault(true);
    restyle(open);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ImportDialog::openChosen);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_ways, &QButtonGroup::idToggled, this, &ImportDialog::refresh);
    const bool inPieces = canBeStreamed(m_file);
    for (const Way each : {Way::Sample, Way::Profile, Way::Stream}) m_ways->button(static_cast<int>(each))->setEnabled(inPieces);
    m_hint->setVisible(!inPieces);
    setWay(m_need.hardlyFits() && inPieces ? Way::Profile : Way::Whole);
    refresh();
}

void ImportDialog::addWays(QVBoxLayout& column) {
    column.addWidget(sectionHeading(tr("What is opened"), this));
    const std::tuple<Way, const char*, QString, QString> ways[] = {
        {Way::Whole, "whole", tr("All rows"), tr("The whole table, in memory.")},
        {Way::Sample, "sample", tr("A random sample of the rows"), tr("Drawn without replacement in one pass; kept as a file of its own, so that the experiment can be run again.")},
        {Way::Profile, "profile", tr("Only its profile"), tr("What the columns hold, in one pass, without loading the table.")},
        {Way::Stream, "stream", tr("A model that learns row by row"), tr("Trains in one pass, piece by piece; each piece is scored before it is learnt from.")}};
    for (const auto& [way, name, words, help] : ways) {
        auto* button = new QRadioButton(words, this);
        button->setObjectName(name);
        button->setToolTip(help);
        m_ways->addButton(button, static_cast<int>(way));
        column.addWidget(button);
        if (way != Way::Sample) continue;
        m_sampleFields = new QWidget(this);
        auto* row = new QHBoxLayout(m_sampleFields);
        row->setContentsMargins(indent, 0, 0, 0);
        m_rows = new QSpinBox(m_sampleFields);
        m_rows->setObjectName("sampleRows");
        m_rows->setAccessibleName(tr("Rows of the sample"));
        m_rows->setRange(1, mostSampled);
        m_rows->setGroupSeparatorShown(true);
        m_rows->setValue(usualSample);
        m_rows->setSuffix(tr(" rows"));
        m_seed = new QSpinBox(m_sampleFields);
        m_seed->setObjectName("sampleSeed");
        m_seed->setAccessibleName(tr("Seed of the sample"));
        m_seed->setRange(0, 1'000'000'000);
        m_seed->setValue(1);
        ignoreStrayWheel(m_rows);
        ignoreStrayWheel(m_seed);
        row->addWidget(m_rows);
        row->addWidget(makeLabel(tr("seed"), "muted", true, m_sampleFields));
        row->addWidget(m_seed);
        row->addStretch(1);
        column.addWidget(m_sampleFields);
    }
    m_hint = quietLabel(tr("A file of this format is opened whole: text tables and ARFF files alone are read in pieces."), this);
    column.addWidget(m_hint);
}

void ImportDialog::addFields(QVBoxLayout& column) {
    auto* grid = settingsGrid();
    m_target = new QComboBox(this);
    m_target->setObjectName("targetAtImport");
    m_target->addItem(tr("found by itself"), QString());
    for (const std::string& name : columnNames(m_file)) m_target->addItem(QString::fromStdString(name), QString::fromStdString(name));
    ignoreStrayWheel(m_target);
    QLabel* target = settingsLabel(tr("Predict"), this);
    target->setBuddy(m_target);
    grid->addWidget(target, 0, 0);
    grid->addWidget(m_target, 0, 1);
    m_seal = new SealChoice(this);
    m_seal->setSeal(m_document.sealAtImport());
    m_sealCaption = settingsLabel(tr("Sealed test set"), this);
    m_sealCaption->setToolTip(tr("Rows that no page shows and no model sees, until you open the seal on Evaluate."));
    grid->addWidget(m_sealCaption, 1, 0);
    grid->addWidget(m_seal, 1, 1);
    column.addLayout(grid);
}

ImportDialog::Way ImportDialog::way() const {
    return static_cast<Way>(m_ways->checkedId());
}

void ImportDialog::setWay(Way way) {
    m_ways->button(static_cast<int>(way))->setChecked(true);
}

void ImportDialog::refresh() {
    m_sampleFields->setEnabled(way() == Way::Sample);
    const bool becomesATable = way() == Way::Whole || way() == Way::Sample;
    for (QWidget* field : {static_cast<QWidget*>(m_seal), static_cast<QWidget*>(m_sealCaption), static_cast<QWidget*>(m_target)})
        field->setEnabled(becomesATable);
}

void ImportDialog::openChosen() {
    DataHint hint;
    hint.target = m_target->currentData().toString().toStdString();
    hint.guessRest = true;
    m_document.setSealAtImport(m_seal->seal());  // the start page shows it, and what is opened next has it too
    if (way() == Way::Whole) {
        m_document.openData(m_file, hint, ExperimentDocument::WhenLarge::Read);
        return accept();
    }
    auto* dialog = new StreamDialog(m_document, m_file, parentWidget());
    switch (way()) {
        case Way::Sample: dialog->drawSample(static_cast<std::size_t>(m_rows->value()), static_cast<std::uint64_t>(m_seed->value()), hint); break;
        case Way::Profile: dialog->showProfile(); break;
        case Way::Stream: dialog->showTraining(); break;
        case Way::Whole: break;
    }
    dialog->show();
    accept();
}

}  // namespace holdout
