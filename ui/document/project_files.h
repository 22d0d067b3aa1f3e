// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

namespace holdout {

/// Where projects without a name live; made when it is not there. Throws Error when it cannot be made.
std::filesystem::path unnamedFolder();
/// A path there that no project has yet, named after the time.
std::filesystem::path freshUnnamedPath();
/// With the files that SQLite keeps beside it. It must be closed.
void removeProject(const std::filesystem::path& path);
/// Where the data are: where the specification says, relative to the project; else beside the project under the same
/// name. Empty when they are in neither place.
std::filesystem::path findData(const std::filesystem::path& source, const std::filesystem::path& project);
/// Puts `path` in front of the recent files (QSettings); twelve are kept.
void rememberRecent(const std::filesystem::path& path);

}  // namespace holdout
