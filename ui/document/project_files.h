// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

namespace holdout {

/// Where projects without a name live; made when it is not there. Throws Error when it cannot be made.
std::filesystem::path unnamedFolder();
/// A path there that no project has yet, named after the time.
std::filesystem::path freshUnnamedPath();
/// Puts `path` in front of the recent files (QSettings); twelve are kept.
void rememberRecent(const std::filesystem::path& path);

}  // namespace holdout
