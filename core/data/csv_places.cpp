// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_places.h"

#include <algorithm>
#include <vector>

#include "base/format.h"
#include "data/csv_layout.h"
#include "data/csv_sniff.h"

namespace holdout::csv {
namespace {

constexpr std::size_t HeadLines = 200;
constexpr std::size_t LongestHeadLine = 4096;

std::string_view withoutEnd(std::string_view line) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

std::string_view trimmedLine(std::string_view line) {
    line = withoutEnd(line);
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
    return line;
}

/// Calls visit(line) for each line, without its newline, until that returns false.
template <typename Visit>
void eachLine(std::string_view text, const Visit& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.size(), text.find('\n', at));
        if (!visit(text.substr(at, end - at))) return;
        at = end + 1;
    }
}

/// The first lines that are not blank, without blanks behind; none when one is too long for a table that was made to be looked at.
std::vector<std::string_view> headLines(std::string_view text) {
    std::vector<std::string_view> lines;
    eachLine(text, [&](std::string_view line) {
        if (line.size() > LongestHeadLine) {
            lines.clear();
            return false;
        }
        if (line = withoutEnd(line); !line.empty()) lines.push_back(line);
        return lines.size() < HeadLines;
    });
    return lines;
}

/// "+----+-----+" and "|:---|---:|".
bool isRule(std::string_view line) {
    line = trimmedLine(line);
    return line.find_first_not_of("|+-:= ") == std::string_view::npos && line.find_first_of("|+") != std::string_view::npos &&
           (line.find("--") != std::string_view::npos || line.find("==") != std::string_view::npos);
}

bool isDrawn(const std::vector<std::string_view>& lines) {
    constexpr std::size_t Fewest = 3, Top = 3;
    if (lines.size() < Fewest || std::none_of(lines.begin(), lines.begin() + Top, isRule)) return false;
    const auto parts = std::count_if(lines.begin(), lines.end(), [](std::string_view line) { return line.find('|') != std::string_view::npos || isRule(line); });
    return 10 * static_cast<std::size_t>(parts) >= 9 * lines.size() - 10;  // a remark below is no row
}

Placed withoutLines(std::string_view text, const std::string& name) {
    Placed result;
    result.delimiter = '|';
    result.text.reserve(text.size());
    eachLine(text, [&](std::string_view line) {
        if (!isRule(line)) {
            std::string_view cells = trimmedLine(line);
            if (cells.size() >= 2 && cells.front() == '|' && cells.back() == '|') cells = cells.substr(1, cells.size() - 2);
            result.text += cells;
        }
        result.text += '\n';
        return true;
    });
    result.warnings.push_back({"The table is drawn with lines, which were left out.", {.file = name}});
    return result;
}

/// Places that are blank in every line, from `begin` to `end`, counted in characters.
struct Gap {
    std::size_t begin = 0, end = 0;
};

/// Where each character of a line begins; bytes where the text is no UTF-8.
void findCharacters(std::string_view line, bool isUtf8, std::vector<std::size_t>& begins) {
    begins.clear();
    for (std::size_t i = 0; i < line.size(); ++i)
        if (!isUtf8 || (static_cast<unsigned char>(line[i]) & 0xc0) != 0x80) begins.push_back(i);
}

std::vector<Gap> findGaps(const std::vector<std::string_view>& lines, bool isUtf8) {
    std::vector<bool> isUsed;
    std::vector<std::size_t> begins;
    for (const std::string_view line : lines) {
        findCharacters(line, isUtf8, begins);
        if (begins.size() > isUsed.size()) isUsed.resize(begins.size());
        for (std::size_t place = 0; place < begins.size(); ++place)
            if (line[begins[place]] != ' ') isUsed[place] = true;
    }
    std::vector<Gap> gaps;
    bool isBehind = false;  // some column
    for (std::size_t place = 0; place < isUsed.size(); ++place) {
        if (isUsed[place]) {
            isBehind = true;
        } else if (isBehind) {
            if (gaps.empty() || gaps.back().end < place) gaps.push_back({place, place});
            gaps.back().end = place + 1;
        }
    }
    return gaps;
}

bool hasRunOfBlanks(std::string_view line) {
    return trimmedLine(line).find("  ") != std::string_view::npos;
}

