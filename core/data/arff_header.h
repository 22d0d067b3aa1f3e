// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace holdout::arff {

enum class Kind { Numeric, Nominal, String, Date };

struct Attribute {
    std::string name;
    Kind kind = Kind::Numeric;
    std::vector<std::string> levels;  ///< of a nominal one, as declared
    std::unordered_map<std::string, std::uint32_t> codes;
    std::string pattern;  ///< of a date, as Java's SimpleDateFormat has it
};

struct Header {
    std::vector<Attribute> attributes;
    std::size_t dataBegin = 0;
    std::int64_t dataLine = 1;  ///< the line at dataBegin
};

/// Reads words and values of one line. A word is quoted by ' or ", with \ before a quote inside of it, or reaches to
/// the next of `stops`. Throws Error at a quote that never closes.
class LineReader {
public:
    LineReader(std::string_view line, const Place& place) : m_line(line), m_place(place) {}

    /// Blanks do not count. `wasQuoted` tells '?' in quotes from a missing cell.
    std::string word(std::string_view stops, bool& wasQuoted);
    bool take(char c);
    bool atEnd();
    std::string_view rest() const { return m_line.substr(m_at); }

private:
    void skipBlanks();
    std::string quoted();

    std::string_view m_line;
    std::size_t m_at = 0;
    const Place& m_place;
};

std::string lowered(std::string_view text);
/// Everything up to "@data". Throws Error with the line for what is no ARFF.
Header readHeader(std::string_view text, const std::string& name);

}  // namespace holdout::arff
