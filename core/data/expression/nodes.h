// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "data/expression/cell.h"
#include "data/expression/syntax.h"

namespace holdout::expression {

/// A part of an expression that knows its columns, ready to be computed row by row. Immutable.
class Node {
public:
    explicit Node(ValueKind nodeKind) : kind(nodeKind) {}
    virtual ~Node() = default;
    virtual Cell at(std::size_t row, Scratch& scratch) const = 0;

    const ValueKind kind;
    /// The one category column that the part depends on: then its value depends on the category alone.
    const Column* category = nullptr;
    bool isConstant = false;
    bool isBareMissing = false;  ///< the word `missing`, which takes the kind of what it stands beside
};
using NodePtr = std::unique_ptr<Node>;

/// Throws Error naming the character where kinds do not fit, or functions or columns do not exist. `table` outlives the node.
NodePtr bind(const Syntax& syntax, std::string_view text, const Table& table, std::string_view parameter);

}  // namespace holdout::expression
