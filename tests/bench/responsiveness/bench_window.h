// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <cstdio>
#include <functional>
#include <string>

#include "shell/main_window.h"

namespace holdout {

/// The real window on a document of its own, apart from the person's settings and projects. Needs the application first.
struct BenchWindow {
    BenchWindow(int width, int height) : theme(*qApp), document(catalog, searches, jobs), window(document, theme, arena.threads()) {
        window.resize(width, height);
        window.show();
    }

    /// Writes a table: the names, then as many lines as `writeRow` is called for.
    std::filesystem::path writeTable(const char* names, int rows, const std::function<void(std::FILE*, RandomStream&)>& writeRow) const {
        const std::string path = folder.filePath("table.csv").toStdString();
        std::FILE* file = std::fopen(path.c_str(), "w");
        if (!file) throw Error("The table cannot be written.", {.file = path}, "Free some space.");
        std::fprintf(file, "%s\n", names);
        RandomStream random(Seed{1});
        for (int i = 0; i < rows; ++i) writeRow(file, random);
        std::fclose(file);
        return path;
    }

private:
    /// Before all else, since the document looks for its folders.
    struct TestMode {
        TestMode() { QStandardPaths::setTestModeEnabled(true); }
    } m_testMode;

public:
    QTemporaryDir folder;
    Theme theme;
    Arena arena{0, Urgency::Background};
    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    JobQueue jobs{arena};
    ExperimentDocument document;
    MainWindow window;
};

}  // namespace holdout