/// Whether the lines are told better by places than by a delimiter: none was found, or one that the first line lacks, or runs of blanks
/// that are of unlike number.
bool areByPlaces(std::string_view text, const std::vector<std::string_view>& lines, const CsvOptions& options, std::size_t columns,
                 const std::string& name) {
    const Sniffed sniffed = sniff(text, options, name);
    if (sniffed.names.size() == 1) return true;
    const Dialect& dialect = sniffed.dialect;
    if (dialect.blanks()) {
        const auto records = headRecords(text, dialect, HeadLines);
        return !records.empty() && columns >= records.front().size() &&
               std::any_of(records.begin(), records.end(), [&](const auto& record) { return record.size() != records.front().size(); });
    }
    return columns >= 3 && lines.front().find(dialect.delimiter) == std::string_view::npos;
}

void addCell(std::string_view cell, std::string& out) {
    cell = trimmedLine(cell);
    if (cell.find('"') == std::string_view::npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"') out += c;
        out += c;
    }
    out += '"';
}

/// Cuts each line where its gaps are: at a blank, so that a number that is longer than those above is not cut. Nothing where
/// most lines are so short that their empty cells would take far more room than the text.
std::optional<Placed> cutAt(const std::vector<Gap>& gaps, std::string_view text, bool isUtf8, const std::string& name) {
    Placed result;
    std::vector<std::size_t> begins;
    std::size_t crossed = 0;
    const std::size_t most = 2 * text.size() + (std::size_t{1} << 20);
    eachLine(text, [&](std::string_view line) {
        line = withoutEnd(line);
        findCharacters(line, isUtf8, begins);
        std::size_t from = 0;
        bool isCrossed = false;
        for (std::size_t g = 0; g < gaps.size() && !line.empty(); ++g) {
            std::size_t place = gaps[g].end - 1;
            while (place > gaps[g].begin && place < begins.size() && line[begins[place]] != ' ') --place;
            const bool isBlank = place >= begins.size() || line[begins[place]] == ' ';
            isCrossed = isCrossed || !isBlank;
            const std::size_t to = isBlank ? (place < begins.size() ? begins[place] : line.size()) : begins[place];
            addCell(line.substr(from, to - from), result.text);
            result.text += '\t';
            from = to;
        }
        addCell(line.substr(from), result.text);
        result.text += '\n';
        crossed += isCrossed ? 1 : 0;
        return result.text.size() <= most;
    });
    if (result.text.size() > most) return std::nullopt;
    std::string places = "1";
    constexpr std::size_t Shown = 6;
    for (std::size_t g = 0; g < gaps.size() && g < Shown; ++g) places += ", " + std::to_string(gaps[g].end + 1);
    if (gaps.size() > Shown) places += ", …";
    result.warnings.push_back({"The columns stand at fixed places, told by what is blank in all of the first lines: they begin at the characters " + places + ".",
                               {.file = name}});
    if (crossed > 0)
        result.warnings.push_back({formatCount(crossed, "line has", "lines have") +
                                       " text where columns part; its cells may be cut in the wrong place.",
                                   {.file = name}});
    return result;
}

}  // namespace

std::optional<Placed> placed(std::string_view text, const CsvOptions& options, const std::string& name) {
    constexpr std::size_t Fewest = 5;
    if (options.delimiter || options.skip.value_or(0) > 0) return std::nullopt;
    const std::vector<std::string_view> lines = headLines(text);
    if (isDrawn(lines)) return withoutLines(text, name);
    const auto blanks = std::count_if(lines.begin(), lines.end(), hasRunOfBlanks);
    const bool hasTabs = std::any_of(lines.begin(), lines.end(), [](std::string_view line) { return line.find('\t') != std::string_view::npos; });
    if (lines.size() < Fewest || 10 * static_cast<std::size_t>(blanks) < 9 * lines.size() || hasTabs) return std::nullopt;
    const std::string_view head(lines.front().data(), static_cast<std::size_t>(lines.back().data() + lines.back().size() - lines.front().data()));
    const bool isUtf8 = isValidUtf8(head);
    const std::vector<Gap> gaps = findGaps(lines, isUtf8);
    if (gaps.empty() || !areByPlaces(head, lines, options, gaps.size() + 1, name)) return std::nullopt;
    return cutAt(gaps, text, isUtf8, name);
}

}  // namespace holdout::csv
