// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/column_maker.h"

#include <atomic>
#include <map>
#include <numeric>
#include <unordered_map>

namespace holdout {
namespace {

constexpr std::size_t Grain = 1 << 14;
constexpr std::uint32_t Absent = static_cast<std::uint32_t>(-1);

/// Texts with codes in the order in which they came.
struct Levels {
    std::unordered_map<std::string, std::uint32_t> codes;
    std::vector<const std::string*> texts;

    std::uint32_t code(const std::string& text) {
        const auto [found, isNew] = codes.try_emplace(text, static_cast<std::uint32_t>(texts.size()));
        if (isNew) texts.push_back(&found->first);
        return found->second;
    }
};

/// Levels in natural order, and the place that each code of `all` takes there.
std::vector<std::string> sortedLevels(const Levels& all, std::vector<std::uint32_t>& place) {
    std::vector<std::uint32_t> order(all.texts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return naturalLess(*all.texts[a], *all.texts[b]); });
    place.resize(order.size());
    std::vector<std::string> levels;
    levels.reserve(order.size());
    for (const std::uint32_t code : order) {
        place[code] = static_cast<std::uint32_t>(levels.size());
        levels.push_back(*all.texts[code]);
    }
    return levels;
}

/// Values with 0, or nothing, in the cells that are missing.
struct Blank {
    const MissingMask& missing;
    Column::Values operator()(NumberValues v) const { return blanked(std::move(v), &NumberValues::values); }
    Column::Values operator()(CategoryValues v) const { return blanked(std::move(v), &CategoryValues::codes); }
    Column::Values operator()(DateTimeValues v) const { return blanked(std::move(v), &DateTimeValues::micros); }
    Column::Values operator()(const TextValues& v) const {
        TextValues result;
        result.offsets.reserve(v.offsets.size());
        result.offsets.push_back(0);
        for (std::size_t row = 0; row + 1 < v.offsets.size(); ++row) {
            if (!missing[row]) result.bytes += v.at(row);
            result.offsets.push_back(result.bytes.size());
        }
        return result;
    }
    Column::Values operator()(ImageValues v) const { return v; }
    Column::Values operator()(SparseValues v) const { return v; }
    /// A cell that is missing holds 0.
    template <typename V, typename Member>
    V blanked(V v, Member member) const {
        for (std::size_t row = 0; row < missing.rows(); ++row)
            if (missing[row]) (v.*member)[row] = {};
        return v;
    }
};

MissingMask missingOfCodes(std::vector<std::uint32_t>& codes, JobContext& context) {
    return missingWhere(codes.size(), context, [&](std::size_t row, std::size_t) {
        const bool isMissing = codes[row] == Absent;
        if (isMissing) codes[row] = 0;
        return isMissing;
    });
}

}  // namespace

ColumnPtr textColumn(std::string name, std::size_t rows, JobContext& context, const WriteCell& write) {
    struct Part {
        std::string bytes;
        std::uint64_t begin = 0;
    };
    TextValues values;
    values.offsets.resize(rows + 1);
    const std::vector<Range> ranges = chunks(rows, Grain);
    std::vector<Part> parts(ranges.size());
    std::vector<std::string> cells(ranges.size());
    MissingMask missing = missingWhere(rows, context, [&](std::size_t row, std::size_t chunk) {
        std::string& cell = cells[chunk];
        cell.clear();
        const bool isThere = write(row, cell);
        if (isThere) parts[chunk].bytes += cell;
        values.offsets[row + 1] = parts[chunk].bytes.size();
        return !isThere;
    });
    std::uint64_t size = 0;
    for (Part& part : parts) {
        part.begin = size;
        size += part.bytes.size();
    }
    values.bytes.resize(size);
    parallelFor(ranges.size(), [&](std::size_t i) {
        parts[i].bytes.copy(values.bytes.data() + parts[i].begin, parts[i].bytes.size());
        for (std::size_t row = ranges[i].begin; row < ranges[i].end; ++row) values.offsets[row + 1] += parts[i].begin;
    });
    return std::make_shared<const Column>(std::move(name), std::move(values), std::move(missing));
}

ColumnPtr categoryColumn(std::string name, std::size_t rows, JobContext& context, const WriteCell& write,
                         std::size_t mostLevels) {
    const std::vector<Range> ranges = chunks(rows, Grain);
    std::vector<Levels> parts(ranges.size());
    std::vector<std::uint32_t> codes(rows);
    std::atomic<bool> isTooMany = false;
    parallelFor(ranges.size(), [&](std::size_t i) {
        context.throwIfStopped();
        std::string cell;
        for (std::size_t row = ranges[i].begin; row < ranges[i].end && !isTooMany; ++row) {
            cell.clear();
            codes[row] = write(row, cell) ? parts[i].code(cell) : Absent;
            if (parts[i].texts.size() > mostLevels) isTooMany = true;
        }
    });
    Levels all;
    std::vector<std::vector<std::uint32_t>> codeOf(parts.size());
    for (std::size_t i = 0; i < parts.size() && !isTooMany; ++i) {
        for (const std::string* text : parts[i].texts) codeOf[i].push_back(all.code(*text));
        if (all.texts.size() > mostLevels) isTooMany = true;
    }
    if (isTooMany) return nullptr;
    std::vector<std::uint32_t> place;
    std::vector<std::string> levels = sortedLevels(all, place);
    parallelFor(ranges.size(), [&](std::size_t i) {
        for (std::size_t row = ranges[i].begin; row < ranges[i].end; ++row)
            if (codes[row] != Absent) codes[row] = place[codeOf[i][codes[row]]];
    });
    MissingMask missing = missingOfCodes(codes, context);
    return Column::categories(std::move(name), std::move(codes), std::move(levels), std::move(missing));
}

ColumnPtr mappedLevels(const Column& from, const std::function<std::optional<std::string>(const std::string&)>& map) {
    const std::vector<std::string>& levels = from.levels();
    std::vector<char> isUsed(levels.size());
    for (std::size_t row = 0; row < from.rows(); ++row)
        if (!from.isMissing(row)) isUsed[from.codes()[row]] = 1;
    Levels all;
    std::vector<std::uint32_t> codeOf(levels.size(), Absent);
    for (std::size_t i = 0; i < levels.size(); ++i)
        if (isUsed[i])
            if (const std::optional<std::string> now = map(levels[i])) codeOf[i] = all.code(*now);
    std::vector<std::uint32_t> place;
    std::vector<std::string> sorted = sortedLevels(all, place);
    std::vector<std::uint32_t> codes(from.rows());
    MissingMask missing(from.rows());
    for (std::size_t row = 0; row < from.rows(); ++row) {
        const std::uint32_t code = from.isMissing(row) ? Absent : codeOf[from.codes()[row]];
        if (code == Absent) missing.set(row);
        else codes[row] = place[code];
    }
    return Column::categories(from.name(), std::move(codes), std::move(sorted), std::move(missing));
}

ColumnPtr withMissing(const Column& column, const MissingMask& gone) {
    if (!gone.any()) return std::make_shared<const Column>(column);
    MissingMask missing = column.missing().any() ? column.missing() : MissingMask(column.rows());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (gone[row]) missing.set(row);
    Column::Values values = std::visit(Blank{missing}, column.values());
    return std::make_shared<const Column>(column.name(), std::move(values), std::move(missing));
}

}  // namespace holdout
