// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "data/sparse_rows.h"

namespace holdout {

enum class ColumnType { Number, Category, Text, DateTime, Image, Sparse };

std::string_view columnTypeName(ColumnType type);  ///< "number", "category", "text", "date-time", …
/// Throws Error when `name` is no column type.
ColumnType columnTypeFromName(std::string_view name);

/// Which cells of a column are missing: a bit a row, and nothing at all while none is.
class MissingMask {
public:
    MissingMask() = default;
    explicit MissingMask(std::size_t rows) : m_rows(rows) {}
    /// `bits`: one for each row, 64 to a word, lowest first; the bits beyond the last row are 0. May be empty.
    MissingMask(std::size_t rows, std::vector<std::uint64_t> bits);

    bool operator[](std::size_t row) const { return !m_bits.empty() && (m_bits[row >> 6] >> (row & 63) & 1); }
    void set(std::size_t row);
    std::size_t count() const { return m_count; }
    bool any() const { return m_count > 0; }
    std::size_t rows() const { return m_rows; }
    /// The words of bits; empty while no row is missing.
    std::span<const std::uint64_t> words() const { return m_bits; }
    MissingMask gather(std::span<const std::uint32_t> rows) const;

private:
    std::size_t m_rows = 0;
    std::size_t m_count = 0;
    std::vector<std::uint64_t> m_bits;
};

struct NumberValues {
    std::vector<double> values;  ///< 0 where missing
};

/// Codes index `levels`; 0 where missing. Levels are distinct, in natural sort order
/// ("2" before "10") unless the maker says otherwise.
struct CategoryValues {
    std::vector<std::uint32_t> codes;
    std::shared_ptr<const std::vector<std::string>> levels;
};

/// UTF-8 bytes of all cells one after another; cell i is bytes[offsets[i] … offsets[i + 1]).
struct TextValues {
    std::vector<std::uint64_t> offsets;
    std::string bytes;

    std::string_view at(std::size_t row) const {
        return std::string_view(bytes).substr(offsets[row], offsets[row + 1] - offsets[row]);
    }
};

/// Microseconds since 1970-01-01T00:00:00Z; 0 where missing. `dateOnly`: no cell has a time of day.
struct DateTimeValues {
    std::vector<std::int64_t> micros;
    bool dateOnly = false;
};

struct ImageSize {
    std::int32_t height = 0;
    std::int32_t width = 0;

    bool operator==(const ImageSize&) const = default;
};

/// Pictures of 8 bits a channel. Cell i is pixels[offsets[i] … offsets[i + 1]): row by row from the top, each row from the
/// left, each pixel's channels together. A missing cell has no pixels.
struct ImageValues {
    std::int32_t channels = 1;  ///< 1: grey, 3: red, green, blue
    std::vector<ImageSize> sizes;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint8_t> pixels;

    std::span<const std::uint8_t> at(std::size_t row) const {
        return std::span(pixels).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
};

/// Many features in one column, most of them 0 in most rows: words of texts. Made by steps, never read from a file.
struct SparseValues {
    SparseRows rows;                                        ///< an empty row where missing
    std::shared_ptr<const std::vector<std::string>> names;  ///< of the features: rows.width of them
};

/// One named column of one type. Immutable, so it is shared between tables and threads.
class Column {
public:
    using Values = std::variant<NumberValues, CategoryValues, TextValues, DateTimeValues, ImageValues, SparseValues>;

    Column(std::string name, Values values, MissingMask missing);

    static std::shared_ptr<const Column> numbers(std::string name, std::vector<double> values,
                                                 MissingMask missing = {});
    static std::shared_ptr<const Column> categories(std::string name, std::vector<std::uint32_t> codes,
                                                    std::vector<std::string> levels, MissingMask missing = {});
    static std::shared_ptr<const Column> textsOf(std::string name, std::span<const std::string> cells,
                                                 MissingMask missing = {});

    const std::string& name() const { return m_name; }
    ColumnType type() const { return static_cast<ColumnType>(m_values.index()); }
    std::size_t rows() const { return m_rows; }
    bool isMissing(std::size_t row) const { return m_missing[row]; }
    const MissingMask& missing() const { return m_missing; }

    // Each requires the type it names (asserted).
    std::span<const double> numbers() const { return std::get<NumberValues>(m_values).values; }
    std::span<const std::uint32_t> codes() const { return std::get<CategoryValues>(m_values).codes; }
    const std::vector<std::string>& levels() const { return *std::get<CategoryValues>(m_values).levels; }
    const TextValues& texts() const { return std::get<TextValues>(m_values); }
    const DateTimeValues& dateTimes() const { return std::get<DateTimeValues>(m_values); }
    const ImageValues& images() const { return std::get<ImageValues>(m_values); }
    const SparseValues& sparse() const { return std::get<SparseValues>(m_values); }
    const Values& values() const { return m_values; }

    /// The cell as a person writes it; empty when missing.
    std::string cellText(std::size_t row) const;
    /// Bytes of memory that the column holds.
    std::size_t bytes() const;

    /// The rows named, in that order.
    std::shared_ptr<const Column> gather(std::span<const std::uint32_t> rows) const;
    std::shared_ptr<const Column> renamed(std::string name) const;

private:
    std::string m_name;
    Values m_values;
    MissingMask m_missing;
    std::size_t m_rows;
};

using ColumnPtr = std::shared_ptr<const Column>;

/// The column with its cells read as `type`. Cells that cannot be read so become missing and are
/// counted in `lost`. Number to category keeps each distinct number as a level. Images and sparse columns are read as
/// what they are alone: throws Error for other types, and for those from others.
ColumnPtr retyped(const ColumnPtr& column, ColumnType type, std::size_t& lost);

/// "a2" before "a10"; digits compare by value, letters by code point.
bool naturalLess(std::string_view a, std::string_view b);

/// Microseconds since 1970 of an ISO 8601 date or date and time ("2015-01-31", "2015-01-31 10:20:30.5",
/// "2015-01-31T10:20:30Z", "2015-01-31T10:20:30+02:00"). False when `text` is none, or no such day exists.
bool parseDateTime(std::string_view text, std::int64_t& micros, bool& hasTime);
std::string formatDateTime(std::int64_t micros, bool dateOnly);

}  // namespace holdout
