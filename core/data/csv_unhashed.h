// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/csv_reader.h"

namespace holdout {

// As readCsv and readCsvText, but `sha256` stays empty: a fingerprint takes a sixth of the time of reading, and nobody asks
// for that of a piece of a file.

ReadResult readCsvUnhashed(const std::filesystem::path& path, const CsvOptions& options, JobContext& context);
ReadResult readCsvTextUnhashed(std::string_view text, std::string_view name, const CsvOptions& options, JobContext& context);

}  // namespace holdout
