// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdout {

/// How numbers are written in a text.
struct NumberStyle {
    char decimal = '.';
    /// '\0': the other one of '.' and ',', an apostrophe (Switzerland) or a no-break space (SI). A plain space counts
    /// only where it is given: it parts words as well.
    char thousands = '\0';
};

/// Reads a whole text as a number: sign, digits, decimal mark, exponent, "inf", "infinity" (any case); spaces around
/// it do not count. False for anything else, "nan" included. The nearest double, as std::from_chars gives it.
bool parseNumberText(std::string_view text, NumberStyle style, double& value);

/// The same, at once, for what begins with a digit, or with one behind a minus sign; false for all else, and for leading
/// zeros before another digit.
bool parsePlainNumber(const char* begin, const char* end, char decimal, double& value);

/// The same as parseNumberText for digits in groups of three ("1,234,567.5"; with a decimal comma "1.234.567,5"). At least one mark
/// must stand, all marks are the same, and the first group may not begin with 0, so that "0,532" is never taken for a
/// whole number.
bool parseGroupedNumber(std::string_view text, NumberStyle style, double& value);

}  // namespace holdout
