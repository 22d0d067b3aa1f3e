// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/expression/expression.h"

namespace holdout::expression {

/// The value of a part of an expression in one row. Which member counts is known from the part's kind.
struct Cell {
    bool isMissing = false;
    double number = 0;         ///< of a Number; 0 or 1 for Truth
    std::int64_t moment = 0;   ///< microseconds since 1970
    std::string_view text;     ///< of the table, of the expression or of the row's scratch

    static Cell missing() { return {.isMissing = true}; }
    static Cell of(double value) { return {.number = value}; }
    static Cell of(bool value) { return {.number = value ? 1.0 : 0.0}; }
    bool isTrue() const { return !isMissing && number != 0; }
};

/// Keeps the texts that are made in one row for as long as that row is looked at.
class Scratch {
public:
    std::string_view keep(std::string text) { return m_texts.emplace_back(std::move(text)); }
    void clear() {
        if (!m_texts.empty()) m_texts.clear();
    }

private:
    std::deque<std::string> m_texts;
};

/// A function or operator whose result is missing wherever an argument is.
struct Function {
    std::string_view name;
    std::vector<ValueKind> takes;
    ValueKind gives;
    Cell (*at)(std::span<const Cell> arguments, Scratch& scratch);
};

/// All of them; those of one name differ in what they take.
const std::vector<Function>& plainFunctions();

}  // namespace holdout::expression
