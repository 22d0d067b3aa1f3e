// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

namespace holdout {

class ExperimentDocument;

/// Whether all files name the same columns, in any order, as their first lines tell: text tables and ARFF alone.
bool haveSameColumns(const std::vector<std::filesystem::path>& files);

/// Puts the rows of all files below each other in the background, in the column order of the first, writes them into a CSV
/// file of its own in the application's data folder, and opens that. Files whose columns hold other things are refused: the
/// document's `failed` names column and file.
void openTogether(ExperimentDocument& document, const std::vector<std::filesystem::path>& files);

}  // namespace holdout
