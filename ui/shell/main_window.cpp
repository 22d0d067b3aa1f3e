// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/main_window.h"

#include <QActionGroup>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QTimer>
#include <QVBoxLayout>

#include "data/memory_need.h"
#include "document/spec_file.h"
#include "document/joined_files.h"
#include "document/table_files.h"
#include "pages/start/import_dialog.h"
#include "pages/tune/tune_settings.h"
#include "shell/early_style.h"
#include "shell/job_bar.h"
#include "shell/message_banner.h"
#include "shell/rail.h"
#include "shell/top_bar.h"
#include "theme/filling_stack.h"
#include "theme/layout_island.h"

namespace holdout {

namespace {

constexpr int settingsWidth = 328;
const char* const geometryKey = "window/geometry";
const char* const appearanceKey = "window/appearance";

QFrame* hairline(QFrame::Shape shape) {
    auto* line = new QFrame;
    line->setFrameShape(shape);
    line->setProperty("rule", true);
    if (shape == QFrame::VLine)
        line->setFixedWidth(1);
    else
        line->setFixedHeight(1);
    return line;
}

std::filesystem::path toPath(const QString& text) { return std::filesystem::path(text.toStdString()); }

}  // namespace

MainWindow::MainWindow(ExperimentDocument& document, Theme& theme, int threads, QWidget* parent)
    : QMainWindow(parent), m_document(document), m_theme(theme), m_top(new TopBar), m_rail(new Rail), m_banner(new MessageBanner),
      m_stack(new FillingStack), m_settings(new FillingStack) {
    setWindowTitle(tr("Holdout"));
    setAcceptDrops(true);
    setMinimumSize(1024, 640);
    const QSettings settings;
    m_theme.setAppearance(static_cast<Appearance>(settings.value(appearanceKey, 0).toInt()));
    layOut(threads);
    makeMenus();
    connectDocument();
    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    restoreGeometry(settings.value(geometryKey).toByteArray());
    refreshProject();
    refreshRail();
    showPage(m_document.data() ? "data" : "start");
    new EarlyStyle(*this, this);
}

void MainWindow::layOut(int threads) {
    setMenuWidget(m_top);
    auto* centre = new QWidget;
    auto* rows = new QVBoxLayout(centre);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(hairline(QFrame::HLine));
    auto* columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(m_rail);
    columns->addWidget(hairline(QFrame::VLine));
    auto* middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_banner);
    middle->addWidget(new LayoutIsland(m_stack), 1);
    columns->addLayout(middle, 1);
    m_settings->setFixedWidth(settingsWidth);
    m_settings->setProperty("panel", true);
    m_settings->setObjectName("settings");
    m_settingsLine = hairline(QFrame::VLine);
    columns->addWidget(m_settingsLine);
    columns->addWidget(m_settings);
    rows->addLayout(columns, 1);
    rows->addWidget(hairline(QFrame::HLine));
    rows->addWidget(new LayoutIsland(new JobBar(m_document.jobs(), threads)));
    setCentralWidget(centre);

    m_pages = makePages(m_document, m_stack);
    for (const PageEntry& entry : m_pages) {
        entry.page->setObjectName(entry.page->id());
        m_stack->addWidget(entry.page);
        auto* scroll = new QScrollArea;
        scroll->setWidgetResizable(true);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->viewport()->setAutoFillBackground(false);
        if (QWidget* settings = entry.page->settings()) {
            scroll->setWidget(settings);
            settings->setAutoFillBackground(false);  // the panel shows through
        }
        m_settings->addWidget(scroll);
        if (!entry.heading.isEmpty()) m_rail->addPage(entry.page->id(), entry.page->title(), entry.heading);
        connect(entry.page, &Page::goTo, this, &MainWindow::showPage);
        connect(entry.page, &Page::railChanged, this, &MainWindow::refreshRail);
    }
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPage);
    connect(m_top, &TopBar::undoClicked, &m_document.undoStack(), &QUndoStack::undo);
    connect(m_top, &TopBar::runClicked, this, &MainWindow::runCurrent);
}

