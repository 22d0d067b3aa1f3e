// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_parse.h"

#include "base/format.h"
#include "data/number_text.h"
#include "data/quick_number.h"

namespace holdout::csv {
namespace {

constexpr std::size_t RaggedShown = 5;

inline std::uint64_t load(const char* at, std::size_t bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    return word;
}

/// Takes the fields of one piece.
class PieceSink {
public:
    PieceSink(const Piece& piece, const Pass& pass)
        : m_piece(piece),
          m_pass(pass),
          m_columns(pass.plans.size()),
          m_row(piece.firstRow),
          m_quick(!pass.codes.hasNumbers()) {
        m_result.columns.resize(m_columns);
        for (std::size_t c = 0; c < m_columns; ++c)
            if (pass.plans[c].reading == Reading::Levels) m_result.columns[c].levels = std::make_unique<LevelTable>();
    }

    void field(std::size_t index, const Field& field) {
        if (static_cast<std::size_t>(field.end - field.begin) > LongestCell) tooLong(index);
        if (index >= m_columns) {
            m_extra = m_extra || field.begin != field.end;
            return;
        }
        PieceColumn& column = m_result.columns[index];
        switch (m_pass.plans[index].reading) {
            case Reading::Number:
                number(index, column, field);
                break;
            case Reading::Levels:
                level(index, column, field);
                break;
            case Reading::DateTime:
                dateTime(index, column, field);
                break;
            case Reading::Text:
                text(index, column, field);
                break;
            case Reading::Skip:
                break;
        }
    }

    bool endRecord(std::size_t fields, const char* begin, const char* end) {
        if (static_cast<std::size_t>(end - begin) > LongestLine)
            throw Error("A line is longer than " + formatBytes(LongestLine) + ".", {.file = m_pass.name});
        if (fields < m_columns) {
            for (std::size_t c = fields; c < m_columns; ++c) setMissing(m_result.columns[c]);
            ++m_result.shortRows;
            ragged(begin);
        } else if (m_extra) {
            m_extra = false;
            ++m_result.longRows;
            ragged(begin);
        }
        ++m_row;
        return true;
    }

    PieceResult finish() {
        m_result.rows = m_row - m_piece.firstRow;
        return std::move(m_result);
    }

private:
    [[noreturn]] void tooLong(std::size_t index) const {
        throw Error(
            "A cell in column " + std::to_string(index + 1) + " is longer than " + formatBytes(LongestCell) + ".",
            {.file = m_pass.name}, "Check the quotes around it: an opening quote may lack its closing one.");
    }

    void ragged(const char* begin) {
        if (m_result.ragged.size() < RaggedShown) m_result.ragged.push_back(begin);
    }

    void setMissing(PieceColumn& column) const {
        if (column.missing.empty()) column.missing.resize((m_piece.rows + 63) / 64);
        const std::size_t row = m_row - m_piece.firstRow;
        column.missing[row >> 6] |= std::uint64_t{1} << (row & 63);
    }

    /// A cell that is no `Reading`: missing when the person wants that type, the end of this reading otherwise.
    void refuse(std::size_t index, PieceColumn& column, const Field& field) {
        setMissing(column);
        ++column.refused;
        if (!column.firstRefused) column.firstRefused = field.begin;
        if (m_pass.plans[index].decided) return;
        column.failed = true;
        m_pass.failed[index].store(true, std::memory_order_relaxed);
    }

    bool gaveUp(std::size_t index, PieceColumn& column) const {
        if (!column.failed && m_pass.failed[index].load(std::memory_order_relaxed)) column.failed = true;
        return column.failed;
    }

    void number(std::size_t index, PieceColumn& column, const Field& field) {
        double value = 0;
        if (field.begin == field.end) {
            setMissing(column);
        } else if (m_quick && field.end - m_pass.textBegin >= 16 &&
                   quickNumber(field.begin, field.end, m_pass.dialect.decimal, value)) {
            m_pass.cells[index].numbers[m_row] = value;
            ++column.found;
        } else {
            rareNumber(index, column, field);
        }
    }

    void rareNumber(std::size_t index, PieceColumn& column, const Field& field) {
        if (gaveUp(index, column)) return;
        const std::string_view raw = field.raw();
        double value = 0;
        if (readNumberCell(raw, m_pass.dialect, m_pass.plans[index].decided, value)) {
            if (m_pass.codes.isCode(value)) return setMissing(column);
            m_pass.cells[index].numbers[m_row] = value;
            ++column.found;
        } else if (m_pass.codes.amongNumbers(raw)) {
            setMissing(column);
        } else {
            refuse(index, column, field);
        }
    }

