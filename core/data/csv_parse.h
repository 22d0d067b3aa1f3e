// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_layout.h"
#include "data/csv_sniff.h"

namespace holdout::csv {

/// How the cells of a column are read in one pass. Skip: the column is done.
enum class Reading { Skip, Number, DateTime, Levels, Text };

struct ColumnPlan {
    Reading reading = Reading::Number;
    bool decided = false;  ///< by the person: cells that do not fit become missing
};

/// Distinct texts with their codes in order of appearance. Texts are pieces of the file where they can be.
class LevelTable {
public:
    /// Beyond so many levels a column is text.
    static constexpr std::size_t Limit = 1 << 16;

    LevelTable();
    /// `isMissing(text)` is asked once for each new text. `transient`: the text will not last and is copied.
    template <typename IsMissing>
    std::uint32_t code(std::string_view text, bool transient, const IsMissing& isMissing) {
        const Key key = keyOf(text);
        const std::uint64_t hash = hashOf(text, key);
        std::size_t slot = hash & m_mask;
        while (m_slots[slot] != 0) {
            const std::uint32_t code = m_slots[slot] - 1;
            // Short texts are their key: neither they nor what they are compared with need be looked at again.
            if (m_keys[code] == key && (text.size() <= KeyBytes || m_levels[code] == text)) return code;
            slot = (slot + 1) & m_mask;
        }
        return add(text, key, slot, transient, isMissing(text));
    }
    bool isMissing(std::uint32_t code) const { return m_missing[code] != 0; }
    std::size_t size() const { return m_levels.size(); }
    const std::vector<std::string_view>& levels() const { return m_levels; }

private:
    static constexpr std::size_t KeyBytes = 16;
    /// The length, and the first and last eight bytes, which overlap in shorter texts: all of a text of up to sixteen.
    struct Key {
        std::uint64_t low = 0, high = 0;
        std::size_t size = 0;

        bool operator==(const Key& other) const {
            return ((low ^ other.low) | (high ^ other.high) | (size ^ other.size)) == 0;
        }
    };
    static std::uint64_t load(const char* at, std::size_t bytes) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, bytes);
        return word;
    }
    static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    static Key keyOf(std::string_view text) {
        const char* const at = text.data();
        const std::size_t size = text.size();
        if (size >= 8) return {load(at, 8), load(at + size - 8, 8), size};
        if (size >= 4) return {load(at, 4), load(at + size - 4, 4), size};
        if (size == 0) return {};
        return {static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(static_cast<unsigned char>(at[size / 2])) << 8,
                static_cast<unsigned char>(at[size - 1]), size};
    }
    /// Eight bytes at a time through a multiplication folded to its middle, after wyhash.
    static std::uint64_t hashOf(std::string_view text, const Key& key) {
        std::uint64_t hash = text.size() ^ First;
        if (text.size() > KeyBytes) hash = hashOfLong(text, hash);
        return fold(key.low ^ Second, key.high ^ hash);
    }
    static std::uint64_t hashOfLong(std::string_view text, std::uint64_t hash);
    std::uint32_t add(std::string_view text, const Key& key, std::size_t slot, bool transient, bool missing);

    static constexpr std::uint64_t First = 0xa0761d6478bd642fU;
    static constexpr std::uint64_t Second = 0xe7037ed1a0b428dbU;

    std::vector<std::uint32_t> m_slots;  ///< code + 1; 0 is free
    std::size_t m_mask;
    std::vector<Key> m_keys;
    std::vector<std::string_view> m_levels;
    std::vector<char> m_missing;
    std::deque<std::string> m_copies;
};

/// What one piece of the file adds to one column besides the values, which go straight to their place.
struct PieceColumn {
    std::vector<std::uint64_t> missing;  ///< a bit a row of the piece; empty while none is
    std::size_t found = 0;               ///< cells of the kind sought
    std::size_t refused = 0;             ///< cells that are something else
    const char* firstRefused = nullptr;
    bool hasTime = false;
    bool failed = false;
    std::unique_ptr<LevelTable> levels;
    std::string bytes;  ///< of texts
};

/// The places of all cells of a column, filled piece by piece. Only the part that its reading needs has a size.
struct ColumnCells {
    std::vector<double> numbers;
    std::vector<std::int64_t> micros;
    std::vector<std::uint32_t> codes;
    std::vector<std::uint64_t> lengths;  ///< of texts
};

struct PieceResult {
    std::size_t rows = 0;
    std::vector<PieceColumn> columns;
    std::size_t shortRows = 0;
    std::size_t longRows = 0;
    std::vector<const char*> ragged;  ///< the first few, where they begin
    bool regular = true;
};

/// What all pieces of one pass share.
struct Pass {
    const Dialect& dialect;
    const MissingCodes& codes;
    const std::vector<ColumnPlan>& plans;
    std::vector<ColumnCells>& cells;
    std::vector<std::atomic<bool>>& failed;  ///< a column that one piece gave up is not worth another's time
    const std::string& name;
    const char* textBegin;  ///< bytes from here on may be read
};

/// Reads the cells of one piece into `cells`. Throws Error for a cell beyond the limit.
PieceResult parsePiece(const Piece& piece, const Layout& layout, const Pass& pass);

/// A cell of a column of numbers: plain, or with thousands marks. Whole numbers with leading zeros ("007", postal
/// codes) are names, not numbers, unless the person has decided otherwise.
bool readNumberCell(std::string_view text, const Dialect& dialect, bool decided, double& value);

}  // namespace holdout::csv