void MainWindow::makeMenus() {
    QMenu* file = m_top->menus()->addMenu(tr("&File"));
    file->addAction(tr("&New"), QKeySequence::New, this, [this] {
        attempt([this] { m_document.newProject(); });
        showPage("start");
    });
    file->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::openFile);
    file->addAction(tr("Open with &choices…"), QKeySequence("Ctrl+Alt+O"), this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open data"), {}, openFilters(Projects::Without));
        if (!path.isEmpty()) openWithChoices(path);
    });
    file->addAction(tr("Open &folder…"), QKeySequence("Ctrl+Shift+O"), this, &MainWindow::openFolder);
    QMenu* recent = file->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(*recent); });
    file->addAction(tr("Save project &as…"), QKeySequence::Save, this, &MainWindow::saveProjectAs);
    file->addAction(tr("E&xport experiment…"), QKeySequence("Ctrl+E"), this, &MainWindow::exportExperiment);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

    QMenu* edit = m_top->menus()->addMenu(tr("&Edit"));
    QAction* undo = m_document.undoStack().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_document.undoStack().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    edit->addActions({undo, redo});
    edit->addSeparator();
    // A field that is being typed into takes the key for itself.
    m_paste = edit->addAction(tr("&Paste table"), QKeySequence::Paste, this, &MainWindow::pasteTable);
    m_paste->setToolTip(tr("Cells copied from a spreadsheet become a new experiment."));

    makeViewMenu(*m_top->menus()->addMenu(tr("&View")));

    QMenu* run = m_top->menus()->addMenu(tr("&Run"));
    QAction* start = run->addAction(tr("&Run"), this, &MainWindow::runCurrent);
    start->setShortcuts({QKeySequence("Ctrl+R"), QKeySequence("F5")});
    run->addAction(tr("&Cancel all jobs"), QKeySequence("Ctrl+."), this, [this] { m_document.jobs().cancelAll(); });

    QMenu* help = m_top->menus()->addMenu(tr("&Help"));
    help->addAction(tr("&About Holdout"), this, &MainWindow::about);
}

void MainWindow::fillRecent(QMenu& menu) {
    menu.clear();
    for (const std::filesystem::path& path : ExperimentDocument::recentFiles()) {
        const QString name = QString::fromStdString(path.filename().string());
        const QString folder = QString::fromStdString(path.parent_path().string());
        menu.addAction(tr("%1 — %2").arg(name, folder).replace('&', "&&"), this, [this, path] { openPath(path); });
    }
    if (menu.isEmpty()) menu.addAction(tr("Nothing has been opened yet"))->setEnabled(false);
}

void MainWindow::makeViewMenu(QMenu& view) {
    int number = 1;
    for (const PageEntry& entry : m_pages) {
        if (entry.heading.isEmpty()) continue;
        view.addAction(entry.page->title(), QKeySequence(QString("Ctrl+%1").arg(number++)), this,
                       [this, id = entry.page->id()] { showPage(id); });
    }
    view.addSeparator();
    auto* group = new QActionGroup(this);
    const std::pair<Appearance, QString> appearances[] = {
        {Appearance::System, tr("Appearance of the system")}, {Appearance::Light, tr("Light")}, {Appearance::Dark, tr("Dark")}};
    for (const auto& [appearance, label] : appearances) {
        QAction* action = view.addAction(label, this, [this, chosen = appearance] {
            m_theme.setAppearance(chosen);
            QSettings().setValue(appearanceKey, static_cast<int>(chosen));
        });
        action->setCheckable(true);
        action->setChecked(m_theme.appearance() == appearance);
        group->addAction(action);
    }
    view.addSeparator();
    view.addAction(tr("Full screen"), QKeySequence("F11"), this, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::connectDocument() {
    connect(&m_document, &ExperimentDocument::failed, this,
            [this](const QString& problem, const QString& where, const QString& remedy) { m_banner->show(problem, where, remedy); });
    connect(&m_document, &ExperimentDocument::noted, m_banner, &MessageBanner::tell);
    connect(&m_document, &ExperimentDocument::dataMissing, this, &MainWindow::locateData);
    connect(&m_document, &ExperimentDocument::tooLarge, this, &MainWindow::openWithChoices);
    connect(&m_document, &ExperimentDocument::dataTooLarge, this, [this](const QString& path) {
        m_banner->clear();  // of the same question, asked when there was more memory
        offerLargeData(path);
    });
    connect(&m_document, &ExperimentDocument::runInterrupted, this, [this](std::int64_t id, const QString& name) {
        m_banner->show(tr("This run did not come to its end."), name,
                       tr("What had finished is kept: the run goes on from there, and ends as it would have."), tr("Resume"),
                       [this, id] { attempt([this, id] { m_document.resume(id); }); });
    });
    connect(&m_document, &ExperimentDocument::projectChanged, this, &MainWindow::refreshProject);
    connect(&m_document, &ExperimentDocument::dataChanged, this, [this] {
        refreshRail();
        refreshRun();
        // In a turn of its own: to fill the page takes as long as a frame, and to show it for the first time too.
        QTimer::singleShot(0, this, [this] {
            if (m_document.data() && currentPage() == "start") showPage("data");
        });
    });
    for (const auto signal : {&ExperimentDocument::specChanged, &ExperimentDocument::runsChanged, &ExperimentDocument::profileChanged})
        connect(&m_document, signal, this, &MainWindow::refreshRail);
    connect(&m_document, &ExperimentDocument::specChanged, this, &MainWindow::refreshRun);
    const auto refreshUndo = [this] { m_top->setUndo(m_document.undoStack().canUndo(), m_document.undoStack().undoText()); };
    connect(&m_document.undoStack(), &QUndoStack::indexChanged, this, refreshUndo);
    refreshUndo();
    connect(&m_document.jobs(), &JobQueue::idle, this, [this] {
        if (m_closeWhenIdle) close();
    });
}

void MainWindow::openPath(const std::filesystem::path& path) {
    m_banner->clear();
    attempt([&] {
        if (path.extension() == ".holdout")
            m_document.openProject(path);
        else
            m_document.openData(path);
    });
}

void MainWindow::showPage(const QString& id) {
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        Page* page = m_pages[i].page;
        if (page->id() != id) continue;
        const QWidget* focused = focusWidget();
        const bool losesFocus = focused && (m_stack->isAncestorOf(focused) || m_settings->isAncestorOf(focused));
        m_stack->setCurrentWidget(page);
        m_settings->setCurrentIndex(static_cast<int>(i));
        m_settings->setVisible(page->settings() != nullptr);
        m_settingsLine->setVisible(page->settings() != nullptr);
        m_rail->setCurrent(id);
        if (losesFocus) page->setFocus();  // not the next in the window, which is another page's button
    }
    m_paste->setEnabled(id == "start" || id == "data");
    refreshRun();
}

QString MainWindow::currentPage() const {
    const auto* page = qobject_cast<const Page*>(m_stack->currentWidget());
    return page ? page->id() : QString();
}

void MainWindow::openFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open data or a project"), {}, openFilters(Projects::With));
    if (!path.isEmpty()) openPath(toPath(path));
}

