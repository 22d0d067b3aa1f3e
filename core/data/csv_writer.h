// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "data/table.h"

namespace holdout {

/// Writes RFC 4180 CSV in UTF-8: comma, '"' where needed, missing cells empty, numbers in the shortest text that
/// reads back the same. The file appears whole or not at all. Throws Error (no space, no right to write).
void writeCsv(const Table& table, const std::filesystem::path& path);
std::string toCsv(const Table& table, char delimiter = ',');
/// Writes bytes so that the file appears whole or not at all; a device or pipe, which cannot be replaced, is written
/// straight. Throws Error.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace holdout
