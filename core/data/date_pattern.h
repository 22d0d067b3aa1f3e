// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace holdout {

/// Reads a date by a pattern of Java's SimpleDateFormat: y, M (also as "Jan"), d, H, h with a, m, s, S, Z, X, texts in
/// '…', and other characters as they are. Years of two digits, where the pattern has two at most, are of 1969 to 2068. Microseconds since 1970; times are of Greenwich unless the text says
/// otherwise. False when the text is none such, or there is no such day.
bool parseDateByPattern(std::string_view text, std::string_view pattern, std::int64_t& micros);
/// Whether a pattern knows letters alone that parseDateByPattern does, and has a year.
bool isDatePattern(std::string_view pattern);
bool patternHasTime(std::string_view pattern);

}  // namespace holdout
