// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/csv_reader.h"

namespace holdout::csv {

/// A table for the eye, written as one for a reader of delimiters.
struct Placed {
    std::string text;
    char delimiter = '\t';
    Warnings warnings;
};

/// Tables that are drawn (Markdown, or what databases show, with lines of - + |), and tables whose columns stand at fixed
/// places, told by what is blank in all of the first lines; nothing for others, or where a delimiter is given. Lines keep their
/// numbers.
std::optional<Placed> placed(std::string_view text, const CsvOptions& options, const std::string& name);

}  // namespace holdout::csv
