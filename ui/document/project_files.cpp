// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/project_files.h"

#include <QDateTime>
#include <QSettings>
#include <QStringList>
#include <algorithm>

#include "base/error.h"
#include "document/experiment_document.h"
#include "document/own_folder.h"

namespace holdout {

namespace fs = std::filesystem;

namespace {
constexpr auto recentKey = "recentFiles";
constexpr qsizetype mostRecent = 12;
}  // namespace

fs::path unnamedFolder() {
    return ownFolder("unnamed", "unsaved experiments");
}

fs::path freshUnnamedPath() {
    return unusedPath(unnamedFolder(), QDateTime::currentDateTime().toString("yyyy-MM-dd hh-mm-ss").toStdString(), ".holdout");
}

void removeProject(const fs::path& path) {
    std::error_code error;
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(path.string() + ending, error);
}

fs::path findData(const fs::path& source, const fs::path& project) {
    const fs::path named = project.parent_path() / source;  // an absolute source stays as it is
    std::error_code error;
    if (fs::exists(named, error)) return named;
    const fs::path beside = project.parent_path() / source.filename();
    return fs::exists(beside, error) ? beside : fs::path{};
}

void rememberRecent(const fs::path& path) {
    QSettings settings;
    QStringList files = settings.value(recentKey).toStringList();
    const QString name = QString::fromStdString(fs::absolute(path).string());
    files.removeAll(name);
    files.prepend(name);
    settings.setValue(recentKey, QStringList(files.mid(0, mostRecent)));
}

std::vector<fs::path> ExperimentDocument::recentFiles() {
    std::vector<fs::path> files;
    std::error_code error;
    for (const QString& file : QSettings().value(recentKey).toStringList())
        if (fs::exists(file.toStdString(), error)) files.emplace_back(file.toStdString());
    return files;
}

std::vector<fs::path> ExperimentDocument::unnamedProjects() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(unnamedFolder()))
        if (entry.path().extension() == ".holdout") files.push_back(entry.path());
    std::sort(files.rbegin(), files.rend());  // the names are times
    return files;
}

}  // namespace holdout
