// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/start_page.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "document/table_files.h"
#include "pages/start/sample_card.h"
#include "pages/start/seal_choice.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr int samplesInARow = 3;
constexpr std::size_t recentShown = 6;
constexpr int columnWidth = 900;

}  // namespace

StartPage::StartPage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_recent(new QWidget), m_recentRows(new QVBoxLayout(m_recent)) {
    auto* header = new PageHeader(tr("What do you want to learn from?"));
    header->setSubtitle(tr("Open a table, a folder of pictures or texts, or a Holdout project; drop one anywhere on the window; "
                           "paste cells of a spreadsheet (Ctrl+V); or try a sample."));
    auto* open = new QPushButton(Theme::primaryIcon("open"), tr("Open a file…"));
    open->setObjectName("openFile");
    open->setProperty("primary", true);
    header->addButton(open);
    connect(open, &QPushButton::clicked, this, &StartPage::openFile);
    auto* folder = new QPushButton(tr("Open a folder…"));
    folder->setObjectName("openFolder");
    folder->setToolTip(tr("A folder that holds a folder of pictures (PNG, JPEG) or texts for each class"));
    header->addButton(folder);
    connect(folder, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder that holds a folder for each class"));
        if (!path.isEmpty()) openPath(path.toStdString());
    });

    auto* body = new QWidget;
    body->setMaximumWidth(columnWidth);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(22, 28, 22, 22);
    column->setSpacing(14);
    column->addWidget(header);
    addSeal(*column);
    m_recentRows->setContentsMargins(0, 0, 0, 0);
    m_recentRows->setSpacing(2);
    column->addWidget(m_recent);
    addSamples(*column);
    column->addStretch();

    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* centred = new QWidget;
    auto* row = new QHBoxLayout(centred);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(body, 100);
    row->addStretch(1);
    scroll->setWidget(centred);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    refreshRecent();
}

/// Decided before the first row is seen: later it would be a choice by someone who has.
void StartPage::addSeal(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    QLabel* caption = makeLabel(tr("Set aside a sealed test set"), "muted");
    caption->setToolTip(tr("Rows of the file that is opened next which no page shows and no model sees, until you open the seal on Evaluate."));
    m_seal = new SealChoice;
    row->addWidget(caption);
    row->addWidget(m_seal, 1);
    column.addLayout(row);
    connect(m_seal, &SealChoice::changed, this, [this] { document().setSealAtImport(m_seal->seal()); });
}

void StartPage::addSamples(QVBoxLayout& column) {
    column.addWidget(makeLabel(tr("Samples"), "heading", "section"));
    auto* grid = new QGridLayout;
    grid->setSpacing(14);
    int place = 0;
    for (const Sample& sample : builtinSamples()) {
        auto* card = new SampleCard(sample);
        connect(card, &QAbstractButton::clicked, this,
                [this, sample] { attempt([&] { document().openData(extractedSample(sample), sample.hint); }); });
        grid->addWidget(card, place / samplesInARow, place % samplesInARow);
        ++place;
    }
    column.addLayout(grid);
}

void StartPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_seal->setSeal(document().sealAtImport());
    refreshRecent();
}

void StartPage::refreshRecent() {
    while (QLayoutItem* item = m_recentRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    std::vector<std::filesystem::path> files = ExperimentDocument::recentFiles();
    if (files.size() > recentShown) files.resize(recentShown);
    m_recent->setVisible(!files.empty());
    if (files.empty()) return;
    m_recentRows->addWidget(makeLabel(tr("Recent"), "heading", "section"));
    for (const std::filesystem::path& path : files) {
        const QFileInfo info(QString::fromStdString(path.string()));
        auto* button = new QPushButton(tr("%1   in %2").arg(info.fileName(), info.path()));
        button->setProperty("flat", true);
        button->setStyleSheet("text-align: left;");
        connect(button, &QPushButton::clicked, this, [this, path] { openPath(path); });
        m_recentRows->addWidget(button);
    }
}

void StartPage::openFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open data or a project"), {}, openFilters(Projects::With));
    if (!path.isEmpty()) openPath(path.toStdString());
}

void StartPage::openPath(const std::filesystem::path& path) {
    attempt([&] {
        if (path.extension() == ".holdout")
            document().openProject(path);
        else
            document().openData(path);
    });
}

void StartPage::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        emit document().failed(QString::fromStdString(error.problem()), QString::fromStdString(error.place().text()),
                               QString::fromStdString(error.remedy()));
    }
}

}  // namespace holdout
