// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/csv_reader.h"

namespace holdout::csv {

/// A text table in the plain form that the parser reads: no remarks between the rows, quotes doubled.
struct Rewritten {
    std::optional<std::string> text;  ///< nothing where the text is plain already
    char escape = NoMark;             ///< given or found
    Warnings warnings;
};

/// Lines that begin with the comment sign become blank, which the parser passes over; escaped characters become what
/// they mean, in quotes where needed. Lines keep their numbers. Escapes that are not given are looked for: a quote
/// behind a backslash inside of a quoted cell, and no doubled quote.
Rewritten rewritten(std::string_view text, const CsvOptions& options, const std::string& name);

}  // namespace holdout::csv
