// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "data/column.h"
#include "data/number_text.h"

namespace holdout {
namespace {

/// Codes of texts, with their levels in natural order at the end.
class LevelMaker {
public:
    std::uint32_t code(std::string text) {
        const auto [found, isNew] = m_codes.try_emplace(std::move(text), static_cast<std::uint32_t>(m_codes.size()));
        return found->second;
    }

    CategoryValues finish(std::vector<std::uint32_t> codes) && {
        std::vector<std::pair<std::string, std::uint32_t>> entries(m_codes.begin(), m_codes.end());
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return naturalLess(a.first, b.first); });
        std::vector<std::string> levels;
        std::vector<std::uint32_t> position(entries.size());
        for (const auto& [text, code] : entries) {
            position[code] = static_cast<std::uint32_t>(levels.size());
            levels.push_back(text);
        }
        for (std::uint32_t& code : codes)
            if (!position.empty()) code = position[code];
        return {std::move(codes), std::make_shared<const std::vector<std::string>>(std::move(levels))};
    }

private:
    std::unordered_map<std::string, std::uint32_t> m_codes;
};

ColumnPtr toCategory(const Column& column) {
    LevelMaker maker;
    std::vector<std::uint32_t> codes(column.rows());
    std::vector<std::size_t> blanks;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row))
            blanks.push_back(row);
        else
            codes[row] = maker.code(column.cellText(row));
    }
    CategoryValues values = std::move(maker).finish(std::move(codes));
    for (const std::size_t row : blanks) values.codes[row] = 0;
    return std::make_shared<const Column>(column.name(), std::move(values), column.missing());
}

ColumnPtr toText(const Column& column) {
    TextValues values;
    values.offsets.reserve(column.rows() + 1);
    values.offsets.push_back(0);
    for (std::size_t row = 0; row < column.rows(); ++row) {
        values.bytes += column.cellText(row);
        values.offsets.push_back(values.bytes.size());
    }
    return std::make_shared<const Column>(column.name(), std::move(values), column.missing());
}

/// Cells through `read(text, value)`; those it refuses become missing.
template <typename T, typename Read>
std::vector<T> readCells(const Column& column, MissingMask& missing, std::size_t& lost, const Read& read) {
    std::vector<T> values(column.rows());
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) {
            missing.set(row);
        } else if (!read(column.cellText(row), values[row])) {
            values[row] = T{};
            missing.set(row);
            ++lost;
        }
    }
    return values;
}

ColumnPtr toNumber(const Column& column, std::size_t& lost) {
    MissingMask missing(column.rows());
    std::vector<double> values;
    if (column.type() == ColumnType::DateTime) {
        // Seconds since 1970, so that a moment can serve as a plain number.
        const std::vector<std::int64_t>& micros = column.dateTimes().micros;
        values.reserve(micros.size());
        for (const std::int64_t moment : micros) values.push_back(static_cast<double>(moment) / 1e6);
        missing = column.missing();
    } else {
        values = readCells<double>(column, missing, lost, [](const std::string& text, double& value) {
            return parseNumberText(text, NumberStyle{}, value);
        });
    }
    return Column::numbers(column.name(), std::move(values), std::move(missing));
}

ColumnPtr toDateTime(const Column& column, std::size_t& lost) {
    MissingMask missing(column.rows());
    DateTimeValues values;
    values.dateOnly = true;
    values.micros =
        readCells<std::int64_t>(column, missing, lost, [&values](const std::string& text, std::int64_t& micros) {
            bool hasTime = false;
            if (!parseDateTime(text, micros, hasTime)) return false;
            values.dateOnly = values.dateOnly && !hasTime;
            return true;
        });
    return std::make_shared<const Column>(column.name(), std::move(values), std::move(missing));
}

}  // namespace

ColumnPtr retyped(const ColumnPtr& column, ColumnType type, std::size_t& lost) {
    lost = 0;
    if (column->type() == type) return column;
    const auto isPlain = [](ColumnType t) { return t != ColumnType::Image && t != ColumnType::Sparse; };
    if (!isPlain(type) || !isPlain(column->type()))
        throw Error("A column of type " + std::string(columnTypeName(column->type())) + " cannot be read as " +
                        std::string(columnTypeName(type)) + ".",
                    {.column = column->name()}, "Leave its type as it is, or ignore the column.");
    switch (type) {
        case ColumnType::Number:
            return toNumber(*column, lost);
        case ColumnType::Category:
            return toCategory(*column);
        case ColumnType::Text:
            return toText(*column);
        case ColumnType::DateTime:
            return toDateTime(*column, lost);
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
    }
    return column;
}

}  // namespace holdout
