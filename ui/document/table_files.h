// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>

namespace holdout {

enum class Projects { With, Without };
/// The filters of an Open dialog: all formats that are read, projects too if wanted.
QString openFilters(Projects projects);
/// The filters of a dialog that exports a table.
QString exportFilters();
/// `path` with the usual ending of the chosen filter where it has none.
QString withEnding(const QString& path, const QString& filter);

/// Whether a text could be rows of a spreadsheet: more than one line, or cells with tabs between.
bool looksLikeTable(const QString& text);
/// Keeps a pasted text as a file of tab-separated values below the application's data folder, named after the time;
/// there it outlives the clipboard. Throws Error when the text is no table or the disk refuses.
std::filesystem::path keepPasted(const QString& text);

}  // namespace holdout
