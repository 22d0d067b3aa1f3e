// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>

#include "data/csv_reader.h"

namespace holdout {

inline constexpr std::array delimiters = {',', ';', '\t', '|', ':', ' '};
inline constexpr std::array decimals = {'.', ','};
inline constexpr std::array quotes = {'"', '\'', NoMark};
inline constexpr std::array escapes = {'\\', NoMark};
inline constexpr std::array comments = {'#', '%', '!', NoMark};
inline constexpr std::array thousandsMarks = {',', '.', ' ', '\'', NoMark};
inline constexpr auto encodings = std::to_array(allEncodings);

/// "comma", "semicolon", "tab", …
QString delimiterWord(char delimiter);
/// A sign as it stands, in words where that is hard to see: "space", "none", "usual ones".
QString markWord(char mark);
/// "point", "comma"
QString decimalWord(char decimal);

/// "titanic.csv · comma, UTF-8, 1,309 rows read in 3 ms, nothing skipped"
/// `isPart`: the table holds some of the rows of the file.
QString readSentence(const QString& fileName, const ReadResult& read, bool isPart = false);

}  // namespace holdout
