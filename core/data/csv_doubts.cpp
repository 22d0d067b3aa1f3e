// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_doubts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace holdout::csv {
namespace {

bool areDigits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The text behind the only point of a number of digits; nothing for others.
std::optional<std::string_view> behindPoint(std::string_view cell) {
    const std::size_t point = cell.find('.');
    if (point == std::string_view::npos || !areDigits(cell.substr(0, point)) || !areDigits(cell.substr(point + 1))) return std::nullopt;
    return cell.substr(point + 1);
}

/// "1.1" and "1.10" side by side, and never a 0 in front behind the point, as decimals would have it: versions or numbers of
/// sections, which count as one number. Returns the longer one of a pair.
std::string sameAsNumber(const std::vector<std::string_view>& cells) {
    std::map<std::string, std::string, std::less<>> byNumber;
    std::string pair;
    for (const std::string_view cell : cells) {
        if (areDigits(cell)) continue;
        const auto minor = behindPoint(cell);
        if (!minor || (minor->front() == '0' && minor->size() > 1) || minor->size() > 3) return {};
        std::string plain(cell);
        while (plain.back() == '0') plain.pop_back();
        if (plain.back() == '.') continue;
        const auto [found, isNew] = byNumber.try_emplace(plain, cell);
        if (!isNew && found->second != cell && pair.empty()) pair = std::max(found->second, std::string(cell), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    }
    return pair;
}

/// "1E5" among whole numbers.
std::string powerAmongCodes(const std::vector<std::string_view>& cells) {
    constexpr std::size_t LongestPart = 4;
    std::string power;
    for (const std::string_view cell : cells) {
        if (areDigits(cell)) continue;
        const std::size_t mark = cell.find_first_of("eE");
        if (mark == std::string_view::npos || mark > LongestPart || !areDigits(cell.substr(0, mark)) || !areDigits(cell.substr(mark + 1))) return {};
        if (power.empty()) power = cell;
    }
    return power;
}

/// "2024-03-01T07:00:00+02:00"; an offset of none changes nothing.
bool hasOffset(std::string_view cell) {
    constexpr std::size_t Date = 10, ShortestTime = 16;
    if (cell.size() <= ShortestTime || cell[4] != '-' || cell[7] != '-' || (cell[Date] != 'T' && cell[Date] != ' ')) return false;
    const std::size_t sign = cell.find_first_of("+-", Date);
    if (sign == std::string_view::npos || cell.find_first_of("123456789", sign) == std::string_view::npos) return false;
    std::int64_t micros = 0;
    bool hasTime = false;
    return parseDateTime(cell, micros, hasTime);
}

std::string firstOffset(const std::vector<std::string_view>& cells) {
    const auto found = std::find_if(cells.begin(), cells.end(), hasOffset);
    return found == cells.end() ? std::string() : std::string(*found);
}

void doubtColumn(const std::string& name, const std::vector<std::string_view>& cells, const std::string& file, Warnings& doubts) {
    const Place place{.file = file, .column = name};
    if (const std::string version = sameAsNumber(cells); !version.empty()) {
        std::string_view other = version;
        while (other.back() == '0') other.remove_suffix(1);
        doubts.push_back({"As numbers, " + version + " and " + std::string(other) + " are the same. If they are versions or numbers of sections, choose text as the column's type.", place});
    } else if (const std::string power = powerAmongCodes(cells); !power.empty()) {
        doubts.push_back({"Cells such as " + power + " are read as powers of ten. If they are codes, choose text as the column's type.", place});
    } else if (const std::string moment = firstOffset(cells); !moment.empty()) {
        doubts.push_back({"Times with offsets, such as " + moment + ", are read as times of Greenwich (UTC): the hour of the day there is not that of the place.", place});
    }
}

}  // namespace

Warnings doubtsOf(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& records, const CsvOptions& options,
                  const std::string& file) {
    constexpr std::size_t Fewest = 5, MostColumns = 2000;
    Warnings doubts;
    if (records.size() < Fewest) return doubts;
    if (names.size() == 1) {
        const auto runs = std::count_if(records.begin(), records.end(), [](const auto& record) { return record.front().find("  ") != std::string::npos; });
        if (10 * static_cast<std::size_t>(runs) >= 9 * records.size())
            doubts.push_back({"Only one column was found, though its cells hold runs of blanks: choose the delimiter, or skip the lines above the table.", {.file = file, .parameter = "delimiter"}});
    }
    std::vector<std::string_view> cells;
    for (std::size_t c = 0; c < std::min(names.size(), MostColumns); ++c) {
        if (options.types.contains(names[c])) continue;
        cells.clear();
        for (const auto& record : records)
            if (c < record.size() && !record[c].empty()) cells.push_back(record[c]);
        doubtColumn(names[c], cells, file, doubts);
    }
    return doubts;
}

}  // namespace holdout::csv
