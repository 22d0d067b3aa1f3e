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

ImportDialog::ImportDialog(ExperimentDocument& document, std::filesystem::path file, QWidget* parent, Purpose purpose)
    : QDialog(parent), m_document(document), m_file(std::move(file)), m_need(memoryNeed(m_file)), m_purpose(purpose),
      m_ways(new QButtonGroup(this)), m_fields(new QWidget(this)) {
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
    setOffered();
    const bool canProfile = m_ways->button(static_cast<int>(Way::Profile))->isEnabled();
    setWay(m_need.hardlyFits() && canProfile ? Way::Profile : Way::Whole);
    refresh();
}

void ImportDialog::setOffered() {
    const bool ofProject = m_purpose == Purpose::OpenProject;
    const DataSpec& asked = m_document.spec().data;
    const bool isSealed = ofProject && asked.sealed, isEdited = ofProject && !asked.edits.empty();
    const bool inPieces = canBeStreamed(m_file);
    const auto offer = [this](Way way, bool isOffered) { m_ways->button(static_cast<int>(way))->setEnabled(isOffered); };
    offer(Way::Sample, inPieces && !isSealed);
    offer(Way::Profile, inPieces && !isSealed);
    offer(Way::Stream, inPieces && !isSealed && !isEdited);
    QStringList words;
    if (!inPieces) {
        words << tr("A file of this format is opened whole: text tables and ARFF files alone are read in pieces.");
    } else if (isSealed) {
        words << tr("The project has a sealed test set, and which rows it holds is only known once all are read: a sample or a profile would "
                    "show some of them. Close other programs, or open the project on a computer with more memory.");
    } else if (ofProject) {
        words << tr("The project stays as it is. A sample has the project's settings but no runs: scores on some of the rows are not compared "
                    "with those on all.");
        if (isEdited) words << tr("The project's edits of the table need all rows: they are made in a sample, not in the profile, and no model learns row by row.");
    }
    m_hint->setText(words.join(' '));
    m_hint->setVisible(!words.isEmpty());
}

void ImportDialog::speakOfProject() {
    const std::tuple<Way, QString, QString> ways[] = {
        {Way::Whole, tr("All rows, for the project"), tr("The whole table, in memory, if its content is that of the project's runs.")},
        {Way::Sample, tr("A random sample of the rows, as an experiment of its own"),
         tr("Drawn without replacement in one pass; the project's question is asked of it.")}};
    for (const auto& [way, words, help] : ways) {
        m_ways->button(static_cast<int>(way))->setText(words);
        m_ways->button(static_cast<int>(way))->setToolTip(help);
    }
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
    m_hint = quietLabel({}, this);
    m_hint->setObjectName("waysHint");
    column.addWidget(m_hint);
    if (m_purpose == Purpose::OpenProject) speakOfProject();
}

void ImportDialog::addFields(QVBoxLayout& column) {
    auto* grid = settingsGrid();
    m_fields->setLayout(grid);
    m_target = new QComboBox(m_fields);
    m_target->setObjectName("targetAtImport");
    m_target->addItem(tr("found by itself"), QString());
    for (const std::string& name : columnNames(m_file)) m_target->addItem(QString::fromStdString(name), QString::fromStdString(name));
    ignoreStrayWheel(m_target);
    QLabel* target = settingsLabel(tr("Predict"), m_fields);
    target->setBuddy(m_target);
    grid->addWidget(target, 0, 0);
    grid->addWidget(m_target, 0, 1);
    m_seal = new SealChoice(m_fields);
    m_seal->setSeal(m_document.sealAtImport());
    QLabel* seal = settingsLabel(tr("Sealed test set"), m_fields);
    seal->setToolTip(tr("Rows that no page shows and no model sees, until you open the seal on Evaluate."));
    grid->addWidget(seal, 1, 0);
    grid->addWidget(m_seal, 1, 1);
    m_fields->setVisible(m_purpose == Purpose::NewExperiment);
    column.addWidget(m_fields);
}

ImportDialog::Way ImportDialog::way() const {
    return static_cast<Way>(m_ways->checkedId());
}

void ImportDialog::setWay(Way way) {
    m_ways->button(static_cast<int>(way))->setChecked(true);
}

void ImportDialog::refresh() {
    m_sampleFields->setEnabled(way() == Way::Sample);
    m_fields->setEnabled(way() == Way::Whole || way() == Way::Sample);
}

void ImportDialog::openChosen() {
    const bool ofProject = m_purpose == Purpose::OpenProject;
    DataHint hint;
    hint.target = m_target->currentData().toString().toStdString();
    hint.guessRest = true;
    if (!ofProject) m_document.setSealAtImport(m_seal->seal());  // the start page shows it, and what is opened next has it too
    if (way() == Way::Whole) {
        if (ofProject)
            m_document.locateData(m_file, false);
        else
            m_document.openData(m_file, hint, ExperimentDocument::WhenLarge::Read);
        return accept();
    }
    auto* dialog = new StreamDialog(m_document, m_file, parentWidget());
    if (ofProject) dialog->ask(m_document.spec());
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
