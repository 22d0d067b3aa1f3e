// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace holdout {

/// A folder of the program's own among the person's application data, made when it is not there. `what` it holds names it
/// in the Error that is thrown when it cannot be made.
std::filesystem::path ownFolder(const std::string& name, const std::string& what);
/// stem + ending in `folder`, or "stem 2" + ending and so on where that is a file already.
std::filesystem::path unusedPath(const std::filesystem::path& folder, const std::string& stem, const std::string& ending);

}  // namespace holdout