void MainWindow::openWithChoices(const QString& path) {
    auto* dialog = new ImportDialog(m_document, toPath(path), this);
    dialog->open();
}

/// Until the data are there, or another project is: the runs can be looked at meanwhile.
void MainWindow::offerLargeData(const QString& path) {
    m_banner->show(tr("The project is open without its data: the file hardly fits into memory."), path, memoryWords(memoryNeed(toPath(path))),
                   tr("Choose how to open it…"), [this, path] {
                       auto* dialog = new ImportDialog(m_document, toPath(path), this, ImportDialog::Purpose::OpenProject);
                       connect(dialog, &QDialog::finished, this, [this, path] {
                           if (!m_document.data() && !m_document.readJob()) offerLargeData(path);
                       });
                       dialog->open();
                   });
}

void MainWindow::openFolder() {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder that holds a folder of pictures or texts for each class"));
    if (!path.isEmpty()) openPath(toPath(path));
}

void MainWindow::pasteTable() {
    m_banner->clear();
    attempt([&] { m_document.openData(keepPasted(QGuiApplication::clipboard()->text())); });
}

void MainWindow::saveProjectAs() {
    QString path = QFileDialog::getSaveFileName(this, tr("Save project as"), {}, tr("Holdout projects (*.holdout)"));
    if (path.isEmpty()) return;
    if (!path.endsWith(".holdout")) path += ".holdout";
    attempt([&] { m_document.saveAs(toPath(path)); });
}

void MainWindow::exportExperiment() {
    if (!m_document.data())
        return attempt([] { throw Error("There is no experiment to export yet.", {}, "Open a data file first."); });
    QString path = QFileDialog::getSaveFileName(this, tr("Export the experiment for holdout-cli"), "experiment.json",
                                                tr("Experiments (*.json)"));
    if (path.isEmpty()) return;
    if (!path.endsWith(".json")) path += ".json";
    attempt([&] { writeSpecification(m_document.spec(), toPath(path)); });
}

void MainWindow::runCurrent() {
    const QString page = currentPage();
    attempt([&] {
        if (page == "tune") ensureTuning(m_document);
        m_document.run(page == "tune" ? ExperimentDocument::RunKind::Tune : ExperimentDocument::RunKind::Evaluate);
    });
    // The settings pages have nothing to show of a run: go where it can be watched.
    if (page == "data" || page == "prepare") showPage("evaluate");
    if (page == "model") showPage("train");
}

