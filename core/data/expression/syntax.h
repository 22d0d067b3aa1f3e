// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace holdout::expression {

/// A part of an expression as it was written. Operators are calls of a function of that name ("+", "and", "negate").
struct Syntax {
    enum class Kind { Number, Text, Truth, Missing, Column, Call };
    Kind kind = Kind::Missing;
    std::size_t position = 0;  ///< byte in the text
    std::string text;          ///< of a Text; the name of a Column or Call
    double number = 0;         ///< of a Number; 0 or 1 for Truth
    std::vector<Syntax> parts;
};

/// Throws Error naming the character. Nesting beyond 200 levels is refused.
Syntax parse(std::string_view text, std::string_view parameter);

/// "… at character 12 (near "foo")."
[[noreturn]] void throwAt(std::string_view text, std::size_t position, const std::string& problem,
                          std::string_view parameter, std::string remedy = {});

}  // namespace holdout::expression
