// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/csv_layout.h"
#include "data/csv_reader.h"

namespace holdout::csv {

/// What the beginning of a text tells of its form.
struct Sniffed {
    Dialect dialect;
    bool header = true;
    std::vector<std::string> names;  ///< of the header, or made up; distinct, none empty
    std::size_t skipped = 0;         ///< lines above the table that are none of it
    std::size_t dataBegin = 0;       ///< where the first record of data begins
    Warnings warnings;
};

/// Texts that mean "missing". In columns of numbers and dates all usual codes do, in any case of letters; among
/// categories and texts "none", "-" and "." are more often values, so they do not.
class MissingCodes {
public:
    explicit MissingCodes(const std::optional<std::vector<std::string>>& given, char decimal);

    bool amongTexts(std::string_view text) const;
    bool amongNumbers(std::string_view text) const;
    /// True when a number stands for "missing", however it is written (-999, -999.0).
    bool isCode(double value) const {
        for (const double code : m_numbers)
            if (code == value) return true;
        return false;
    }
    bool hasNumbers() const { return !m_numbers.empty(); }
    std::vector<std::string> list() const { return m_texts; }

private:
    std::vector<std::string> m_texts;
    std::vector<double> m_numbers;
};

/// `text` is UTF-8 without byte order mark. Looks at the first part of it only. Throws Error when there is no table.
Sniffed sniff(std::string_view text, const CsvOptions& options, const std::string& name);

/// Names made distinct, none empty; what was changed is told in `warnings`.
std::vector<std::string> distinctNames(std::vector<std::string> names, const std::string& file, Warnings& warnings);

/// The records of `text`, at most `limit`, as texts.
std::vector<std::vector<std::string>> headRecords(std::string_view text, const Dialect& dialect, std::size_t limit);

}  // namespace holdout::csv
