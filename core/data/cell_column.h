// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/csv_sniff.h"
#include "data/file_bytes.h"
#include "data/table.h"

namespace holdout {

/// What the cells of a typed file are read with.
struct CellRules {
    const csv::MissingCodes& codes;
    const std::map<std::string, ColumnType, std::less<>>& types;  ///< decided by the person
    const std::string& file;
};

/// Gathers the cells of one column of a file that tells numbers from texts; the column's type follows from all of them
/// in the end, as it does for CSV: numbers, dates, categories or texts.
class CellColumn {
public:
    void addMissing() { m_kinds.push_back(Kind::Missing), m_numbers.push_back(0); }
    void addNumber(double value) { m_kinds.push_back(Kind::Number), m_numbers.push_back(value); }
    void addText(std::string_view text);
    /// Missing cells until there are `rows`.
    void fill(std::size_t rows);
    void append(const CellColumn& behind);
    std::size_t rows() const { return m_kinds.size(); }

    /// Ends it. Texts that all are numbers or dates become such, missing codes missing cells.
    ColumnPtr finish(const std::string& name, const CellRules& rules, Warnings& warnings) const;
    /// Ends it as texts; without rules no text is a missing cell.
    ColumnPtr asTexts(const std::string& name, const CellRules* rules = nullptr) const;

private:
    enum class Kind : std::uint8_t { Missing, Number, Text };

    template <typename Visit>
    void each(const Visit& visit) const;
    bool textsAre(const CellRules& rules, ColumnType type) const;
    void tellOfMixture(const std::string& name, const CellRules& rules, Warnings& warnings) const;
    ColumnPtr asNumbers(const std::string& name, const CellRules& rules, std::size_t& lost) const;

    std::vector<Kind> m_kinds;
    std::vector<double> m_numbers;
    std::vector<std::uint64_t> m_ends;  ///< of the texts, in order
    std::string m_bytes;
};

/// Columns by name, in order of appearance; rows may lack some.
class CellTable {
public:
    /// Cells that rows lack are charged to `budget`.
    explicit CellTable(CellBudget& budget) : m_budget(&budget) {}
    /// The column of that name, filled with missing cells up to the current row. Null when the row has a cell there.
    CellColumn* cell(const std::string& name);
    void endRow() { ++m_rows; }
    std::size_t rows() const { return m_rows; }
    std::size_t columns() const { return m_columns.size(); }
    void append(CellTable&& behind);
    /// Throws Error for a type that is given to no column.
    Table finish(const CellRules& rules, Warnings& warnings);

private:
    void fill(CellColumn& column);

    CellBudget* m_budget;
    std::size_t m_rows = 0;
    std::vector<std::string> m_names;
    std::vector<CellColumn> m_columns;
    std::unordered_map<std::string, std::size_t> m_index;
};

/// Throws Error, proposing the nearest, when a type is given to a column that is none of `names`.
void checkTypedNames(const CellRules& rules, const std::vector<std::string>& names);

/// Cuts a text into pieces of about a megabyte that end with whole lines. The cut depends on the text alone.
std::vector<std::string_view> linePieces(std::string_view text);

}  // namespace holdout
