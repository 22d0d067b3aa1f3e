// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <filesystem>
#include <functional>
#include <vector>

#include "document/experiment_document.h"
#include "shell/pages.h"
#include "theme/theme.h"

class QScrollArea;

namespace holdout {

class FillingStack;
class JobBar;
class MessageBanner;
class Rail;
class TopBar;

/// The window: top bar, rail, page, the page's settings, job bar. Wiring only: what is shown belongs to the pages, what is
/// known to the document.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(ExperimentDocument& document, Theme& theme, int threads, QWidget* parent = nullptr);

    /// Opens a project (`.holdout`) or a data file (anything else).
    void openPath(const std::filesystem::path& path);
    void showPage(const QString& id);
    QString currentPage() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut(int threads);
    void makeMenus();
    void fillRecent(QMenu& menu);
    void makeViewMenu(class QMenu& view);
    void connectDocument();

    void openFile();
    void openWithChoices(const QString& path);
    void offerLargeData(const QString& path);
    void openDropped(const QList<QUrl>& urls);
    void openFolder();
    void pasteTable();
    void saveProjectAs();
    void exportExperiment();
    void runCurrent();
    void locateData(const QString& missing);
    void refreshProject();
    void refreshRun();
    void refreshRail();
    void about();
    /// Calls `action`; an Error goes to the banner.
    void attempt(const std::function<void()>& action);

    ExperimentDocument& m_document;
    Theme& m_theme;
    TopBar* m_top;
    Rail* m_rail;
    MessageBanner* m_banner;
    FillingStack* m_stack;
    FillingStack* m_settings;
    QWidget* m_settingsLine = nullptr;
    QAction* m_paste = nullptr;
    std::vector<PageEntry> m_pages;
    bool m_closeWhenIdle = false;
};

}  // namespace holdout
