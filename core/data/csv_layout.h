// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"
#include "data/csv_records.h"

namespace holdout::csv {

constexpr std::size_t LongestCell = 16'000'000;
constexpr std::size_t LongestLine = 64'000'000;

/// A piece of the text that begins and ends with whole records.
struct Piece {
    const char* begin = nullptr;
    const char* end = nullptr;
    std::size_t firstRow = 0;  ///< where its rows go
    std::size_t rows = 0;      ///< at most; blank lines make them fewer
};

/// Where the records are. The cut depends on the text alone, never on the number of threads.
struct Layout {
    std::vector<Piece> pieces;
    Quoting quoting = Quoting::Strict;
    const char* literalFrom = nullptr;  ///< quotes from here on never close

    std::size_t rows() const { return pieces.empty() ? 0 : pieces.back().firstRow + pieces.back().rows; }
};

/// What a first look at all bytes tells.
struct Survey {
    Layout layout;
    bool validUtf8 = true;
    bool evenQuotes = true;
};

/// Whether the pages of a text may be given back once they are read: they may when it is a mapped file.
enum class Pages { Keep, Release };

/// Finds the pieces in parallel from the parity of quotes. Throws Error when a line is too long.
Survey survey(std::string_view text, const Dialect& dialect, const std::string& name, Pages pages,
              const JobContext& context);

/// Finds the pieces one record after another: for texts whose quotes are irregular.
Layout lenientLayout(std::string_view text, const Dialect& dialect, const std::string& name, const JobContext& context);

bool isValidUtf8(std::string_view text);

}  // namespace holdout::csv
