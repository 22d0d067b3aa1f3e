// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"
#include "data/table.h"

namespace holdout {

/// What an expression, or a part of one, comes to in a row.
enum class ValueKind { Number, Truth, Text, Moment };
std::string_view valueKindName(ValueKind kind);  ///< "a number", "true or false", "a text", "a date"

/// A formula over the columns of a table: `fare / (siblings + 1)`, `age < 18 and sex = 'female'`,
/// `if(is_missing(cabin), 'no', 'yes')`. A column whose name is no plain word stands in back quotes; text in quotes.
/// A missing cell makes missing what is computed from it, but for `and`, `or` (Kleene's logic), `if`, `coalesce` and
/// `is_missing`. Categories count as text. Text is compared by code point.
/// A parser of our own: muParser and its like know neither text, nor missing cells, nor dates.
/// Immutable; threads may share it. Results do not depend on the number of threads.
class Expression {
public:
    /// Throws Error naming the character where `text` cannot be understood, or the column that does not exist.
    /// `parameter` is named in those errors.
    Expression(std::string_view text, Table table, std::string_view parameter);
    ~Expression();
    Expression(Expression&&) noexcept;

    ValueKind kind() const;
    /// The rows, ascending, where it is true; those where it is missing are not among them. Requires kind Truth.
    RowIds rowsWhereTrue(JobContext& context) const;
    /// Its value in every row, as a column: numbers, dates, text; truth and text made of categories as categories. What
    /// is no finite number becomes missing, which `warnings` counts.
    ColumnPtr column(std::string name, JobContext& context, Warnings& warnings) const;

private:
    struct Impl;
    std::unique_ptr<const Impl> m_impl;
};

/// A function that expressions know, for help and completion.
struct FunctionHelp {
    std::string_view call;  ///< "round(x)"
    std::string_view help;
};
const std::vector<FunctionHelp>& expressionFunctions();

}  // namespace holdout
