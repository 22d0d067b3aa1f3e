// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/own_folder.h"

#include <QStandardPaths>

#include "base/error.h"

namespace holdout {

namespace fs = std::filesystem;

fs::path ownFolder(const std::string& name, const std::string& what) {
    const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    const fs::path folder = fs::path(data.toStdString()) / name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error("The folder for " + what + " cannot be made: " + error.message() + ".", {.file = folder.string()},
                    "Make the folder, or free some space.");
    return folder;
}

fs::path unusedPath(const fs::path& folder, const std::string& stem, const std::string& ending) {
    fs::path path = folder / (stem + ending);
    for (int i = 2; fs::exists(path); ++i) path = folder / (stem + " " + std::to_string(i) + ending);
    return path;
}

}  // namespace holdout
