// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/arff_header.h"

#include <algorithm>

#include "data/clean_text.h"

namespace holdout::arff {
namespace {

constexpr std::string_view Blanks = " \t\r";
constexpr std::string_view IsoPattern = "yyyy-MM-dd'T'HH:mm:ss";

void readLevels(LineReader& line, Attribute& attribute, const Place& place) {
    bool wasQuoted = false;
    while (!line.take('}')) {
        std::string level = line.word(",}", wasQuoted);
        // Some files declare a value twice: it is one.
        const auto code = static_cast<std::uint32_t>(attribute.levels.size());
        if (attribute.codes.try_emplace(level, code).second) attribute.levels.push_back(std::move(level));
        if (line.take(',')) continue;
        if (line.take('}')) break;
        throw Error("The list of values of a nominal attribute does not end.", place, "Close it with a brace: }.");
    }
    if (attribute.levels.empty())
        throw Error("A nominal attribute has no values.", place, "Name its values within the braces.");
}

Attribute readAttribute(std::string_view words, Place place) {
    LineReader line(words, place);
    bool wasQuoted = false;
    Attribute attribute;
    attribute.name = line.word(" \t{", wasQuoted);
    if (attribute.name.empty())
        throw Error("An attribute has no name.", place, "Write it as: @attribute name numeric.");
    place.column = attribute.name;
    if (line.take('{')) {
        attribute.kind = Kind::Nominal;
        readLevels(line, attribute, place);
        return attribute;
    }
    const std::string type = lowered(line.word(" \t", wasQuoted));
    if (type == "numeric" || type == "real" || type == "integer") {
        attribute.kind = Kind::Numeric;
    } else if (type == "string") {
        attribute.kind = Kind::String;
    } else if (type == "date") {
        attribute.kind = Kind::Date;
        attribute.pattern = line.word(" \t", wasQuoted);
        if (attribute.pattern.empty()) attribute.pattern = IsoPattern;
    } else if (type == "relational") {
        throw Error("The attribute is relational: a table within each cell.", place,
                    "Flatten it first, in Weka by the filter MultiInstanceToPropositional.");
    } else {
        throw Error("The attribute has no known type: \"" + type + "\".", place,
                    "Use numeric, real, integer, string, date, or the values in braces.");
    }
    return attribute;
}

}  // namespace

std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

void LineReader::skipBlanks() {
    while (m_at < m_line.size() && Blanks.find(m_line[m_at]) != std::string_view::npos) ++m_at;
}

bool LineReader::take(char c) {
    skipBlanks();
    if (m_at == m_line.size() || m_line[m_at] != c) return false;
    ++m_at;
    return true;
}

bool LineReader::atEnd() {
    skipBlanks();
    return m_at == m_line.size() || m_line[m_at] == '%';
}

std::string LineReader::quoted() {
    const char quote = m_line[m_at++];
    std::string text;
    while (m_at < m_line.size() && m_line[m_at] != quote) {
        char c = m_line[m_at++];
        if (c == '\\' && m_at < m_line.size()) {
            c = m_line[m_at++];
            if (c == 'n') c = '\n';
            if (c == 't') c = '\t';
            if (c == 'r') c = '\r';
        }
        text += c;
    }
    if (m_at == m_line.size())
        throw Error("A quote is opened and never closed.", m_place,
                    "Close it, or write \\ before a quote that is part of the text.");
    ++m_at;
    return text;
}

std::string LineReader::word(std::string_view stops, bool& wasQuoted) {
    skipBlanks();
    wasQuoted = m_at < m_line.size() && (m_line[m_at] == '\'' || m_line[m_at] == '"');
    if (wasQuoted) return quoted();
    const std::size_t end = std::min(m_line.size(), m_line.find_first_of(stops, m_at));
    const std::string_view found = trimmed(m_line.substr(m_at, end - m_at));
    m_at = end;
    return std::string(found);
}

Header readHeader(std::string_view text, const std::string& name) {
    Header header;
    for (std::size_t at = 0; at < text.size(); ++header.dataLine) {
        const std::size_t end = std::min(text.size(), text.find('\n', at));
        const std::string_view line = trimmed(text.substr(at, end - at));
        at = std::min(text.size(), end + 1);
        if (line.empty() || line.front() == '%') continue;
        const std::string keyword = lowered(line.substr(0, line.find_first_of(" \t'\"{")));
        const Place place{.file = name, .row = header.dataLine};
        if (keyword == "@data") {
            if (header.attributes.empty())
                throw Error("The file declares no attributes.", place, "Write an @attribute line for each column.");
            header.dataBegin = at;
            ++header.dataLine;
            return header;
        }
        if (keyword == "@attribute")
            header.attributes.push_back(readAttribute(line.substr(keyword.size()), place));
        else if (keyword != "@relation")
            throw Error("This line of the header is none that ARFF knows.", place,
                        "Begin it with @relation, @attribute, @data or %.");
    }
    throw Error("The file has no @data line.", {.file = name}, "Check that the file is whole, and is an ARFF file.");
}

}  // namespace holdout::arff
