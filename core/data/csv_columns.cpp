// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_columns.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/huge_pages.h"

namespace holdout::csv {
namespace {

/// More distinct texts than this, and more than half of the cells: names or sentences, not categories.
constexpr std::size_t FewLevels = 20;
constexpr std::size_t LongLevel = 100;

std::size_t totalRows(const std::vector<PieceResult>& results) {
    return std::accumulate(results.begin(), results.end(), std::size_t{0},
                           [](std::size_t sum, const PieceResult& result) { return sum + result.rows; });
}

/// Closes the gaps that blank lines left between the pieces.
template <typename T>
void closeGaps(std::vector<T>& values, const std::vector<Piece>& pieces, const std::vector<PieceResult>& results) {
    std::size_t to = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(pieces[i].firstRow);
        if (to != pieces[i].firstRow)
            std::copy(from, from + static_cast<std::ptrdiff_t>(results[i].rows),
                      values.begin() + static_cast<std::ptrdiff_t>(to));
        to += results[i].rows;
    }
    values.resize(to);
}

/// ORs `count` bits into `words` from bit `offset` on.
void placeBits(std::vector<std::uint64_t>& words, std::size_t offset, const std::vector<std::uint64_t>& bits,
               std::size_t count) {
    const std::size_t shift = offset & 63;
    for (std::size_t i = 0; 64 * i < count; ++i) {
        const std::size_t at = (offset >> 6) + i;
        words[at] |= bits[i] << shift;
        if (shift > 0 && at + 1 < words.size()) words[at + 1] |= bits[i] >> (64 - shift);
    }
}

MissingMask missingOf(std::size_t index, std::size_t rows, std::vector<PieceResult>& results) {
    std::vector<std::uint64_t> words;
    std::size_t offset = 0;
    for (PieceResult& result : results) {
        std::vector<std::uint64_t>& bits = result.columns[index].missing;
        if (!bits.empty() && result.rows > 0) {
            if (words.empty()) words.resize((rows + 63) / 64);
            placeBits(words, offset, bits, result.rows);
        }
        offset += result.rows;
        std::vector<std::uint64_t>().swap(bits);
    }
    return {rows, std::move(words)};
}

struct Levels {
    std::vector<std::string> names;                 ///< in natural order
    std::vector<std::vector<std::uint32_t>> codes;  ///< by piece: from its own codes
};

Levels mergeLevels(std::size_t index, std::vector<PieceResult>& results) {
    LevelTable all;
    std::vector<std::vector<std::uint32_t>> merged;
    for (const PieceResult& result : results) {
        const LevelTable& local = *result.columns[index].levels;
        std::vector<std::uint32_t>& codes = merged.emplace_back(local.size());
        for (std::uint32_t code = 0; code < local.size(); ++code)
            if (!local.isMissing(code))
                codes[code] = all.code(local.levels()[code], false, [](std::string_view) { return false; });
    }
    std::vector<std::uint32_t> order(all.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return naturalLess(all.levels()[a], all.levels()[b]); });
    Levels levels;
    std::vector<std::uint32_t> position(all.size());
    for (const std::uint32_t code : order) {
        position[code] = static_cast<std::uint32_t>(levels.names.size());
        levels.names.emplace_back(all.levels()[code]);
    }
    for (std::vector<std::uint32_t>& codes : merged)
        if (!position.empty())
            for (std::uint32_t& code : codes) code = position[code];
    levels.codes = std::move(merged);
    return levels;
}

bool isText(const std::vector<std::string>& levels, std::size_t cells) {
    if (levels.size() <= FewLevels) return false;
    std::size_t bytes = 0;
    for (const std::string& level : levels) bytes += level.size();
    return 2 * levels.size() > cells || levels.size() > LevelTable::Limit || bytes > LongLevel * levels.size();
}

Column::Values textsOfLevels(const std::vector<std::uint32_t>& codes, const std::vector<std::string>& levels,
                             const MissingMask& missing) {
    TextValues values;
    values.offsets.reserve(codes.size() + 1);
    values.offsets.push_back(0);
    for (std::size_t row = 0; row < codes.size(); ++row) {
        if (!missing[row]) values.bytes += levels[codes[row]];
        values.offsets.push_back(values.bytes.size());
    }
    return values;
}

Column::Values levelValues(std::size_t index, bool decided, ColumnCells& cells, const std::vector<Piece>& pieces,
                           std::vector<PieceResult>& results, const MissingMask& missing) {
    Levels levels = mergeLevels(index, results);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::vector<std::uint32_t>& code = levels.codes[i];
        if (code.empty()) continue;
        std::uint32_t* const first = cells.codes.data() + pieces[i].firstRow;
        for (std::size_t row = 0; row < results[i].rows; ++row) first[row] = code[first[row]];
        results[i].columns[index].levels.reset();
    }
    closeGaps(cells.codes, pieces, results);
    if (missing.any())
        for (std::size_t row = 0; row < cells.codes.size(); ++row)
            if (missing[row]) cells.codes[row] = 0;
    if (!decided && isText(levels.names, cells.codes.size() - missing.count()))
        return textsOfLevels(cells.codes, levels.names, missing);
    return CategoryValues{std::move(cells.codes),
                          std::make_shared<const std::vector<std::string>>(std::move(levels.names))};
}

Column::Values textValues(std::size_t index, ColumnCells& cells, const std::vector<Piece>& pieces,
                          std::vector<PieceResult>& results) {
    closeGaps(cells.lengths, pieces, results);
    TextValues values;
    values.offsets = std::move(cells.lengths);
    values.offsets.push_back(0);
    std::uint64_t sum = 0;
    for (std::uint64_t& length : values.offsets) length = std::exchange(sum, sum + length);
    values.bytes.reserve(sum);
    preferHugePages(values.bytes.data(), sum);
    for (PieceResult& result : results) {
        values.bytes += result.columns[index].bytes;
        std::string().swap(result.columns[index].bytes);
    }
    return values;
}

Column::Values dateTimeValues(std::size_t index, ColumnCells& cells, const std::vector<Piece>& pieces,
                              const std::vector<PieceResult>& results) {
    closeGaps(cells.micros, pieces, results);
    DateTimeValues values{std::move(cells.micros), true};
    for (const PieceResult& result : results) values.dateOnly = values.dateOnly && !result.columns[index].hasTime;
    return values;
}

}  // namespace

ColumnPtr makeColumn(std::string name, std::size_t index, const ColumnPlan& plan, ColumnCells& cells,
                     const std::vector<Piece>& pieces, std::vector<PieceResult>& results) {
    MissingMask missing = missingOf(index, totalRows(results), results);
    Column::Values values;
    switch (plan.reading) {
        case Reading::Levels:
            values = levelValues(index, plan.decided, cells, pieces, results, missing);
            break;
        case Reading::Text:
            values = textValues(index, cells, pieces, results);
            break;
        case Reading::DateTime:
            values = dateTimeValues(index, cells, pieces, results);
            break;
        case Reading::Number:
        case Reading::Skip:
            closeGaps(cells.numbers, pieces, results);
            values = NumberValues{std::move(cells.numbers)};
            break;
    }
    return std::make_shared<const Column>(std::move(name), std::move(values), std::move(missing));
}

}  // namespace holdout::csv
