// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "data/csv_reader.h"

namespace holdout::csv {

/// What encoding of one byte a character a text has that is no UTF-8: Windows-1250, -1251 or -1254 where its letters would make no
/// words of a western language, else Latin-1. Looks at the first megabyte.
Encoding guessSingleByte(std::string_view bytes);

/// Whose letters such an encoding is guessed by: "Turkish"; empty for the others.
std::string_view lettersOf(Encoding encoding);

/// The characters of the bytes 0x80 … 0xff of Windows-1250, -1251 or -1254, as ICU has them; U+FFFD for what is none.
using UpperHalf = std::array<char16_t, 128>;
const UpperHalf& upperHalf(Encoding encoding);

}  // namespace holdout::csv