    void dateTime(std::size_t index, PieceColumn& column, const Field& field) {
        if (field.begin == field.end) return setMissing(column);
        if (column.failed) return;
        std::int64_t micros = 0;
        bool hasTime = false;
        if (parseDateTime(field.raw(), micros, hasTime)) {
            m_pass.cells[index].micros[m_row] = micros;
            column.hasTime = column.hasTime || hasTime;
            ++column.found;
        } else if (m_pass.codes.amongNumbers(field.raw())) {
            setMissing(column);
        } else if (!gaveUp(index, column)) {
            refuse(index, column, field);
        }
    }

    void level(std::size_t index, PieceColumn& column, const Field& field) {
        if (field.begin == field.end) return setMissing(column);
        if (column.failed) return;
        const std::string_view cell = fieldText(field, m_pass.dialect.quote, m_buffer);
        LevelTable& levels = *column.levels;
        const std::uint32_t code =
            levels.code(cell, field.doubled, [&](std::string_view text) { return m_pass.codes.amongTexts(text); });
        if (levels.isMissing(code)) return setMissing(column);
        m_pass.cells[index].codes[m_row] = code;
        ++column.found;
        if (levels.size() > LevelTable::Limit && !m_pass.plans[index].decided) refuse(index, column, field);
    }

    void text(std::size_t index, PieceColumn& column, const Field& field) {
        const std::string_view cell = fieldText(field, m_pass.dialect.quote, m_buffer);
        if (m_pass.codes.amongTexts(cell)) return setMissing(column);
        m_pass.cells[index].lengths[m_row] = cell.size();
        column.bytes += cell;
        ++column.found;
    }

    const Piece& m_piece;
    const Pass& m_pass;
    std::size_t m_columns;
    std::size_t m_row;
    bool m_quick;  ///< no number means "missing"
    bool m_extra = false;
    std::string m_buffer;
    PieceResult m_result;
};

}  // namespace

LevelTable::LevelTable() : m_slots(64), m_mask(63) {
}

std::uint64_t LevelTable::hashOf(std::string_view text) {
    // Eight bytes at a time through a multiplication folded to its middle, after wyhash; sixteen at most overlap.
    __extension__ using Wide = unsigned __int128;
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    constexpr std::uint64_t First = 0xa0761d6478bd642fU;
    constexpr std::uint64_t Second = 0xe7037ed1a0b428dbU;
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = text.size() ^ First;
    for (; left > 16; left -= 8, at += 8) hash = fold(load(at, 8) ^ Second, hash ^ First);
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (left >= 8) {
        low = load(at, 8);
        high = load(at + left - 8, 8);
    } else if (left >= 4) {
        low = load(at, 4);
        high = load(at + left - 4, 4);
    } else if (left > 0) {
        low = static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(static_cast<unsigned char>(at[left / 2]))
                                                      << 8;
        high = static_cast<unsigned char>(at[left - 1]);
    }
    return fold(low ^ Second, high ^ hash);
}

std::uint32_t LevelTable::add(std::string_view text, std::uint64_t hash, std::size_t slot, bool transient,
                              bool missing) {
    const auto code = static_cast<std::uint32_t>(m_levels.size());
    m_slots[slot] = code + 1;
    m_hashes.push_back(hash);
    m_levels.push_back(transient ? std::string_view(m_copies.emplace_back(text)) : text);
    m_missing.push_back(missing);
    if (2 * m_levels.size() > m_slots.size()) {
        m_mask = 4 * m_slots.size() - 1;
        m_slots.assign(m_mask + 1, 0);
        for (std::uint32_t i = 0; i < m_levels.size(); ++i) {
            std::size_t free = m_hashes[i] & m_mask;
            while (m_slots[free] != 0) free = (free + 1) & m_mask;
            m_slots[free] = i + 1;
        }
    }
    return code;
}

bool readNumberCell(std::string_view text, const Dialect& dialect, bool decided, double& value) {
    const NumberStyle style{dialect.decimal, dialect.thousands};
    if (!parseNumberText(text, style, value)) return parseGroupedNumber(text, style, value);
    if (decided) return true;
    std::size_t digit = text.find_first_not_of(" +-");
    return text[digit] != '0' || digit + 1 == text.size() ||
           text.substr(digit).find_first_not_of("0123456789 ") != std::string_view::npos ||
           text.find_last_of("0123456789") == digit;
}

PieceResult parsePiece(const Piece& piece, const Layout& layout, const Pass& pass) {
    PieceSink sink(piece, pass);
    const bool regular = readRecords(piece.begin, piece.end, pass.dialect, layout.quoting, layout.literalFrom, sink);
    PieceResult result = sink.finish();
    result.regular = regular;
    return result;
}

}  // namespace holdout::csv