void MainWindow::locateData(const QString& missing) {
    m_banner->show(tr("The data file is not where it was."), missing, tr("Show where it is now; its content is checked."),
                   tr("Locate…"), [this] {
                       const QString path = QFileDialog::getOpenFileName(this, tr("Locate the data file"));
                       if (!path.isEmpty()) attempt([&] { m_document.locateData(toPath(path), false); });
                   });
}

void MainWindow::refreshProject() {
    const QString name = m_document.projectName();
    m_top->setProject(m_document.isUnnamed() ? tr("%1 — kept automatically").arg(name) : tr("%1 — saved").arg(name));
    setWindowTitle(tr("%1 — Holdout").arg(name));
}

void MainWindow::refreshRun() {
    const QString page = currentPage();
    const QString caption = page == "tune" ? tr("Tune") : page == "train" || page == "model" ? tr("Train") : tr("Run");
    const bool canRun = m_document.task().has_value();
    m_top->setRun(caption, canRun,
                  canRun ? tr("%1 (Ctrl+R)").arg(caption) : tr("Open data and choose a target first"));
}

void MainWindow::refreshRail() {
    for (const PageEntry& entry : m_pages) m_rail->setState(entry.page->id(), entry.page->railSummary(), entry.page->isDone());
}

void MainWindow::about() {
    QMessageBox::about(this, tr("About Holdout"),
                       tr("<b>Holdout %1</b><p>A workbench for training, validating and tuning models.</p>"
                          "<p>GPL-3.0-or-later. Font: Inter (OFL). Built on Qt, Eigen and oneTBB.</p>")
                           .arg(QGuiApplication::applicationVersion()));
}

void MainWindow::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        m_banner->show(QString::fromStdString(error.problem()), QString::fromStdString(error.place().text()),
                       QString::fromStdString(error.remedy()));
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_document.jobs().isIdle()) {
        event->ignore();
        if (m_closeWhenIdle) return;
        const std::vector<JobSnapshot> jobs = m_document.jobs().active();
        const bool isAsked = std::any_of(jobs.begin(), jobs.end(), [](const JobSnapshot& job) { return job.lane == JobLane::Work; });
        if (!isAsked) {
            // What was only looked at, or made ready in case, is not worth a question.
            m_closeWhenIdle = true;
            m_document.jobs().cancelAll();
            return;
        }
        QMessageBox question(QMessageBox::Question, tr("Work is still running"),
                             tr("Stop it and close? What has finished is kept, and the run can be resumed."), QMessageBox::NoButton, this);
        QPushButton* stop = question.addButton(tr("Stop and close"), QMessageBox::AcceptRole);
        question.addButton(tr("Go on"), QMessageBox::RejectRole);
        question.exec();
        if (question.clickedButton() != stop) return;
        m_closeWhenIdle = true;
        if (m_document.jobs().isIdle())
            close();
        else
            m_document.jobs().cancelAll();
        return;
    }
    QSettings().setValue(geometryKey, saveGeometry());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QMimeData& dragged = *event->mimeData();
    const bool isFile = dragged.hasUrls() && dragged.urls().first().isLocalFile();
    if (isFile || (dragged.hasText() && looksLikeTable(dragged.text()))) event->acceptProposedAction();
}

/// The first is opened; the banner names the others, and offers their rows where the columns are the same.
void MainWindow::openDropped(const QList<QUrl>& urls) {
    std::vector<std::filesystem::path> paths;
    QStringList others;
    for (const QUrl& url : urls) {
        if (!url.isLocalFile()) continue;
        paths.push_back(toPath(url.toLocalFile()));
        if (paths.size() > 1) others << url.fileName();
    }
    openPath(paths.front());
    if (others.empty()) return;
    if (!haveSameColumns(paths))
        return m_banner->show(tr("One file is opened at a time."), {}, tr("Not opened: %1.").arg(others.join(QStringLiteral(", "))));
    m_banner->show(tr("One file is opened at a time."), {}, tr("Not opened: %1. They have the same columns.").arg(others.join(QStringLiteral(", "))),
                   tr("Put all rows together"), [this, paths] { attempt([&] { openTogether(m_document, paths); }); });
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QMimeData& dropped = *event->mimeData();
    if (dropped.hasUrls() && dropped.urls().first().isLocalFile()) return openDropped(dropped.urls());
    m_banner->clear();
    attempt([&] { m_document.openData(keepPasted(dropped.text())); });
}

}  // namespace holdout
